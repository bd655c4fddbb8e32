-- What Neovim makes of .scale files. Runs headless; every check that fails is one line, and the exit code is 1.

local root = vim.env.ROOT
local failed, count = {}, 0

local function check(what, found, expected)
  count = count + 1
  if not vim.deep_equal(found, expected) then
    table.insert(failed, ('%s: expected %s, found %s'):format(what, vim.inspect(expected), vim.inspect(found)))
  end
end

-- `-l` runs before plugins are loaded.
vim.o.showmode = false
vim.cmd('filetype plugin indent on')
vim.cmd('runtime! plugin/scale.lua')

local function open(path)
  vim.cmd('silent edit! ' .. vim.fn.fnameescape(root .. '/' .. path))
  return vim.api.nvim_get_current_buf()
end

--- Row and column, from 0, of the first place of `needle` (behind `after`).
local function place(buffer, needle, after)
  local found = not after
  for row, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local from = 1
    if not found and line:find(after, 1, true) then
      found, from = true, line:find(after, 1, true) + #after
    end
    local column = found and line:find(needle, from, true)
    if column then
      return row - 1, column - 1
    end
  end
  error('no `' .. needle .. '` in the buffer')
end

-- The type of the file, the parser and the highlighter.
local buffer = open('scenarios/doors_open.scale')
check('filetype', vim.bo.filetype, 'scale')
check('highlighter', vim.treesitter.highlighter.active[buffer] ~= nil, true)
check('commentstring', vim.bo.commentstring, '# %s')
vim.treesitter.get_parser(buffer, 'scale'):parse(true)

-- What is coloured how: the last capture at a place wins.
local function capture(needle, after)
  local row, column = place(buffer, needle, after)
  local captures = vim.treesitter.get_captures_at_pos(buffer, row, column)
  return #captures > 0 and captures[#captures].capture or nil
end
check('doc comment', capture('##'), 'comment.documentation')
check('import', capture('import'), 'keyword.import')
check('module', capture('shop', 'import '), 'module')
check('param', capture('param'), 'keyword')
check('number', capture('2_000'), 'number')
check('unit', capture('/s', '2_000'), 'type.builtin')
check('target', capture('clicks', 'target '), 'variable')
check('kind', capture('kafka'), 'type')
check('key', capture('brokers'), 'property')
check('function', capture('env'), 'function.builtin')
check('test', capture('"doors open"'), 'string.special')
check('send', capture('send'), 'keyword')
check('member', capture('browsing', 'send'), 'variable.member')
check('repeat', capture('repeat'), 'keyword.repeat')
check('shape', capture('ramp'), 'keyword')
check('phase', capture('baseline', 'phase '), 'function')
check('window', capture('during'), 'keyword')
check('phase of a window', capture('baseline', 'during '), 'function')
check('advice', capture('scale out'), 'keyword')

-- Folds: a test with its blocks, nested.
local row = place(buffer, 'test "doors open"')
-- Neovim works them out when it has nothing else to do.
vim.wait(20000, function() return vim.fn.foldlevel(row + 2) > 0 end)
check('fold of a test', vim.fn.foldlevel(row + 2), 1)
check('fold of a block', vim.fn.foldlevel(place(buffer, 'send 80%') + 1), 3)
vim.wo.foldlevel = 0
local last = vim.fn.foldclosedend(row + 1)
check('a closed fold ends with its brace', vim.fn.getline(last), '}')
vim.wo.foldlevel = 99

-- Indents: a file without any gets those of `scalec fmt` back.
local function indented(path)
  local scratch = open(path)
  local lines = vim.api.nvim_buf_get_lines(scratch, 0, -1, false)
  local flat = vim.tbl_map(function(line) return (line:gsub('^%s+', '')) end, lines)
  vim.api.nvim_buf_set_lines(scratch, 0, -1, false, flat)
  vim.cmd('silent normal! gg=G')
  local found = vim.api.nvim_buf_get_lines(scratch, 0, -1, false)
  for number, line in ipairs(lines) do
    -- Weights stand in columns: how far the first one is set in is the formatter's business.
    if line:match('^%s*[%d$]') == nil and line:match('^%s*rest ') == nil and found[number] ~= line then
      check(('%s:%d'):format(path, number), found[number], line)
      break
    end
  end
  count = count + 1
  vim.cmd('silent edit!')
