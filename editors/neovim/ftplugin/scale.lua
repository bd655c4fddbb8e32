-- Settings for .scale files: the layout of `scalec fmt`, comments, and what tree-sitter gives.

local set = vim.opt_local
set.expandtab = true
set.shiftwidth = 2
set.softtabstop = 2
set.textwidth = 0
-- `##` documents a declaration, and goes on in the next line.
set.comments = { ':##', ':#' }
set.commentstring = '# %s'
set.formatoptions:append('croql')
set.formatoptions:remove('t')

if pcall(vim.treesitter.start) then
  set.foldmethod = 'expr'
  set.foldexpr = 'v:lua.vim.treesitter.foldexpr()'
  set.foldlevel = 99
  set.indentexpr = "v:lua.require'scale.indent'.at(v:lnum)"
  set.indentkeys = '0{,0},0),0],!^F,o,O'
end

vim.b.undo_ftplugin = 'setlocal expandtab< shiftwidth< softtabstop< textwidth< comments< commentstring< formatoptions<'
  .. ' foldmethod< foldexpr< foldlevel< indentexpr< indentkeys<'
