; Helix knows no PromQL (and would take it for R).

; regular expressions that records are made of
((call
  function: (identifier) @_function
  arguments: (arguments . (text (text_content) @injection.content)))
  (#eq? @_function "pattern")
  (#set! injection.language "regex")
  (#set! injection.include-children))

; JSON where a text is one
((text (text_content) @injection.content)
  (#match? @injection.content "^[ \n\t]*[\\[{][ \n\t]*[]\\[{}0-9\"\\\\]")
  (#set! injection.language "json")
  (#set! injection.include-children))

([(comment) (doc_comment)] @injection.content
  (#set! injection.language "comment"))
