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
  if getline(a:line) =~# '^\s*[]})]'
    return s:opener(above)
  endif
  " What the line above closes at its head has moved it already.
  let begin = s:begin(above)
  let [open, _] = s:balance(begin, above)
  return indent(begin) + shiftwidth() * (open > 0)
endfunction

" What a raw text ends in has the indent of the line that it began in. No text goes on behind the line, and most have none: colours are slow.
function s:begin(line) abort
  let line = a:line
  while line > 1 && (line < a:line || getline(line) =~# '"""') && scale#in_raw_text(line)
    let line -= 1
  endwhile
  return line
endfunction

" The indent of the line with the innermost bracket that is open behind a line.
function s:opener(line) abort
  let [last, closed] = [a:line, 0]
  while last > 0
    let first = s:begin(last)
    let [open, more] = s:balance(first, last)
    if open > closed
      return indent(first)
    endif
    let closed += more - open
    let last = first - 1
  endwhile
  return 0
endfunction

" How many brackets a statement leaves open, and how many it closes that were opened above it.
function s:balance(first, last) abort
  let text = join(getline(a:first, a:last), "\n")
  let bare = substitute(text, '"""\_.\{-}"""\|"\%(\\.\|[^"\\]\)*"\|#[^\n]*', '', 'g')
  let [open, closed] = [0, 0]
  for bracket in split(substitute(bare, '[^][(){}]', '', 'g'), '\zs')
    if bracket =~# '[[({]'
      let open += 1
    elseif open > 0
      let open -= 1
    else
      let closed += 1
    endif
  endfor
  return [open, closed]
endfunction
