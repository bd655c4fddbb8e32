/*
Language: scale
Description: Load, health and sizing of streaming pipelines, as scalec reads them
Author: the scalec authors
Category: config
*/

// words: declarations statements sizing_statements entries shapes reserved advice fault_actions levels word_operators constants target_kinds source_kinds settings worded_settings setting_words generators functions queries test_metrics members statistics cluster_members metric_units units units_behind_slash
const ADVICE =
  "investigate|throttle|scale|split|keep|out|in|up";
const CLUSTER_MEMBERS =
  "memory|price|nodes|vcpu";
const CONSTANTS =
  "false|true";
const DECLARATIONS =
  "pipeline|cluster|import|target|source|metric|sizing|param|event|alert|node|test|let|mix";
const ENTRIES =
  "field";
const FAULT_ACTIONS =
  "start|scale|exec|stop|kill";
const FUNCTIONS =
  "stability|secret|floor|round|delta|trend|ceil|last|rate|min|max|abs|avg|env";
const GENERATORS =
  "exponential|lognormal|from_file|timestamp|decimal|pattern|normal|one_of|recent|choice|index|float|bytes|email|uuid|zipf|text|bool|name|word|date|list|late|now|seq|int|map|ip";
const LEVELS =
  "critical|warning";
const MEMBERS =
  "cost_per_million|members_declared|trigger_interval|processing_rate|batch_duration|backlog_bytes|offered_rate|service_time|state_memory|failed_tasks|acked_rate|bytes_rate|duplicated|rebalances|end_to_end|input_rate|state_rows|open_files|sent_rate|delivered|reordered|corrupted|executors|not_sent|lateness|critical|lag_time|capacity|gc_ratio|executor|planned|latency|warning|members|backlog|threads|failed|errors|alerts|tables|memory|driver|acked|ratio|sent|lost|cost|high|lag|cpu";
const METRIC_UNITS =
  "bytes_per_second|milliseconds|per_second|mebibytes|percent|seconds|dollars|number|count|ratio|bytes";
const QUERIES =
  "metric|query|value|json";
const RESERVED =
  "eventually|during|within|always|period|before|settle|every|after|start|over|from|when|null|hold|into|rest|for|per|end|to|by|at|as";
const SETTING_WORDS =
  "sasl_plaintext|scram_sha_256|scram_sha_512|oauthbearer|plaintext|sasl_ssl|protobuf|debezium|uniform|poisson|leader|snappy|gssapi|plain|none|gzip|zstd|json|avro|all|lz4|ssl";
const SETTINGS =
  "throughput_units|partition_bytes|partition_rate|platform_fee|compression|certificate|concurrency|partitions|idempotent|max_record|connection|spot_price|skip_first|mechanism|namespace|aggregate|event_log|duplicate|malformed|security|username|password|registry|endpoint|ordering|pid_file|pipeline|identity|envelope|progress|capacity|arrivals|expected|brokers|subject|message|project|headers|timeout|command|trigger|members|cluster|workers|create|linger|format|schema|client|stream|region|shards|method|rotate|writes|tables|memory|driver|topic|batch|retry|table|query|token|reads|group|yield|start|scale|price|as_of|acks|from|path|name|host|size|late|stop|vcpu|spot|seed|tags|key|hub|url|ca|to|op";
const SHAPES =
  "replay|search|spike|pause|flood|hold|ramp|step|sine";
const SIZING_STATEMENTS =
  "otherwise|size|rule";
const SOURCE_KINDS =
  "prometheus|cloudwatch|databricks|process|spark|http|exec";
const STATEMENTS =
  "sustain|repeat|expect|phase|fault|abort|send|undo";
const STATISTICS =
  "spread|count|p999|mean|p50|p90|p95|p99|max|min|avg";
const TARGET_KINDS =
  "eventhubs|postgres|kinesis|webhook|pubsub|kafka|file|null";
const TEST_METRICS =
  "cost_per_million|offered_rate|service_time|acked_rate|bytes_rate|duplicated|sent_rate|delivered|reordered|corrupted|not_sent|lateness|planned|latency|failed|errors|alerts|acked|sent|lost|cost";
const UNITS =
  "KiB|MiB|GiB|TiB|ns|us|ms|KB|MB|GB|TB|s|m|h|d|B|k|M|G|%|x";
const UNITS_BEHIND_SLASH =
  "KiB|MiB|GiB|TiB|ns|us|ms|KB|MB|GB|TB|s|m|h|d|B|k|M|G";
const WORD_OPERATORS =
  "and|not|or|in|of";
const WORDED_SETTINGS =
  "compression|mechanism|security|envelope|arrivals|format|acks";
// end of words

const NAME = "[A-Za-z_]\\w*";
// A setting: `=` follows, and no `==` or `=>`.
const SET = "(?=[ \\t]*=(?![=>]))";
const NOT_SET = "(?![ \\t]*=(?![=>]))";

/** A word at the head of a line, and the name behind it. */
function head(words, name) {
  return { begin: [`^[ \\t]*(?:${words})`, /[ \t]+/, NAME], beginScope: { 1: "keyword", 3: name } };
}

/** A word at the head of a line, the name behind it, and the word that says what it is. */
function kind(words, name, kinds, scope) {
  return {
    begin: [`^[ \\t]*(?:${words})`, /[ \t]+/, NAME, /[ \t]*=[ \t]*/, `(?:${kinds})\\b(?![ \\t]*[=.(])`],
    beginScope: { 1: "keyword", 3: name, 5: scope },
  };
}

