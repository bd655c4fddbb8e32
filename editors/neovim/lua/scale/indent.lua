-- How deep a line is indented: as deep as blocks and brackets are open before it, read off the tree (queries/scale/indents.scm).

local M = {}

local PAIRS = { ['{'] = '}', ['('] = ')', ['['] = ']' }

--- While a block is being typed nothing closes it yet: its brace is an error, or its end is missing.
local function still_open(node)
  local last = node:child(node:child_count() - 1)
  return last ~= nil and last:missing()
end

--- The rows of the brackets that an error leaves open.
local function unclosed(error)
  local stack = {}
  for child in error:iter_children() do
    if PAIRS[child:type()] then
      table.insert(stack, child)
    elseif #stack > 0 and PAIRS[stack[#stack]:type()] == child:type() then
      table.remove(stack)
    end
  end
  return vim.tbl_map(function(child) return (child:range()) end, stack)
end

--- Which nodes open an indent and which tokens close one, by the row they stand on.
local function marks(buffer)
  local parser = vim.treesitter.get_parser(buffer, 'scale')
  local query = vim.treesitter.query.get('scale', 'indents')
  if not parser or not query then
    return nil
  end
  local root = parser:parse()[1]:root()
  local opened, closing = {}, {}
  for id, node in query:iter_captures(root, buffer) do
    local name = query.captures[id]
    local first, _, last = node:range()
    if node:type() == 'ERROR' then
      for _, row in ipairs(unclosed(node)) do
        table.insert(opened, { first = row, last = math.huge })
      end
    elseif name == 'indent.begin' and still_open(node) then
      table.insert(opened, { first = first, last = math.huge })
    elseif name == 'indent.begin' and last > first then
      table.insert(opened, { first = first, last = last })
    elseif name == 'indent.end' and not node:missing() then
      local row, column = node:range()
      -- Where it stands first on its line.
      if vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]:sub(1, column):match('^%s*$') then
        closing[row] = true
      end
    end
  end
  return opened, closing
end

--- For 'indentexpr'.
function M.at(line)
  local row = line - 1
  local opened, closing = marks(0)
  if not opened then
    return -1
  end
  -- Several that open on one line are one step.
  local rows = {}
  for _, block in ipairs(opened) do
    if block.first < row and (row < block.last or (row == block.last and not closing[row])) then
      rows[block.first] = true
    end
  end
  return vim.tbl_count(rows) * vim.fn.shiftwidth()
end

return M
