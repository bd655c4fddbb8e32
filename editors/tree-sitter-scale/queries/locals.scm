; A file is one scope; the value of `for` is seen in its test alone, and phases are named there.

(source_file) @local.scope
(test) @local.scope

(import name: (identifier) @local.definition.import)
(let name: (identifier) @local.definition.constant)
(param name: (identifier) @local.definition.constant)
(target name: (identifier) @local.definition.var)
(source name: (identifier) @local.definition.var)
(metric name: (identifier) @local.definition.var)
(event name: (identifier) @local.definition.type)
(mix name: (identifier) @local.definition.type)
(pipeline name: (identifier) @local.definition.var)
(cluster name: (identifier) @local.definition.var)
(for_each name: (identifier) @local.definition.parameter)
(phase name: (identifier) @local.definition)
(fault name: (identifier) @local.definition)

(identifier) @local.reference
