; Later patterns win.

(comment) @comment
(doc_comment) @comment.documentation

((comment) @keyword.directive
  (#match? @keyword.directive "^# *scalec: *allow"))

; ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

(identifier) @variable
(property) @variable.member
(key) @property
(setting key: (text) @property)
(kind) @type
(metric_unit) @type.builtin
(label) @property
(field_reference name: (property) @property)

(call function: (identifier) @function.call)
(call function: (member member: (property) @function.method.call))
((construct kind: (kind) @function.builtin)
  (#eq? @function.builtin "choice"))
((call function: (identifier) @function.builtin)
  (#any-of? @function.builtin "env" "secret"))

(import name: (identifier) @module)
(let name: (identifier) @constant)
(param name: (identifier) @constant)
(event name: (identifier) @type.definition)
(mix name: (identifier) @type.definition)
(phase name: (identifier) @function)
(phase_reference name: (identifier) @function)
(fault name: (identifier) @function)
(undo name: (identifier) @function)
(rule name: (identifier) @function)
(for_each name: (identifier) @variable.parameter)

; A word of the language where a value is still to be written.
((identifier) @keyword
  (#any-of? @keyword
    "and" "or" "in" "of" "to" "over" "by" "at" "for" "from" "per" "during" "eventually" "within" "always" "every" "period" "after" "before"
    "when" "as" "null" "hold" "settle" "into" "start" "end" "rest"))
(reserved_word) @keyword

; ── literals ──────────────────────────────────────────────────────────────────────────────────────────────────────────

(boolean) @boolean
(number) @number
(unit) @type.builtin
(malformed_quantity) @number
(text) @string
(setting key: (text) @property)
(test name: (text) @string.special)
(node name: (text) @string.special)
(import path: (text) @string.special.path)
(replay path: (text) @string.special.path)
(escape_sequence) @string.escape
(invalid_escape) @string.special

; ── words of the language ─────────────────────────────────────────────────────────────────────────────────────────────

; what a file consists of
[
  "let" "param" "target" "source" "event" "mix" "metric" "pipeline" "cluster" "node" "sizing" "alert" "test"
] @keyword
["import" "from"] @keyword.import

; what a test, a sizing and an event consist of
[
  "send" "phase" "fault" "undo" "expect" "sustain" "abort"
  "size" "rule" "otherwise"
  "field"
] @keyword
"repeat" @keyword.repeat

; shapes, windows, advice, actions of faults, levels
["hold" "ramp" "step" "sine" "spike" "pause" "flood" "replay" "search"] @keyword
(always) @keyword
["during" "all" "eventually" "within" "at" "end" "per"] @keyword
(keep) @keyword
["scale" "out" "in" "up" "split" "throttle" "investigate"] @keyword
["stop" "start" "kill"] @keyword
["critical" "warning"] @keyword.modifier

; what joins the parts of a statement
["as" "by" "every" "for" "when" "to" "over" "period" "into" "after" "settle" "null"] @keyword
(rest) @keyword

["and" "or" "not" "of"] @keyword.operator
(binary_expression operator: "in" @keyword.operator)

; ── signs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

["+" "-" "*" "/" "<" "<=" ">" ">=" "==" "!=" ".." "..=" "=" "=>"] @operator
["." ","] @punctuation.delimiter
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
