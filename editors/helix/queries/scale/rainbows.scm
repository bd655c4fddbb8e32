[(body) (test_block) (phase_block) (sizing_block) (arms) (list) (arguments) (parenthesized) (family) (instance)] @rainbow.scope
["(" ")" "[" "]" "{" "}"] @rainbow.bracket