/** @type {import("highlight.js").LanguageFn} */
export default function scale(hljs) {
  const comments = [
    {
      scope: "comment",
      begin: /##/,
      end: /$/,
      contains: [{ scope: "code", match: /`[^`\n]+`/ }],
    },
    {
      scope: "comment",
      begin: /#[ \t]*scalec:[ \t]*allow\b/,
      end: /$/,
      contains: [{ scope: "doctag", match: /\b[EWH]\d{4}\b/ }],
    },
    hljs.COMMENT(/#/, /$/),
  ];
  const texts = [
    { scope: "string", begin: /"""/, end: /"""/ },
    {
      scope: "string",
      begin: /"/,
      end: /"|$/,
      contains: [{ scope: "char.escape", match: /\\(?:["\\nt]|u\{[0-9A-Fa-f]{1,6}\})/ }, { match: /\\./ }],
    },
  ];
  const quantities = [
    {
      // With units that are known.
      scope: "number",
      match: `\\$?\\d+(?:_\\d+)*(?:\\.\\d+(?:_\\d+)*)?(?:${UNITS})?(?:/(?:${UNITS_BEHIND_SLASH}))?(?![\\w%$]|\\.(?!\\.)|/[A-Za-z])`,
    },
    { match: /\.\.=?/ },
    // What is no number with known units is one token all the same.
    { scope: "number", match: /\$?\.?\d(?:[\w%$]|\.(?!\.)|\/(?=[A-Za-z]))*/ },
  ];
  const settings = [
    { begin: [`\\b(?:${ENTRIES})`, /[ \t]+/, NAME + SET], beginScope: { 1: "keyword", 3: "attr" } },
    { scope: "keyword", match: `\\b(?:${ENTRIES})(?=[ \\t]+${NAME})` },
    {
      begin: [`\\b(?:${WORDED_SETTINGS})`, /[ \t]*=[ \t]*/, `(?:${SETTING_WORDS})\\b(?![.(])`],
      beginScope: { 1: "attr", 3: "literal" },
    },
    { scope: "attr", match: `\\b(?:${SETTINGS})${SET}` },
    { scope: "attr", match: `\\b${NAME}${SET}` },
  ];
  const heads = [
    kind("target", "title.class", TARGET_KINDS, "type"),
    kind("source", "title.class", SOURCE_KINDS, "type"),
    { begin: [/^[ \t]*alert/, /[ \t]+/, `(?:${LEVELS})\\b`, /[ \t]+/, NAME], beginScope: { 1: "keyword", 3: "keyword", 5: "title.class" } },
    kind("phase", "title.function", SHAPES, "keyword"),
    kind("fault|undo", "title.function", `(?:${FAULT_ACTIONS})(?=[ \\t]+[A-Za-z_])`, "keyword"),
    { ...head(DECLARATIONS, "title.class"), begin: [`^[ \\t]*(?:${DECLARATIONS})`, /[ \t]+/, NAME] },
    { scope: "keyword", match: `^[ \\t]*(?:${DECLARATIONS})(?=[ \\t]+")` },
    head("phase|rule|fault|undo", "title.function"),
    { scope: "keyword", match: `^[ \\t]*(?:${STATEMENTS}|${SIZING_STATEMENTS})\\b${NOT_SET}(?=[ \\t]+["$(.\\w-]|[ \\t]*$)` },
  ];
  const advised = `(?:scale[ \\t]+(?:out|in|up)|${ADVICE})\\b(?![.(])`;
  const advice = [
    { begin: [/=>/, /[ \t]*/, advised], beginScope: { 1: "operator", 3: "keyword" } },
    { begin: [/^[ \t]*otherwise/, /[ \t]+/, advised], beginScope: { 1: "keyword", 3: "keyword" } },
  ];
  const clauses = [
    { begin: [/\bas/, /[ \t]+/, `(?:${METRIC_UNITS})\\b`], beginScope: { 1: "keyword", 3: "literal" } },
    { begin: [/\bduring/, /[ \t]+/, /all\b(?=[ \t]+[A-Za-z_])/], beginScope: { 1: "keyword", 3: "keyword" } },
    { begin: [/"[^"\n]*"/, /[ \t]+/, /scale\b(?=[ \t]+[\w$(])/], beginScope: { 1: "string", 3: "keyword" } },
    { scope: "keyword", match: `\\b(?:${WORD_OPERATORS}|${RESERVED})\\b` },
  ];
  const members = [
    { begin: [/(?<!\.)\./, `(?:${QUERIES})(?=\\()`], beginScope: { 2: "title.function" } },
    { begin: [/(?<!\.)\./, `(?:${STATISTICS}|${MEMBERS}|${CLUSTER_MEMBERS})\\b`], beginScope: { 2: "property" } },
    { match: `(?<!\\.)\\.${NAME}` },
  ];
  const words = [
    { scope: "built_in", match: `\\b(?:${FUNCTIONS}|exec)(?=\\()` },
    { scope: "built_in", match: `\\b(?:${GENERATORS})(?=\\(|[ \\t]*\\{)` },
    { scope: "literal", match: `\\b(?:${CONSTANTS})\\b` },
    { scope: "property", match: `\\b(?:${TEST_METRICS})\\b` },
    { match: `\\b${NAME}` },
  ];
  return {
    name: "scale",
    aliases: ["scalec"],
    case_insensitive: false,
    contains: [...comments, advice[1], ...heads, clauses[2], ...texts, ...quantities, advice[0], ...settings, ...clauses, ...members, ...words],
  };
}