end
local paths = vim.fn.globpath(root, 'scenarios/*.scale', false, true)
vim.list_extend(paths, vim.fn.globpath(root, 'tests/corpus/ok/*.scale', false, true))
for _, path in ipairs(paths) do
  indented(path:sub(#root + 2))
end
check('files that are indented', #paths > 20, true)

-- Typing: a bracket opens a step, and one that closes stands where the line that it was opened on does.
local typed = vim.fn.readfile(root .. '/tests/editors/typed.scale')
vim.cmd('enew | setfiletype scale')
local flat = vim.tbl_map(vim.trim, typed)
vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('i' .. table.concat(flat, '<CR>'), true, false, true), 'tx', false)
check('indents while typing', vim.api.nvim_buf_get_lines(0, 0, -1, false), typed)

-- A raw text keeps its indents, and what follows has that of the line it began in.
local raw = { 'event e {', '  field a = """', '# {', '     second "', ' third"""', '  key = a', '  field b = list("""x', '"""', '  )', '}' }
vim.cmd('enew! | setfiletype scale')
vim.api.nvim_buf_set_lines(0, 0, -1, false, raw)
vim.cmd('silent normal! gg=G')
check('indents around a raw text', vim.api.nvim_buf_get_lines(0, 0, -1, false), raw)

-- As long as it takes for one file, not for each of its lines.
local long = {}
for _ = 1, 100 do
  vim.list_extend(long, typed)
end
vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.tbl_map(vim.trim, long))
local started = vim.uv.hrtime()
vim.cmd('silent normal! gg=G')
check('indents of a long file', vim.deep_equal(vim.api.nvim_buf_get_lines(0, 0, -1, false), long), true)
check('seconds for ' .. #long .. ' lines', (vim.uv.hrtime() - started) / 1e9 < 5 or (vim.uv.hrtime() - started) / 1e9, true)

vim.cmd('stopinsert')

-- Injections: which language is in which text.
local injected = vim.api.nvim_create_buf(false, true)
vim.api.nvim_buf_set_lines(injected, 0, -1, false, {
  'metric cpu = prom.query("avg(\\"x\\")") as percent',
  'event e {',
  '  field code = pattern("[A-Z]\\\\.[0-9]+")',
  '  field json = """{ "a": 1 }"""',
  '  field text = "plain"',
  '}',
})
local query = vim.treesitter.query.get('scale', 'injections')
local tree = vim.treesitter.get_parser(injected, 'scale'):parse(true)[1]
local languages = {}
for _, match, metadata in query:iter_matches(tree:root(), injected, 0, -1) do
  for id, nodes in pairs(match) do
    if query.captures[id] == 'injection.content' then
      for _, node in ipairs(nodes) do
        languages[metadata['injection.language']] = vim.treesitter.get_node_text(node, injected)
      end
    end
  end
end
check('injections', languages, { promql = 'avg(\\"x\\")', regex = '[A-Z]\\\\.[0-9]+', json = '{ "a": 1 }' })

-- The language server: attached, and it says what `scalec check` says.
if vim.fn.executable('scalec') == 1 then
  local broken = open('tests/corpus/broken/constant_misspelt.scale')
  local attached = vim.wait(20000, function() return #vim.lsp.get_clients({ bufnr = broken, name = 'scalec' }) > 0 end)
  check('language server', attached, true)
  vim.wait(20000, function() return #vim.diagnostic.get(broken) > 0 end)
  local codes = vim.tbl_map(function(diagnostic) return diagnostic.code end, vim.diagnostic.get(broken))
  check('a diagnostic with its code', vim.tbl_contains(codes, 'E0201'), true)
  for _, client in ipairs(vim.lsp.get_clients()) do
    client:stop()
  end
  vim.wait(5000, function() return #vim.lsp.get_clients() == 0 end)
else
  check('scalec is on the path', false, true)
end

for _, text in ipairs(failed) do
  io.write(text, '\n')
end
io.write(('Neovim: %d checks, %d wrong\n'):format(count, #failed))
os.exit(#failed == 0 and 0 or 1)
