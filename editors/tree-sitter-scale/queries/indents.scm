[
  (body)
  (test_block)
  (phase_block)
  (sizing_block)
  (arms)
  (list)
  (arguments)
  (parenthesized)
  (family)
  (instance)
] @indent.begin

["}" ")" "]"] @indent.branch @indent.end
[(comment) (doc_comment)] @indent.ignore
(ERROR "{") @indent.begin
