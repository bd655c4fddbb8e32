" :compiler scalec, then :make checks the file, and the quickfix list has its messages.

if exists('current_compiler')
  finish
endif
let current_compiler = 'scalec'
let s:cpo = &cpo
set cpo&vim

CompilerSet makeprg=scalec\ check\ --format\ short\ %:S
" scenarios/shop.scale:12:9: warning[W0612]: message
CompilerSet errorformat=%f:%l:%c:\ %t%*[^[]%m

let &cpo = s:cpo
unlet s:cpo
