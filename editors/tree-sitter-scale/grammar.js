/**
 * The language of `.scale` files for editors. It follows `grammar/scale.pest`, without an external scanner and without declared conflicts.
 *
 * - Words are keywords by their place. Where a keyword could also be a setting's key or a name, it is listed there as one (`keys`, `_name`).
 * - A newline is a token, not a blank. Inside `( )` and `[ ]` it means nothing: there the expression rules stand a second time
 *   (`_inner_…`, made by `expressions`), and each of their parts may be followed by newlines.
 * - What is recognised but wrong (a reserved word as a value, `1__0`, a bad escape, a declaration inside a test) is followed by `correction`, which
 *   no text matches: the parser reports it as missing right there, and the rest of the statement and of the file is read as if nothing were wrong.
 * - `kind { … }` is a whole value, never an operand; commas separate entries, never statements.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

// What a file consists of, what a test and a sizing consist of: each begins a line.
const DECLARATIONS = ['import', 'let', 'param', 'target', 'source', 'event', 'mix', 'metric', 'pipeline', 'cluster', 'node', 'sizing', 'alert', 'test'];
const STATEMENTS = ['send', 'phase', 'repeat', 'fault', 'undo', 'expect', 'sustain', 'abort'];
const SIZING = ['size', 'rule', 'otherwise'];
const ENTRIES = ['field'];

// Never a value or a name on their own: a statement goes on with them. `not` is missing here, as it begins a value.
const NEVER_VALUES = [
  'and', 'or', 'in', 'of', 'to', 'over', 'by', 'at', 'for', 'from', 'per', 'during', 'eventually', 'within', 'always', 'every', 'period',
  'after', 'before', 'when', 'as', 'null', 'hold', 'settle', 'into', 'start', 'end', 'rest',
];

// What joins the parts of a statement. Each is a rule of its own (`_for`), so that the parser can tell that it is missing, and read on.
const JOINING = {
  from: 'from', in: 'in', to: 'to', over: 'over', by: 'by', every: 'every', period: 'period', for: 'for', hold: 'hold', within: 'within', after: 'after',
  into: 'into', at: 'at', when: 'when', during: 'during', equals: '=', arrow: '=>', open: '{',
};

const COMPARISONS = ['<', '<=', '>', '>=', '==', '!='];

// A quantity is one word: digits with single `_` between, a fraction, a unit. Letters beyond ASCII belong to the unit, spaces and punctuation do not.
const OTHER = '[^\\x00-\\xBF\\xD7\\xF7\\u{2000}-\\u{206F}\\u{3000}-\\u{303F}]';
const DIGITS = '[0-9]+(_[0-9]+)*';
const FRACTION = '(\\.[0-9]+)?';
const PART = `([A-Za-z0-9_%]|\\/[A-Za-z]|${OTHER})`;
const LEAD = `([A-Za-z%]|\\/[A-Za-z]|${OTHER})`;
const REST = `([A-Za-z0-9_%$]|\\.[A-Za-z0-9_%$]|\\/[A-Za-z]|${OTHER})*`;
const NUMBER = `\\$?${DIGITS}${FRACTION}`;
const UNIT = `(%(\\/[A-Za-z]${PART}*)?|([A-Za-z]|${OTHER})${PART}*|\\/[A-Za-z]${PART}*)`;
const MALFORMED = [
  `\\$?\\.[0-9]${REST}`, //                                     .5
  `\\$?[0-9][0-9_]*__[0-9_]*${REST}`, //                        1__0
  `\\$?[0-9][0-9_]*_(([A-Za-z%$]|\\/[A-Za-z]|\\.[A-Za-z0-9_%$]|${OTHER})${REST})?`, //  1_  1_k
  `\\$?${DIGITS}\\.[0-9]+_${REST}`, //                          1.5_0
  `\\$?${DIGITS}\\.[0-9]+(${LEAD}${PART}*)?\\.[A-Za-z0-9_%$]${REST}`, //  1.2.3
  `\\$?${DIGITS}${LEAD}${PART}*\\.[A-Za-z0-9_%$]${REST}`, //    5s.x
  `\\$?${DIGITS}\\.[A-Za-z_%$]${REST}`, //                      1.x
  `${NUMBER}(${LEAD}${PART}*)?\\$${REST}`, //                   5$
  `${NUMBER}%[A-Za-z0-9_%]${REST}`, //                          50%x
].join('|');

/** @param {RuleOrLiteral} rule @param {RuleOrLiteral} separator */
const separated = (rule, separator) => seq(rule, repeat(seq(separator, rule)));

