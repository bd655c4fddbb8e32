; for nvim-treesitter-textobjects: `af` is a test, `ac` any other declaration with a block, `aa` an entry or an argument
(test body: (test_block) @function.inner) @function.outer

(target body: (body) @class.inner) @class.outer
(source body: (body) @class.inner) @class.outer
(event body: (body) @class.inner) @class.outer
(mix body: (body) @class.inner) @class.outer
(pipeline body: (body) @class.inner) @class.outer
(cluster body: (body) @class.inner) @class.outer
(node body: (body) @class.inner) @class.outer
(sizing body: (sizing_block) @class.inner) @class.outer

[(setting) (field_entry) (weighted) (arm)] @parameter.outer
(setting value: (_) @parameter.inner)
(field_entry value: (_) @parameter.inner)
(arguments (_) @parameter.inner)
(repeat body: (test_block) @loop.inner) @loop.outer
(comment) @comment.outer
(doc_comment)+ @comment.outer
