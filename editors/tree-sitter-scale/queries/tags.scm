(import name: (identifier) @name) @definition.module
(let name: (identifier) @name) @definition.constant
(param name: (identifier) @name) @definition.constant
(target name: (identifier) @name) @definition.object
(source name: (identifier) @name) @definition.object
(metric name: (identifier) @name) @definition.variable
(event name: (identifier) @name) @definition.type
(mix name: (identifier) @name) @definition.type
(pipeline name: (identifier) @name) @definition.object
(cluster name: (identifier) @name) @definition.object
(node name: (text (text_content) @name)) @definition.object
(alert name: (identifier) @name) @definition.object
(test name: (text (text_content) @name)) @definition.function
(phase name: (identifier) @name) @definition.field
(fault name: (identifier) @name) @definition.field
(rule name: (identifier) @name) @definition.field

(phase_reference name: (identifier) @name) @reference.field
(sizing name: (identifier) @name) @reference.object
(call function: (identifier) @name) @reference.call
