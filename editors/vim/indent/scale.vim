" Indents as `scalec fmt` does: two blanks for each bracket that is open at the beginning of the line.

if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=GetScaleIndent(v:lnum)
setlocal indentkeys=0},0),0],!^F,o,O
setlocal nosmartindent
let b:undo_indent = 'setlocal indentexpr< indentkeys< smartindent<'

if exists('*GetScaleIndent')
  finish
endif

function GetScaleIndent(line) abort
  let above = prevnonblank(a:line - 1)
  if above == 0
    return 0
  endif
  " Inside a raw text nothing is moved.
  if scale#in_raw_text(a:line)
    return -1
  endif
  " What a raw text ends in has the indent of the line that it began in.
  let begin = above
  while begin > 1 && scale#in_raw_text(begin)
    let begin -= 1
  endwhile
  let open = s:balance(join(getline(begin, above), "\n"))
  let closes = getline(a:line) =~# '^\s*[]})]'
  return max([0, indent(begin) + shiftwidth() * (open - closes)])
endfunction

" 1 where a statement leaves a bracket open, 0 where it does not; a bracket that closes at its head has moved it already.
function s:balance(text) abort
  let bare = substitute(a:text, '"""\_.\{-}"""', '', 'g')
  let bare = substitute(bare, '"\%(\\.\|[^"\\]\)*"', '', 'g')
  let bare = substitute(substitute(bare, '#.*', '', ''), '^\s*[]})]\+', '', '')
  let depth = 0
  for bracket in split(substitute(bare, '[^][(){}]', '', 'g'), '\zs')
    let depth += bracket =~# '[[({]' ? 1 : -1
  endfor
  return max([0, min([1, depth])])
endfunction
