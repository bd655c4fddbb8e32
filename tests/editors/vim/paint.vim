" Writes, for every file of the list, its path and a letter for every byte of its lines.

filetype plugin indent on
syntax on

let s:letters = {}
for [s:letter, s:groups] in items({
      \ '#': 'Comment Doc DocCode Allow',
      \ '"': 'Text RawText Escape BadEscape',
      \ '9': 'Number BadQuantity',
      \ 'u': 'Unit',
      \ 'k': 'Declaration Statement Entry Shape Action Advice Level Clause WordOperator',
      \ 'y': 'TargetKind SourceKind',
      \ 'c': 'Boolean Word MetricUnit',
      \ 'n': 'Name Declared Target Source Phase Fault Key Setting Generator Function Call Metric Member'})
  for s:group in split(s:groups)
    let s:letters['scale' . s:group] = s:letter
  endfor
endfor

let s:painted = []
for s:path in readfile($SCALE_LIST)
  execute 'edit! ' . fnameescape(s:path)
  if &filetype !=# 'scale'
    call add(s:painted, 'filetype is ' . &filetype)
  endif
  syntax sync fromstart
  call add(s:painted, '@ ' . s:path)
  for s:line in range(1, line('$'))
    let s:row = ''
    for s:column in range(1, len(getline(s:line)))
      let s:row .= get(s:letters, synIDattr(synID(s:line, s:column, 1), 'name'), '.')
    endfor
    call add(s:painted, s:row)
  endfor
endfor
call writefile(s:painted, $SCALE_OUT)
