(test body: (test_block) @function.inside) @function.around
(target body: (body) @class.inside) @class.around
(source body: (body) @class.inside) @class.around
(event body: (body) @class.inside) @class.around
(mix body: (body) @class.inside) @class.around
(pipeline body: (body) @class.inside) @class.around
(cluster body: (body) @class.inside) @class.around
(node body: (body) @class.inside) @class.around
(sizing body: (sizing_block) @class.inside) @class.around
(comment)+ @comment.around
(doc_comment)+ @comment.around
