-- .scale files in Neovim 0.11: their type, and the language server. Colours, folds and indents are in ftplugin/scale.lua.

vim.filetype.add({ extension = { scale = 'scale' } })

vim.lsp.config('scalec', {
  cmd = { 'scalec', 'lsp' },
  filetypes = { 'scale' },
  root_markers = { 'scale.toml', '.git' },
})

-- Without scalec the files are coloured all the same.
if vim.fn.executable('scalec') == 1 then
  vim.lsp.enable('scalec')
end