/**
 * Lines of what is wanted. Half a line is read as such, and what it lacks is missing behind it: so is nearly every line while it is being typed.
 * @param {GrammarSymbols<string>} $ @param {RuleOrLiteral} line @param {SymbolRule<string>} half
 */
const lines = ($, line, half) =>
  seq(
    optional($._newlines),
    repeat(choice(seq(line, $._newlines), seq(alias(half, $.unfinished), $._newlines, $.correction))),
    optional(choice(line, seq(alias(half, $.unfinished), $.correction))),
  );

/** Entries between braces. @param {GrammarSymbols<string>} $ @param {RuleOrLiteral} entry */
const block = ($, entry) =>
  seq($._open, optional($._newlines), optional(seq(separated(choice(entry, $._half_entry), $._separator), optional($._separator))), '}');

/** A word that can be read as a setting's key, although some keywords may stand here too. @param {GrammarSymbols<string>} $ @param {string[]} words */
const key = ($, ...words) => choice(alias($.identifier, $.key), ...words.map((word) => alias(word, $.key)));

/**
 * The expression rules, loosest first. `inner`: directly inside `( )` or `[ ]`, where newlines end nothing.
 * @param {boolean} inner
 */
function expressions(inner) {
  const name = (/** @type {string} */ layer) => (inner ? `_inner_${layer}` : `_${layer}`);
  /** @param {GrammarSymbols<string>} $ @param {RuleOrLiteral} rule */
  const then = ($, rule) => (inner ? seq(rule, optional($._newlines)) : rule);
  /** @type {Record<string, ($: GrammarSymbols<string>) => RuleOrLiteral>} */
  const rules = {};

  const node = (/** @type {GrammarSymbols<string>} */ $, /** @type {string} */ layer, /** @type {string} */ visible) => alias($[name(layer)], $[visible]);
  const layer = (/** @type {string} */ own, /** @type {string} */ part, /** @type {string} */ visible, /** @type {string} */ next) => {
    rules[name(own)] = ($) => choice(node($, part, visible), $[name(next)]);
  };
  const infix = (/** @type {string} */ own, /** @type {string} */ left, /** @type {string[]} */ operators, /** @type {string} */ right) => {
    rules[name(own)] = ($) =>
      seq(field('left', $[name(left)]), field('operator', then($, operators.length > 1 ? choice(...operators) : operators[0])), field('right', $[name(right)]));
  };

  layer('expression', 'either', 'binary_expression', 'conjunction');
  infix('either', 'expression', ['or'], 'conjunction');
  layer('conjunction', 'both', 'binary_expression', 'negation');
  infix('both', 'conjunction', ['and'], 'negation');
  layer('negation', 'opposite', 'unary_expression', 'condition');
  rules[name('opposite')] = ($) => seq(field('operator', then($, 'not')), field('argument', $[name('negation')]));
  // These three do not chain.
  rules[name('condition')] = ($) => choice(node($, 'comparison', 'binary_expression'), node($, 'membership', 'binary_expression'), $[name('amount')]);
  infix('comparison', 'amount', COMPARISONS, 'amount');
  // The `in` of a `param` is its range.
  rules[name('membership')] = ($) =>
    prec(-1, seq(field('left', $[name('amount')]), field('operator', then($, 'in')), field('right', $[name('amount')])));
  layer('amount', 'share', 'binary_expression', 'extent');
  infix('share', 'extent', ['of'], 'extent');
  layer('extent', 'range', 'range', 'sum');
  rules[name('range')] = ($) => {
    const dots = then($, choice('..', '..='));
    return choice(
      seq(field('low', $[name('sum')]), dots, field('high', $[name('sum')])),
      seq(dots, field('high', $[name('sum')])),
      seq(field('low', $[name('sum')]), dots),
    );
  };
  layer('sum', 'addition', 'binary_expression', 'product');
  infix('addition', 'sum', ['+', '-'], 'product');
  layer('product', 'multiplication', 'binary_expression', 'signed');
  infix('multiplication', 'product', ['*', '/'], 'signed');
  layer('signed', 'minus', 'unary_expression', 'operand');
  rules[name('minus')] = ($) => seq(field('operator', then($, '-')), field('argument', $[name('signed')]));
  rules[name('operand')] = ($) => then($, $[name('chain')]);
  Object.assign(rules, chain(name('chain'), ($) => choice($._primary, $.quantity, $._malformed), inner));
  rules[name('value')] = ($) => choice($[name('expression')], then($, choice($.construct, $.record, $.field_reference, $._reserved)));
  return rules;
}

