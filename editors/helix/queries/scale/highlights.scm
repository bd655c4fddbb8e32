; With Helix's names of scopes. Helix before 25.07 takes the first pattern that fits, later ones the last: what fits one node twice is kept rare.

((comment) @keyword.directive
  (#match? @keyword.directive "^# *scalec: *allow"))
(comment) @comment.line
(doc_comment) @comment.block.documentation

; ── words of the language ─────────────────────────────────────────────────────────────────────────────────────────────

[
  "let" "param" "target" "source" "event" "mix" "metric" "pipeline" "cluster" "node" "sizing" "alert" "test"
] @keyword.storage.type
["import" "from"] @keyword.control.import

[
  "send" "phase" "fault" "undo" "expect" "sustain" "abort"
  "size" "rule" "otherwise"
  "field"
] @keyword
"repeat" @keyword.control.repeat

["hold" "ramp" "step" "sine" "spike" "pause" "flood" "replay" "search"] @keyword
(always) @keyword
["during" "all" "eventually" "within" "at" "end" "per"] @keyword
(keep) @keyword
["scale" "out" "in" "up" "split" "throttle" "investigate"] @keyword
["stop" "start" "kill"] @keyword
["critical" "warning"] @keyword.storage.modifier

["as" "by" "every" "for" "when" "to" "over" "period" "into" "after" "settle" "null"] @keyword
(rest) @keyword
(reserved_word) @keyword
["and" "or" "not" "of"] @keyword.operator

; ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

(import name: (identifier) @namespace)
(let name: (identifier) @constant)
(param name: (identifier) @constant)
(event name: (identifier) @type)
(mix name: (identifier) @type)
(target name: (identifier) @variable)
(source name: (identifier) @variable)
(metric name: (identifier) @variable)
(pipeline name: (identifier) @variable)
(cluster name: (identifier) @variable)
(sizing name: (identifier) @variable)
(alert name: (identifier) @variable)
(phase name: (identifier) @label)
(phase_reference name: (identifier) @label)
(fault name: (identifier) @label)
(undo name: (identifier) @label)
(rule name: (identifier) @label)
(for_each name: (identifier) @variable.parameter)

(call function: (identifier) @function)
(call function: (member member: (property) @function.method))
(property) @variable.other.member
(key) @variable.other.member
(kind) @type
(metric_unit) @type.builtin
(label) @variable.other.member

; ── literals ──────────────────────────────────────────────────────────────────────────────────────────────────────────

(boolean) @constant.builtin.boolean
(number) @constant.numeric
(malformed_quantity) @constant.numeric
(unit) @type.builtin
(setting key: (text) @variable.other.member)
(import path: (text) @string.special.path)
(replay path: (text) @string.special.path)
(test name: (text) @string.special)
(node name: (text) @string.special)
(text) @string
(escape_sequence) @constant.character.escape

; ── signs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

["+" "-" "*" "/" "<" "<=" ">" ">=" "==" "!=" ".." "..=" "=" "=>"] @operator
["." ","] @punctuation.delimiter
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
