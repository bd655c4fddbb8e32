[
  (body)
  (test_block)
  (phase_block)
  (sizing_block)
  (arms)
  (list)
  (arguments)
  (parenthesized)
] @indent

["}" ")" "]"] @outdent

; What is being typed is not closed yet.
(ERROR ["{" "(" "["] @indent @extend)