/**
 * Members, calls and instances of what `first` says.
 * @param {string} own @param {($: GrammarSymbols<string>) => RuleOrLiteral} first @param {boolean} inner
 */
function chain(own, first, inner) {
  const before = (/** @type {GrammarSymbols<string>} */ $, /** @type {RuleOrLiteral} */ rule) => (inner ? seq(optional($._newlines), rule) : rule);
  return {
    [own]: (/** @type {GrammarSymbols<string>} */ $) =>
      choice(first($), alias($[`${own}_call`], $.call), alias($[`${own}_member`], $.member), alias($[`${own}_index`], $.index)),
    [`${own}_call`]: (/** @type {GrammarSymbols<string>} */ $) => seq(field('function', $[own]), before($, field('arguments', $.arguments))),
    [`${own}_member`]: (/** @type {GrammarSymbols<string>} */ $) =>
      seq(field('object', $[own]), before($, '.'), inner ? optional($._newlines) : blank(), field('member', alias($.identifier, $.property))),
    [`${own}_index`]: (/** @type {GrammarSymbols<string>} */ $) =>
      seq(field('object', $[own]), before($, seq('[', optional($._newlines))), field('index', $._inner_expression), ']'),
  };
}

/** An expression that ends with an operator or a point: `latency.`, `5x *`. @type {Record<string, ($: GrammarSymbols<string>) => RuleOrLiteral>} */
const dangling = {};
/** @param {string} layer @param {string} tighter @param {($: GrammarSymbols<string>, right: RuleOrLiteral) => RuleOrLiteral[]} forms */
const dangle = (layer, tighter, forms) => {
  dangling[`_dangling_${layer}`] = ($) => choice(...forms($, optional($[`_dangling_${tighter}`])), $[`_dangling_${tighter}`]);
};
dangle('expression', 'conjunction', ($, right) => [seq($._expression, 'or', right)]);
dangle('conjunction', 'negation', ($, right) => [seq($._conjunction, 'and', right)]);
dangle('negation', 'condition', ($) => [seq('not', optional($._dangling_negation))]);
dangle('condition', 'amount', ($, right) => [seq($._amount, choice(...COMPARISONS, 'in'), right)]);
dangle('amount', 'extent', ($, right) => [seq($._extent, 'of', right)]);
dangle('extent', 'sum', ($) => [seq(optional($._sum), choice('..', '..='), $._dangling_sum)]);
dangle('sum', 'product', ($, right) => [seq($._sum, choice('+', '-'), right)]);
dangle('product', 'signed', ($, right) => [seq($._product, choice('*', '/'), right)]);
dangling._dangling_signed = ($) => choice(seq('-', optional($._dangling_signed)), seq($._chain, '.'));

