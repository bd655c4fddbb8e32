-- A session in a real Neovim: opens a file, and writes what it sees as JSON. The environment names the server, the folder and where to write.
local scalec, folder, out = vim.env.SCALEC, vim.env.FOLDER, vim.env.OUT
local seen = {}

local function wait(what, done)
  assert(vim.wait(15000, done, 10), "waited in vain for " .. what)
end

vim.filetype.add({ extension = { scale = "scale" } })
vim.lsp.config("scalec", { cmd = { scalec, "lsp" }, filetypes = { "scale" }, root_markers = { "scale.toml", ".git" } })
vim.lsp.enable("scalec")

vim.cmd.edit(folder .. "/main.scale")
local buffer = vim.api.nvim_get_current_buf()
wait("the server", function() return #vim.lsp.get_clients({ bufnr = buffer }) > 0 end)
local client = vim.lsp.get_clients({ bufnr = buffer })[1]

local function ask(method, params)
  local answer = client:request_sync(method, params, 15000, buffer)
  assert(answer, method .. " was not answered")
  assert(not answer.err, method .. ": " .. vim.inspect(answer.err))
  return answer.result
end

local function place(words, offset)
  for row, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local column = line:find(words, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { row, column - 1 + (offset or 0) })
      return vim.lsp.util.make_position_params(0, client.offset_encoding)
    end
  end
  error("no such words: " .. words)
end

local function diagnostics()
  return vim.tbl_map(function(d) return { code = d.code, line = d.lnum, column = d.col, source = d.source } end, vim.diagnostic.get(buffer))
end

local function has(code)
  return vim.iter(diagnostics()):any(function(d) return d.code == code end)
end

wait("diagnostics", function() return has("E0302") end)
seen.encoding = client.offset_encoding
seen.diagnostics = diagnostics()

-- A code action, applied as Neovim applies it.
place("30mins")
vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.isPreferred end })
wait("the fix", function() return not has("E0302") end)
seen.fixed = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)

-- Typed, with characters of several units before it.
place("🦀", 0)
vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes("A nowhere<Esc>", true, false, true), "xt", false)
vim.lsp.buf.format({ timeout_ms = 15000 })
wait("formatting", function() return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)[3] == "let usual = 1_000/s" end)
seen.formatted = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)


-- What it is, and what may stand here.
seen.hover = ask("textDocument/hover", place("lib.busy", 5)).contents.value
vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { "let more = lib." })
local unfinished = place("more = lib.")
-- Behind the end of the line, where a cursor stands while somebody types.
unfinished.position.character = #"let more = lib."
local found = ask("textDocument/completion", unfinished)
seen.completion = vim.tbl_map(function(item) return item.label end, found.items or found)
vim.api.nvim_buf_set_lines(buffer, -2, -1, false, { "let more = 2x * lib.busy" })

-- Renamed in both files.
place("lib.busy", 5)
vim.lsp.buf.rename("rush")
wait("the new name", function() return vim.api.nvim_buf_get_lines(buffer, -2, -1, false)[1] == "let more = 2x * lib.rush" end)
seen.renamed = vim.api.nvim_buf_get_lines(buffer, -3, -1, false)
seen.library = vim.api.nvim_buf_get_lines(vim.fn.bufnr(folder .. "/lib.scale"), 0, -1, false)

local file = assert(io.open(out, "w"))
file:write(vim.json.encode(seen))
file:close()
vim.cmd("qa!")
