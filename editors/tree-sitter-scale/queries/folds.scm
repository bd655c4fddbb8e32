[
  (body)
  (test_block)
  (phase_block)
  (sizing_block)
  (arms)
  (list)
  (arguments)
  (parenthesized)
] @fold
(doc_comment)+ @fold
(import)+ @fold
