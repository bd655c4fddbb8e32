" Settings for .scale files: comments, the layout of `scalec fmt`, words that are completed as one.

if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1
let s:cpo = &cpo
set cpo&vim

" The longer first: `##` documents a declaration, and goes on in the next line.
setlocal comments=:##,:# commentstring=#\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal expandtab shiftwidth=2 softtabstop=2 textwidth=0
setlocal suffixesadd=.scale include=^\\s*import\\>.*\\<from\\>
setlocal define=^\\s*\\%(let\\\|param\\\|target\\\|source\\\|event\\\|mix\\\|metric\\\|pipeline\\\|cluster\\\|sizing\\\|phase\\\|rule\\\|fault\\\)\\>

" `gq` over a whole file lays it out; a file that cannot be read stays as it is.
setlocal formatexpr=scale#format()
compiler scalec

let b:match_words = '{:}'
let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< expandtab< shiftwidth< softtabstop< textwidth< suffixesadd< include< define< formatexpr< makeprg< errorformat< | unlet! b:match_words b:current_compiler'

let &cpo = s:cpo
unlet s:cpo
