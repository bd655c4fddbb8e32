" What `gq` does in .scale files, and where raw texts are.

" For 'formatexpr'. The whole file is laid out by `scalec fmt`, part of it is indented, and comments are wrapped by Vim itself (1 says so).
" No line changes where the file cannot be read.
function scale#format() abort
  let last = v:lnum + v:count - 1
  " In Insert mode Vim asks at the right margin.
  if mode() =~# '[iR]'
    return 1
  elseif v:lnum == 1 && last == line('$') && executable('scalec')
    call s:lay_out()
  elseif s:only_comments(v:lnum, last)
    return 1
  elseif exists('*GetScaleIndent')
    call s:indent(v:lnum, last)
  endif
  return 0
endfunction

function s:indent(first, last) abort
  for line in range(a:first, a:last)
    let wanted = GetScaleIndent(line)
    if wanted >= 0 && wanted != indent(line) && getline(line) =~# '\S'
      call setline(line, repeat(' ', wanted) . substitute(getline(line), '^\s*', '', ''))
    endif
  endfor
endfunction

function s:lay_out() abort
  let old = getline(1, '$')
  let new = systemlist('scalec fmt -', old + [''])
  if v:shell_error != 0
    call s:complain(new)
  else
    call s:replace(old, new)
  endif
endfunction

" Only the lines that differ, so that marks and folds outside of them stay.
function s:replace(old, new) abort
  let [same, old_end, new_end] = [0, len(a:old), len(a:new)]
  while same < min([old_end, new_end]) && a:old[same] ==# a:new[same]
    let same += 1
  endwhile
  while min([old_end, new_end]) > same && a:old[old_end - 1] ==# a:new[new_end - 1]
    let old_end -= 1
    let new_end -= 1
  endwhile
  if same == old_end && same == new_end
    return
  endif
  let view = winsaveview()
  " Before the old ones go: a buffer never is empty.
  call append(old_end, new_end > same ? a:new[same : new_end - 1] : [])
  if old_end > same
    execute 'silent keepjumps' (same + 1) . ',' . old_end . 'delete _'
  endif
  call winrestview(view)
endfunction

" What is wrong first, with its place, on one line of the screen.
function s:complain(printed) abort
  let error = get(filter(copy(a:printed), 'v:val =~# ''^error'''), 0, get(a:printed, 0, 'scalec fmt failed'))
  let place = matchstr(get(filter(copy(a:printed), 'v:val =~# ''\[<stdin>:\d'''), 0, ''), '<stdin>:\zs\d\+:\d\+')
  let text = (place ==# '' ? '' : place . ': ') . error
  redraw
  echohl ErrorMsg
  echomsg strcharpart(text, 0, max([40, &columns - 13]))
  echohl None
endfunction

function s:only_comments(first, last) abort
  for line in range(a:first, a:last)
    if getline(line) !~# '^\s*\%(#\|$\)' || scale#in_raw_text(line)
      return 0
    endif
  endfor
  return 1
endfunction

" Whether a line begins inside a raw text.
function scale#in_raw_text(line) abort
  let [line, turns] = [a:line, 0]
  " An empty line has no colour, and one that begins with quotes may open a text or close one: what is above says.
  while line > 1 && getline(line) =~# '^\%($\|"""\)'
    let line -= 1
    let turns += len(split(getline(line), '"""', 1)) - 1
  endwhile
  return (synIDattr(synID(line, 1, 1), 'name') ==# 'scaleRawText' && getline(line) !~# '^"""') != turns % 2
endfunction