/** The rules of `JOINING`. A rule that is a token alone would be that token; the other branch keeps it a rule. */
const joining = Object.fromEntries(
  Object.entries(JOINING).map(([name, word]) => [`_${name}`, (/** @type {GrammarSymbols<string>} */ $) => choice(word, seq(word, $._unwritten))]),
);

module.exports = grammar({
  name: 'scale',
  word: ($) => $.identifier,
  extras: ($) => [/[ \t\r]/, $.doc_comment, $.comment],
  supertypes: ($) => [$.declaration, $.statement, $.shape, $.window, $.advice],

  rules: {
    // ── file ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    source_file: ($) => lines($, choice($.declaration, alias($._orphan, $.misplaced)), $._half_file_line),

    // What belongs into a block whose first line is lost.
    _orphan: ($) =>
      seq(choice($.statement, alias($._file_setting, $.setting), $.field_entry, $.size_table, $.rule, $.otherwise), $.correction),
    _file_setting: ($) => seq(field('key', key($, ...STATEMENTS, ...ENTRIES, ...SIZING)), $._equals, field('value', $._value)),

    declaration: ($) =>
      choice($.import, $.let, $.param, $.target, $.source, $.event, $.mix, $.metric, $.pipeline, $.cluster, $.node, $.sizing, $.alert, $.test),

    import: ($) => seq('import', $._declared, $._from, field('path', $._quoted)),
    let: ($) => seq('let', $._declared, $._equals, field('value', $._value)),
    param: ($) => seq('param', $._declared, $._equals, field('value', $._expression), optional(seq($._in, field('range', $._expression)))),
    target: ($) => seq('target', $._declared, $._equals, $._kind),
    source: ($) => seq('source', $._declared, $._equals, $._kind),
    _kind: ($) => seq($._kind_name, optional(field('body', alias($._settings, $.body)))),
    _kind_name: ($) => field('kind', choice(alias($.identifier, $.kind), $.correction)),
    event: ($) => seq('event', $._declared, optional($.family), field('body', alias($._fields, $.body))),
    family: ($) => seq('[', optional($._newlines), field('size', $._inner_expression), ']'),
    mix: ($) => seq('mix', $._declared, field('body', alias($._weights, $.body))),
    metric: ($) => seq('metric', $._declared, $._equals, field('value', $._expression), optional($.as_clause), optional($.by_clause), optional($.every_clause)),
    as_clause: ($) => seq('as', field('unit', alias($.identifier, $.metric_unit))),
    by_clause: ($) => seq('by', field('label', alias($.identifier, $.label))),
    every_clause: ($) => seq('every', field('interval', $._expression)),
    pipeline: ($) => seq('pipeline', $._declared, field('body', alias($._settings, $.body))),
    cluster: ($) => seq('cluster', $._declared, field('body', alias($._settings, $.body))),
    node: ($) => seq('node', field('name', $._quoted), field('body', alias($._settings, $.body))),
    sizing: ($) => seq('sizing', $._declared, field('body', $.sizing_block)),
    alert: ($) =>
      seq('alert', field('level', choice('critical', 'warning')), $._declared, $._when, field('condition', $._expression), optional($.for_clause)),
    for_clause: ($) => seq($._for, field('length', $._expression)),
    test: ($) => seq('test', field('name', $._quoted), optional($.for_each), field('body', $.test_block)),
    for_each: ($) => seq($._for, $._declared, $._in, field('values', $._expression)),

    _quoted: ($) => choice($.text, $._hole),
    // Two branches, so that it stays a rule: only then can it be told as missing before something else.
    _hole: ($) => choice($.correction, seq($.correction, $._unwritten)),
    _declared: ($) => choice(field('name', $.identifier), seq(field('name', $.identifier), $._unwritten), field('name', $._reserved)),
    _reserved: ($) => seq(alias($._never_value, $.reserved_word), $.correction),
    _never_value: (_) => choice(...NEVER_VALUES),

    // ── blocks of entries ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    // What a block holds is known by what it belongs to; anything else in it is misplaced.
    _settings: ($) => block($, choice($.setting, alias($._foreign_in_settings, $.misplaced))),
    _foreign_in_settings: ($) => seq(choice($.declaration, $.statement, $.field_entry, $.weighted, $.bare), $.correction),
    _fields: ($) => block($, choice($.setting, $.field_entry, alias($._foreign_in_fields, $.misplaced))),
    _foreign_in_fields: ($) => seq(choice($.declaration, $.statement, $.weighted, $.bare), $.correction),
    _weights: ($) => block($, choice($.weighted, $.bare, alias($._foreign_in_weights, $.misplaced))),
    _foreign_in_weights: ($) => seq(choice($.declaration, $.statement, $.field_entry, $.setting), $.correction),
    _separator: ($) => choice(seq(',', optional($._newlines)), $._newlines),

    setting: ($) =>
      seq(field('key', choice(key($, ...ENTRIES, 'rest', 'choice', ...DECLARATIONS, ...STATEMENTS), $.text)), $._equals, field('value', $._value), optional($.null_clause)),
    field_entry: ($) => seq('field', field('name', alias($.identifier, $.key)), $._equals, field('value', $._value), optional($.null_clause)),
    weighted: ($) => seq(field('weight', $._weight), field('value', $._value), optional($.null_clause)),
    bare: ($) => seq(field('value', choice($._thing, $.construct, $.record)), optional($.null_clause)),
    null_clause: ($) => seq('null', field('share', $._expression)),
    _weight: ($) => choice($.quantity, $._malformed, $.rest),
    rest: (_) => 'rest',

    // ── tests ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    test_block: ($) => seq($._open, lines($, $._test_line, $._half_line), '}'),
    _test_line: ($) => choice($.statement, alias($._test_setting, $.setting), alias($._foreign_in_test, $.misplaced)),
    _foreign_in_test: ($) => seq(choice($.declaration, $.size_table, $.rule, $.otherwise), $.correction),
    // A word that starts a statement is no key here: its name is forgotten.
    _test_setting: ($) => seq(field('key', key($, ...DECLARATIONS, ...SIZING)), $._equals, field('value', $._value)),

    statement: ($) => choice($.send, $.phase, $.repeat, $.fault, $.undo, $.expect, $.sustain, $.abort),

    send: ($) => seq('send', optional(field('weight', $._weight)), field('what', $._thing), $._to, $.destinations),
    destinations: ($) => separated($._thing, 'and'),
    phase: ($) => seq('phase', $._declared, $._equals, field('shape', $._shape), optional(field('body', $.phase_block))),
    phase_block: ($) => seq($._open, lines($, choice($.send, alias($._foreign_in_phase, $.misplaced)), $._half_line), '}'),
    _foreign_in_phase: ($) =>
      seq(choice(alias($._test_setting, $.setting), $.declaration, $.phase, $.repeat, $.fault, $.undo, $.expect, $.sustain, $.abort), $.correction),
    repeat: ($) => seq('repeat', field('count', $._expression), field('body', $.test_block)),
    fault: ($) => seq('fault', $._declared, $._equals, $._whole_action, $._at, field('offset', $._expression), $._into, $.phase_reference),
    undo: ($) => seq('undo', $._declared, optional(seq($._equals, $._whole_action)), $._after, field('delay', $._expression)),
    _fault_action: ($) => choice($.fault_action, $._expression),
    fault_action: ($) =>
      seq(choice('stop', 'start', 'scale', 'kill'), field('pipeline', $._reference), optional(seq($._to, field('members', $._expression)))),
    expect: ($) => seq('expect', field('condition', $._expression), field('window', $.window), optional($.per_clause)),
    sustain: ($) => seq('sustain', field('condition', $._expression)),
    abort: ($) => seq('abort', $._when, field('condition', $._expression), optional($.for_clause)),

    _shape: ($) => choice($.shape, alias($._shapeless, $.hold)),
    // The word `hold` is forgotten.
    _shapeless: ($) => seq(field('rate', $._expression), optional(seq($._for, field('length', $._expression))), $.correction),
    shape: ($) => choice($.hold, $.ramp, $.step, $.sine, $.spike, $.pause, $.flood, $.replay, $.search),
    hold: ($) => seq('hold', field('rate', $._expression), $._for, field('length', $._expression)),
    ramp: ($) => seq('ramp', $._from_to, $._over, field('length', $._expression)),
    step: ($) => seq('step', $._from_to, $._by, field('height', $._expression), $._every, field('interval', $._expression)),
    sine: ($) => seq('sine', $._from_to, $._period, field('period', $._expression), $._for, field('length', $._expression)),
    spike: ($) => seq('spike', $._from_to, $._over, field('length', $._expression)),
    _from_to: ($) => seq(field('from', $._expression), $._to, field('to', $._expression)),
    pause: ($) => seq('pause', $._for, field('length', $._expression)),
    flood: ($) => seq('flood', field('count', $._expression), optional(seq($._at, field('rate', $._expression)))),
    replay: ($) => seq('replay', field('path', $._quoted), optional(seq('scale', field('factor', $._expression)))),
    search: ($) =>
      seq(
        'search', field('range', $._expression), $._by, field('step', $._expression), $._hold, field('length', $._expression),
        optional(seq('settle', field('settle', $._expression))), optional(seq($._to, $._within, field('precision', $._expression))),
      ),

    window: ($) => choice($.always, $.during, $.eventually, $.within, $.at_end),
    always: (_) => 'always',
    during: ($) => seq($._during, $._phases),
    eventually: ($) => seq('eventually', 'during', $._phases),
    within: ($) =>
      seq('within', field('length', $._expression), $._after, optional(seq('start', 'of')), $.phase_reference, optional($.for_clause)),
    at_end: (_) => seq('at', 'end'),
    per_clause: ($) => seq('per', field('stretch', $._expression)),
    _phases: ($) => seq(optional('all'), separated($.phase_reference, 'and')),
    // A phase may have the name `all`.
    phase_reference: ($) => seq(field('name', choice($.identifier, alias('all', $.identifier))), optional($.instance)),
    instance: ($) => seq('[', optional($._newlines), field('index', $._inner_expression), ']'),

    // ── sizings ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    sizing_block: ($) => seq($._open, lines($, choice($.size_table, $.rule, $.otherwise, alias($._foreign_in_sizing, $.misplaced)), $._half_sizing_line), '}'),
    _foreign_in_sizing: ($) => seq(choice($.declaration, $.statement, alias($._test_setting, $.setting)), $.correction),
    size_table: ($) => seq('size', $._by, field('metric', $._expression), field('body', $.arms)),
    arms: ($) => block($, choice($.arm, seq(alias($._half_arm, $.unfinished), $.correction))),
    arm: ($) => seq(field('range', $._expression), $._arrow, field('advice', $.advice)),
    rule: ($) => seq('rule', $._declared, $._when, field('condition', $._expression), optional($.during), $._arrow, field('advice', $.advice)),
    otherwise: ($) => seq('otherwise', field('advice', $.advice)),

    advice: ($) => choice($.keep, $.scale_out, $.scale_in, $.scale_up, $.split, $.throttle, $.investigate, $.size),
    keep: (_) => 'keep',
    scale_out: ($) => seq('scale', 'out', $._by, field('count', $._expression)),
    scale_in: ($) => seq('scale', 'in', $._by, field('count', $._expression)),
    scale_up: ($) => seq('scale', 'up', $._to, field('node', $._expression)),
    split: ($) => seq('split', optional(seq('into', field('count', $._expression)))),
    throttle: ($) => seq('throttle', $._to, field('rate', $._expression)),
    investigate: ($) => seq('investigate', field('text', $._expression)),
    size: ($) => $._expression,

    // ── half a line ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    _half_file_line: ($) => choice($._half_declaration, $._half_statement),
    _half_sizing_line: ($) => choice(alias($._half_rule, $.rule), alias($._half_otherwise, $.otherwise)),
    _half_entry: ($) => seq(alias($._half_field, $.unfinished), $.correction),
    _half_field: ($) => seq('field', field('name', alias($.identifier, $.key))),

    _half_expression: ($) => choice($._expression, $._dangling_expression),
    _half_declaration: ($) =>
      choice(
        alias($._half_import, $.import), alias($._half_let, $.let), alias($._half_param, $.param), alias($._half_target, $.target),
        alias($._half_source, $.source), alias($._half_metric, $.metric), alias($._half_alert, $.alert),
      ),
    _half_import: ($) => seq('import', optional($._declared)),
    _half_let: ($) => seq('let', optional($._declared)),
    _half_param: ($) => seq('param', optional($._declared)),
    _half_target: ($) => seq('target', optional($._declared)),
    _half_source: ($) => seq('source', optional($._declared)),
    _half_metric: ($) => seq('metric', optional($._declared)),
    _half_alert: ($) => seq('alert', optional(seq(field('level', choice('critical', 'warning')), optional($._declared)))),

    _half_line: ($) => choice($._half_statement, alias($._half_setting, $.setting)),
    _half_setting: ($) => field('key', alias($.identifier, $.key)),
    _half_statement: ($) =>
      choice(
        alias($._half_send, $.send), alias($._half_phase, $.phase), alias($._half_fault, $.fault), alias($._half_undo, $.undo),
        alias($._half_expect, $.expect), alias($._half_abort, $.abort),
      ),
    _half_send: ($) => seq('send', optional(field('weight', $._weight)), optional(choice(field('what', $._thing), seq($._thing, '.')))),
    _half_phase: ($) => seq('phase', optional(seq($._declared, optional(seq($._equals, optional(field('shape', $._half_shape))))))),
    _half_fault: ($) =>
      seq('fault', optional(seq($._declared, optional(seq($._equals, optional(choice($._half_action, seq($._whole_action, optional($._half_time))))))))),
    _whole_action: ($) => field('action', $._fault_action),
    _half_time: ($) => seq($._at, optional($._half_expression)),
    _half_undo: ($) => seq('undo', optional(seq($._declared, optional(seq($._equals, optional(choice($._half_action, $._whole_action))))))),
    _half_action: ($) => choice($._dangling_expression, 'stop', 'start', 'scale', 'kill'),
    _half_expect: ($) => seq('expect', optional(choice(field('condition', $._expression), $._dangling_expression, seq(field('condition', $._expression), field('window', $._half_window))))),
    _half_abort: ($) => seq('abort', optional($._dangling_when)),
    _dangling_when: ($) => seq($._when, $._dangling_expression),

    _half_shape: ($) =>
      choice(
        alias($._half_hold, $.hold), alias($._half_ramp, $.ramp), alias($._half_step, $.step), alias($._half_sine, $.sine),
        alias($._half_spike, $.spike), alias($._half_pause, $.pause), alias($._half_search, $.search),
      ),
    _half_hold: ($) => seq('hold', optional($._half_expression)),
    _half_ramp: ($) => seq('ramp', optional($._half_from_to)),
    _half_step: ($) => seq('step', optional(choice($._half_from_to, seq($._from_to, $._by, optional($._half_expression))))),
    _half_sine: ($) => seq('sine', optional(choice($._half_from_to, seq($._from_to, $._period, optional($._half_expression))))),
    _half_pause: (_) => 'pause',
    _half_spike: ($) => seq('spike', optional($._half_from_to)),
    _half_search: ($) => seq('search', optional(choice($._half_expression, seq(field('range', $._expression), $._by, optional($._half_expression))))),
    _half_from_to: ($) => choice($._half_expression, seq(field('from', $._expression), $._to, optional($._half_expression))),

    _half_window: ($) => choice(alias($._half_within, $.within), alias($._half_eventually, $.eventually)),
    _half_within: ($) => seq('within', optional($._half_expression)),
    _half_eventually: (_) => 'eventually',

    _half_rule: ($) =>
      seq('rule', optional(seq($._declared, optional(seq($._when, optional(choice($._half_expression, seq(field('condition', $._expression), $._arrow, $._half_advice)))))))),
    _half_otherwise: ($) => seq('otherwise', $._half_advice),
    _half_advice: (_) => seq('scale', optional(choice('out', 'in', 'up'))),
    _half_arm: ($) => alias($._half_arm_range, $.arm),
    _half_arm_range: ($) => field('range', $._expression),

    // ── values ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    ...expressions(false),
    ...expressions(true),
    ...dangling,
    // Led by a name, not by a number: that would be a weight.
    ...chain('_thing', ($) => $._primary, false),

    ...chain('_reference', ($) => $._name, false),

    construct: ($) =>
      choice(
        seq(field('kind', alias($.identifier, $.kind)), field('body', alias($._settings, $.body))),
        seq(field('kind', alias('choice', $.kind)), field('body', alias($._weights, $.body))),
      ),
    record: ($) => field('body', alias($._fields, $.body)),
    field_reference: ($) => seq('field', field('name', alias($.identifier, $.property))),

    _primary: ($) => choice($._name, $.boolean, $.text, $.list, $.parenthesized),
    _name: ($) => choice($.identifier, alias('field', $.identifier), alias('choice', $.identifier)),
    list: ($) => seq('[', optional($._newlines), optional($._elements), ']'),
    arguments: ($) => seq('(', optional($._newlines), optional($._elements), ')'),
    _elements: ($) => seq(separated($._inner_value, $._comma), optional($._comma)),
    parenthesized: ($) => seq('(', optional($._newlines), $._inner_value, ')'),
    _comma: ($) => seq(',', optional($._newlines)),

    // ── what joins ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    ...joining,

    // ── leaves ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    boolean: (_) => choice('true', 'false'),
    quantity: ($) => seq($.number, optional($.unit)),
    number: (_) => token(new RustRegex(NUMBER)),
    unit: (_) => token.immediate(prec(1, new RustRegex(UNIT))),
    _malformed: ($) => seq($.malformed_quantity, $.correction),
    malformed_quantity: (_) => token(new RustRegex(MALFORMED)),

    text: ($) => choice($._text, $._raw_text),
    _text: ($) => seq('"', optional($.text_content), token.immediate('"')),
    text_content: ($) => repeat1(choice($._fragment, $.escape_sequence, $._bad_escape)),
    _fragment: (_) => token.immediate(prec(1, /[^"\\\n]+/)),
    escape_sequence: (_) => token.immediate(prec(1, /\\(["\\nt]|u\{(0{0,5}[0-9A-Fa-f]|0{0,4}[0-9A-Fa-f]{2}|0{0,3}[0-9A-Fa-f]{3}|0{0,2}([0-9A-CE-Fa-ce-f][0-9A-Fa-f]{3}|[Dd][0-7][0-9A-Fa-f]{2})|0?[1-9A-Fa-f][0-9A-Fa-f]{4}|10[0-9A-Fa-f]{4})\})/)),
    _bad_escape: ($) => seq($.invalid_escape, $.correction),
    invalid_escape: (_) => token.immediate(prec(1, /\\[^"\\nt\n]/)),
    _raw_text: ($) => seq('"""', optional(alias($.raw_content, $.text_content)), token.immediate('"""')),
    raw_content: (_) => token.immediate(prec(1, /([^"]|"[^"]|""[^"])+/)),

    identifier: (_) => /[A-Za-z_][A-Za-z0-9_]*/,
    _newlines: ($) => repeat1($._newline),
    _newline: (_) => /\n([ \t\r]*\n)*/,
    doc_comment: (_) => token(prec(1, /##[^\n]*/)),
    comment: (_) => token(/#[^\n]*/),

    // Nothing that anybody writes: where it is expected, something is wrong.
    _unwritten: (_) => '\u{FDD2}\u{FDD3}',
    correction: (_) => '\u{FDD0}\u{FDD1}',
  },
});
