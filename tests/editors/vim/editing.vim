" Indents, comments and messages; writes `ok`, or what is wrong.

filetype plugin indent on
syntax on
let v:errors = []

" Indents: a file with none gets back those that it had.
for s:path in ['scenarios/doors_open.scale', 'scenarios/shared/shop.scale', 'scenarios/unruly_records.scale', 'scenarios/payload_sweep.scale']
  execute 'edit! ../../../' . s:path
  let s:before = getline(1, '$')
  silent %s/^ \+//e
  silent normal! gg=G
  call assert_equal(s:before, getline(1, '$'), s:path)
endfor

" A comment goes on in the next line; `o` after an opening brace indents.
enew!
setfiletype scale
call setline(1, '## Documents')
execute "normal! A\<CR>the next"
call assert_equal('## the next', getline(2))
%delete
call setline(1, 'event a {')
execute 'normal! okey = b'
call assert_equal('  key = b', getline(2))
execute "normal! o}"
call assert_equal('}', getline(3))
call assert_equal('# %s', &commentstring)

" A file with every kind of bracket, as it is typed.
%delete
let s:typed = readfile('../typed.scale')
execute 'normal! i' . join(map(copy(s:typed), 'trim(v:val)'), "\<CR>")
call assert_equal(s:typed, getline(1, '$'))

" A raw text keeps the indents of its lines, and what follows has that of the line it began in. A new buffer: colours are looked at again
" only when the screen is drawn.
enew!
setfiletype scale
let s:raw = ['event e {', '  field a = """', '# {', '', '     second', ' third"""', '  key = a', '  field b = list("""x', '"""', '  )', '}']
call setline(1, s:raw)
silent normal! gg=G
call assert_equal(s:raw, getline(1, '$'))
execute 'normal! 6Goname = b'
call assert_equal('  name = b', getline(7))

" `gq` over a whole file lays it out as `scalec fmt` does.
enew!
setfiletype scale
call setline(1, ['let   a=3', '', '', '', 'let b =   4'])
normal! gggqG
call assert_equal(['let a = 3', '', 'let b = 4'], getline(1, '$'))
let s:tick = b:changedtick
normal! gggqG
call assert_equal(s:tick, b:changedtick, 'nothing to lay out, nothing changed')

" One that cannot be read stays, and a message says where.
let s:broken = ['test "t" {', 'seed   = 1']
%delete
call setline(1, s:broken)
redir => s:said
silent normal! gggqG
redir END
call assert_equal(s:broken, getline(1, '$'))
call assert_match('^\_s*1:10: error\[E0102\]: [^\n]*$', s:said)

" Part of a file is indented, not sent away; comments are wrapped.
%delete
call setline(1, ['event e {', 'key = a', 'field b = one_of("x",   "y")', '}', '## One two', '## three.'])
normal! 2Ggqj
call assert_equal(['event e {', '  key = a', '  field b = one_of("x",   "y")', '}'], getline(1, 4))
normal! 5Ggqj
call assert_equal(['## One two three.'], getline(5, '$'))
setlocal textwidth=20
execute "normal! Go\<C-u># one two three four five"
call assert_equal(['# one two three four', '# five'], getline(6, '$'))
setlocal textwidth=0

" Messages of the checker, as `--format short` prints them.
compiler scalec
call assert_match('^scalec check --format short', &makeprg)
let s:printed = ['scenarios/a.scale:12:9: error[E0201]: there is no target called `b`', 'b.scale:2:6: warning[W0612]: test "x" expects nothing, so it cannot fail', '1 error, 1 warning in 2 files']
let s:found = filter(getqflist({'lines': s:printed, 'efm': &errorformat}).items, 'v:val.valid')
call assert_equal(2, len(s:found))
call assert_equal([12, 9, 'e', '[E0201]: there is no target called `b`'], [s:found[0].lnum, s:found[0].col, s:found[0].type, s:found[0].text])
call assert_equal([2, 6, 'w'], [s:found[1].lnum, s:found[1].col, s:found[1].type])
call assert_equal('b.scale', bufname(s:found[1].bufnr))

call writefile(empty(v:errors) ? ['ok'] : v:errors, $SCALE_OUT)
