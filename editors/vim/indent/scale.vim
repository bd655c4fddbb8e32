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
  if s:in_raw_text(a:line)
    return -1
  endif
  let open = s:balance(getline(above))
  let closes = getline(a:line) =~# '^\s*[]})]'
  return max([0, indent(above) + shiftwidth() * (open - closes)])
endfunction

" 1 where a line leaves a bracket open, 0 where it does not; a bracket that closes at its head has moved it already.
function s:balance(text) abort
  let bare = substitute(a:text, '"\%(\\.\|[^"\\]\)*"', '', 'g')
  let bare = substitute(substitute(bare, '#.*', '', ''), '^\s*[]})]\+', '', '')
  let depth = 0
  for bracket in split(substitute(bare, '[^][(){}]', '', 'g'), '\zs')
    let depth += bracket =~# '[[({]' ? 1 : -1
  endfor
  return max([0, min([1, depth])])
endfunction

function s:in_raw_text(line) abort
  let name = synIDattr(synID(a:line, 1, 1), 'name')
  return name ==# 'scaleRawText' && getline(a:line - 1) !~# '"""\s*$'
endfunction
