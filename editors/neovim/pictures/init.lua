-- What the pictures show: the plugin as it is, with diagnostics under the line of the cursor.
vim.opt.runtimepath:prepend(vim.split(vim.env.RUNTIME, ','))
vim.cmd('filetype plugin indent on')
vim.o.background = vim.env.BACKGROUND
vim.o.termguicolors = true
vim.o.number = true
vim.o.signcolumn = 'yes'
vim.o.laststatus = 2
vim.o.cursorline = true
vim.o.wrap = false
vim.diagnostic.config({ virtual_lines = { current_line = true }, virtual_text = false, severity_sort = true })

-- Nothing happens before the server has spoken.
vim.api.nvim_create_autocmd('DiagnosticChanged', {
  once = true,
  callback = function()
    vim.schedule(function()
      vim.fn.search('over 5mins')
      vim.fn.search('5mins')
      vim.cmd('normal! zz')
      vim.lsp.inlay_hint.enable(true)
    end)
  end,
})
