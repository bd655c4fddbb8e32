-- The ten lines of editors/neovim/README.md, as they stand there, without the plugin: a file is coloured and the language server starts.

local root = vim.env.ROOT
local text = table.concat(vim.fn.readfile(root .. '/editors/neovim/README.md'), '\n')
local lines = assert(text:match('```lua\n(.-)```'), 'no Lua in the README')
assert(select(2, lines:gsub('\n', '')) <= 12, 'more lines than the README says')
assert(load(lines))()

vim.cmd('silent edit ' .. vim.fn.fnameescape(root .. '/scenarios/doors_open.scale'))
local buffer = vim.api.nvim_get_current_buf()
assert(vim.bo.filetype == 'scale', 'the type of the file')
assert(vim.treesitter.highlighter.active[buffer], 'colours')
assert(vim.wait(20000, function() return vim.fn.foldlevel(50) == 1 end), 'folds')
assert(vim.wait(20000, function() return #vim.lsp.get_clients({ bufnr = buffer, name = 'scalec' }) > 0 end), 'the language server')
for _, client in ipairs(vim.lsp.get_clients()) do
  client:stop()
end
vim.wait(5000, function() return #vim.lsp.get_clients() == 0 end)
io.write("Neovim: the README's lines work\n")
os.exit(0)
