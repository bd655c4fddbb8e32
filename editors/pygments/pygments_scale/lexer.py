"""A lexer for `.scale` files. Words are keywords by their place: `target = 5` is a setting."""

import re

from pygments.lexer import RegexLexer, bygroups, include
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text, Whitespace

from pygments_scale import words

NAME = r"[A-Za-z_]\w*"
BLANK = r"[ \t]+"
# A setting: `=` follows, and no `==` or `=>`.
SET = r"(?=[ \t]*=(?![=>]))"
NOT_SET = r"(?![ \t]*=(?![=>]))"
UNIT = Number.Unit


def either(*lists, suffix=""):
    """A group that takes one of the words, the longest first."""
    every = sorted({word for words_ in lists for word in words_}, key=lambda word: (-len(word), word))
    return "(" + "|".join(map(re.escape, every)) + ")" + suffix


def head(declaring, name):
    """A word at the head of a line, and the name behind it."""
    return (rf"^([ \t]*)({declaring})({BLANK})({NAME})", bygroups(Whitespace, Keyword.Declaration, Whitespace, name))


def kind(declaring, name, kinds, token):
    """The same, and the word behind `=` that says what it is."""
    return (
        rf"^([ \t]*)({declaring})({BLANK})({NAME})([ \t]*)(=)([ \t]*){kinds}\b(?![ \t]*[=.(])",
        bygroups(Whitespace, Keyword.Declaration, Whitespace, name, Whitespace, Operator, Whitespace, token),
    )


