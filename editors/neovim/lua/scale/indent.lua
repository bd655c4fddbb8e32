-- How deep a line is indented: one step more than the line with the bracket around it. Read off the lines above, mostly the nearest: the tree of
-- what is being typed is not finished, and to parse anew behind each of the lines that `=` moves takes minutes in a long file.

local M = {}

local OPENS = { ['{'] = true, ['('] = true, ['['] = true }

--- A line without comments and texts, and whether it ends inside a raw text; `raw` says whether it begins in one.
local function bare(line, raw)
  local kept, at = {}, 1
  while at <= #line do
    if raw then
      local _, last = line:find('"""', at, true)
      raw, at = not last, (last or #line) + 1
    else
      local from = line:find('["#]', at) or #line + 1
      table.insert(kept, line:sub(at, from - 1))
      if line:sub(from, from) == '#' then
        break
      elseif line:sub(from, from + 2) == '"""' then
        raw, at = true, from + 3
      else
        -- A text ends with its line, if not before.
        at = from
        repeat
          at = line:find('["\\]', at + 1) or #line + 1
          local escape = line:sub(at, at) == '\\'
          at = escape and at + 1 or at
        until not escape
        at = at + 1
      end
    end
  end
  return table.concat(kept), raw
end

--- For each buffer, as far as it was read: the brackets of its lines, and whether they begin inside a raw text. Rows count from 0.
local buffers = {}

local function lines_to(row)
  local buffer = vim.api.nvim_get_current_buf()
  local lines = buffers[buffer]
  if not lines then
    lines = { known = 0, brackets = {}, raw = { [0] = false } }
    local function forget(_, _, _, first)
      lines.known = math.min(lines.known, first or 0)
    end
    local function drop()
      buffers[buffer] = nil
    end
    if vim.api.nvim_buf_attach(buffer, false, { on_lines = forget, on_reload = forget, on_detach = drop }) then
      buffers[buffer] = lines
    end
  end
  for at = lines.known, row do
    local line = vim.api.nvim_buf_get_lines(buffer, at, at + 1, false)[1] or ''
    local kept, raw = bare(line, lines.raw[at])
    lines.brackets[at], lines.raw[at + 1] = kept:gsub('[^%[%](){}]', ''), raw
  end
  lines.known = math.max(lines.known, row + 1)
  return lines
end

--- How many brackets are left open, and how many are closed that were opened before.
local function balance(brackets)
  local open, closed = 0, 0
  for bracket in brackets:gmatch('.') do
    if OPENS[bracket] then
      open = open + 1
    elseif open > 0 then
      open = open - 1
    else
      closed = closed + 1
    end
  end
  return open, closed
end

--- The indent of the line that opens the innermost of the brackets that are open behind `row`; nil where none is.
local function opener(lines, row)
  local closed = 0
  while row >= 0 do
    local open, more = balance(lines.brackets[row])
    if open > closed then
      while lines.raw[row] do
        row = row - 1
      end
      return vim.fn.indent(row + 1)
    end
    closed, row = closed - open + more, row - 1
  end
end

local function closes(line)
  return vim.fn.getline(line):match('^%s*[%]})]') ~= nil
end

--- For 'indentexpr'.
function M.at(line)
  local above = vim.fn.prevnonblank(line - 1) - 1
  if above < 0 then
    return 0
  end
  local lines = lines_to(line - 2)
  -- What moves inside a raw text is another text.
  if lines.raw[line - 1] then
    return -1
  end
  if closes(line) then
    return opener(lines, above) or 0
  end
  -- Where the line above leaves nothing open, and closes nothing but what it begins with, it stands where this one does.
  local open, closed = balance(lines.brackets[above])
  if open == 0 and (closed == 0 or closed == 1 and closes(above + 1)) and not lines.raw[above] then
    return vim.fn.indent(above + 1)
  end
  local around = opener(lines, above)
  return around and around + vim.fn.shiftwidth() or 0
end

return M