class ScaleLexer(RegexLexer):
    """For `.scale` files: load, health and sizing of streaming pipelines."""

    name = "scale"
    aliases = ["scale", "scalec"]
    filenames = ["*.scale"]
    mimetypes = ["text/x-scale"]
    flags = re.MULTILINE

    tokens = {
        "root": [
            (r"\ufeff", Whitespace),
            (r"\r?\n", Whitespace),
            include("comments"),
            include("heads"),
            (r"[ \t\r]+", Whitespace),
            include("texts"),
            include("quantities"),
            include("advice"),
            include("settings"),
            include("clauses"),
            include("members"),
            include("words"),
            (r"==|!=|<=|>=|=>|\.\.=?|[-+*/<>=]", Operator),
            (r"[\[\](){},.]", Punctuation),
            # What fits nowhere is the checker's to tell; the rest of the page keeps its colours.
            (r".", Text),
        ],
        "comments": [
            (r"(#[ \t]*scalec:[ \t]*)(allow)\b([^\n]*)", bygroups(Comment.Single, Comment.Preproc, Comment.Single)),
            (r"##[^\n]*", Comment.Special),
            (r"#[^\n]*", Comment.Single),
        ],
        "heads": [
            kind("target", Name.Class, either(words.TARGET_KINDS), Keyword.Type),
            kind("source", Name.Class, either(words.SOURCE_KINDS), Keyword.Type),
            kind("phase", Name.Function, either(words.SHAPES), Keyword),
            kind("fault|undo", Name.Function, either(words.FAULT_ACTIONS, suffix=rf"(?={BLANK}[A-Za-z_])"), Keyword),
            (
                rf"^([ \t]*)(alert)({BLANK}){either(words.LEVELS)}({BLANK})({NAME})",
                bygroups(Whitespace, Keyword.Declaration, Whitespace, Keyword, Whitespace, Name.Class),
            ),
            head("let|param", Name.Constant),
            head("import", Name.Namespace),
            head("phase|rule|fault|undo", Name.Function),
            head(either(words.DECLARATIONS)[1:-1], Name.Class),
            (rf'^([ \t]*){either(words.DECLARATIONS)}(?={BLANK}")', bygroups(Whitespace, Keyword.Declaration)),
            (
                rf"^([ \t]*)(otherwise)({BLANK}){either(words.ADVICE)}(?:({BLANK})(out|in|up))?\b(?![.(])",
                bygroups(Whitespace, Keyword, Whitespace, Keyword, Whitespace, Keyword),
            ),
            (
                rf'^([ \t]*){either(words.STATEMENTS, words.SIZING_STATEMENTS)}\b{NOT_SET}(?={BLANK}["$(.\w-]|[ \t]*$)',
                bygroups(Whitespace, Keyword),
            ),
        ],
        "texts": [
            (r'"""', String.Heredoc, "raw text"),
            (r'"', String.Double, "text"),
        ],
        "raw text": [
            (r'"""', String.Heredoc, "#pop"),
            (r'[^"]+|"', String.Heredoc),
        ],
        "text": [
            (r'"', String.Double, "#pop"),
            (r'\\(?:["\\nt]|u\{[0-9A-Fa-f]{1,6}\})', String.Escape),
            (r'\\.|[^"\\\n]+', String.Double),
            (r"\\?(?=\n)", String.Double, "#pop"),
        ],
        "quantities": [
            (
                rf"(\$)?(\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?){either(words.UNITS)}?"
                rf"(?:(/){either(words.UNITS_BEHIND_SLASH)})?(?![\w%$]|\.(?!\.)|/[A-Za-z])",
                bygroups(UNIT, Number, UNIT, UNIT, UNIT),
            ),
            # One token all the same, which is no number with known units.
            (r"\$?\.?\d(?:[\w%$]|\.(?!\.)|/(?=[A-Za-z]))*", Number.Unknown),
        ],
        "advice": [
            (r"(=>)([ \t]*)(scale)([ \t]+)(out|in|up)\b", bygroups(Operator, Whitespace, Keyword, Whitespace, Keyword)),
            (rf"(=>)([ \t]*){either(words.ADVICE)}\b(?![.(])", bygroups(Operator, Whitespace, Keyword)),
        ],
        "settings": [
            (rf"\b{either(words.ENTRIES)}({BLANK})({NAME}){SET}", bygroups(Keyword, Whitespace, Name.Attribute)),
            (rf"\b{either(words.ENTRIES)}(?={BLANK}{NAME})", Keyword),
            (
                rf"\b{either(words.WORDED_SETTINGS)}([ \t]*)(=)([ \t]*){either(words.SETTING_WORDS)}\b(?![.(])",
                bygroups(Name.Attribute, Whitespace, Operator, Whitespace, Keyword.Constant),
            ),
            (rf"\b{either(words.SETTINGS)}{SET}", Name.Attribute),
            (rf"\b{NAME}{SET}", Name.Attribute),
        ],
        "clauses": [
            (rf"\b(as)({BLANK}){either(words.METRIC_UNITS)}\b", bygroups(Keyword, Whitespace, Keyword.Constant)),
            (rf"\b(during)({BLANK})(all)\b(?={BLANK}[A-Za-z_])", bygroups(Keyword, Whitespace, Keyword)),
            (rf'(?<=" )(scale)(?={BLANK}[\w$(])', Keyword),
            (rf"\b{either(words.WORD_OPERATORS)}\b", Operator.Word),
            (rf"\b{either(words.RESERVED)}\b", Keyword),
        ],
        "members": [
            (rf"(?<!\.)(\.){either(words.QUERIES)}(?=\()", bygroups(Punctuation, Name.Function)),
            (
                rf"(?<!\.)(\.){either(words.STATISTICS, words.MEMBERS, words.CLUSTER_MEMBERS)}\b",
                bygroups(Punctuation, Name.Variable.Magic),
            ),
            (rf"(?<!\.)(\.)({NAME})", bygroups(Punctuation, Name.Variable.Instance)),
        ],
        "words": [
            (rf"\b{either(words.FUNCTIONS, ['exec'])}(?=\()", Name.Builtin),
            (rf"\b{either(words.GENERATORS)}(?=\(|[ \t]*\{{)", Name.Builtin),
            (rf"\b{either(words.CONSTANTS)}\b", Keyword.Constant),
            (rf"\b{either(words.TEST_METRICS)}\b", Name.Variable.Magic),
            (NAME, Name),
        ],
    }


__all__ = ["ScaleLexer"]
