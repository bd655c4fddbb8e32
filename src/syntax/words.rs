//! The words of the language, listed once: with what begins with them, and one line on each. The editor reads the same tables, and tests hold
//! `grammar/scale.pest` to them.

/// How something is written, and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it begins with: `hold`, `scale out`.
    pub word: &'static str,
    /// As it would stand in a file.
    pub form: &'static str,
    pub doc: &'static str,
}

const fn form(word: &'static str, form: &'static str, doc: &'static str) -> Form {
    Form { word, form, doc }
}

/// What a file consists of.
pub const DECLARATIONS: &[Form] = &[
    form("import", "import shop from \"shared/shop.scale\"", "Brings in what another file declares, as members of a name."),
    form("let", "let usual = 2_000/s", "A constant."),
    form("param", "param peak = 10_000/s in 1_000/s..=50_000/s", "A constant that `--set` can change, within a range."),
    form("target", "target clicks = kafka { … }", "Where records go."),
    form("source", "source prom = prometheus { … }", "What is asked for measurements."),
    form("event", "event page_viewed { … }", "What one record looks like."),
    form("mix", "mix browsing { 60% page_viewed, rest order_placed }", "What traffic looks like: events and mixes by weight."),
    form("metric", "metric cpu = prom.query(\"…\") as percent by executor every 15s", "A series that is asked of a source."),
    form("pipeline", "pipeline clickstream { reads = clicks }", "The system under test."),
    form("cluster", "cluster current { workers = 4 of \"m5.xlarge\" }", "The nodes that a pipeline runs on."),
    form("node", "node \"m5.xlarge\" { vcpu = 4, memory = 16GiB, price = $0.192/h }", "A kind of machine and its price."),
    form("sizing", "sizing clickstream { … }", "How the cluster of a pipeline should follow its load."),
    form("alert", "alert critical backlog when clickstream.lag > 100k for 1m", "A condition that is recorded when it holds; decides nothing by itself."),
    form("test", "test \"name\" { … }", "A timeline of load, and what must hold meanwhile."),
];

/// What a test consists of, beside its settings.
pub const STATEMENTS: &[Form] = &[
    form("send", "send 95% browsing to clicks", "What is sent, and where to; a share of the phase's rate, or a steady rate of its own."),
    form("phase", "phase baseline = hold 2_000/s for 10m", "A stretch of the timeline with a shape of load."),
    form("repeat", "repeat 3 { … }", "The same phases again and again."),
    form("fault", "fault outage = stop clickstream at 5m into baseline", "Something that is done to the system while it is under load."),
    form("undo", "undo outage after 10m", "Takes a fault back; always runs, also after a failure."),
    form("expect", "expect latency.p99 < 250ms during baseline", "What must hold, and when."),
    form("sustain", "sustain acked_rate >= 99% * offered_rate", "What each step of a `search` must keep up."),
    form("abort", "abort when clickstream.lag > 20M for 2m", "Ends the run early, as a failure."),
];

/// What a sizing consists of.
pub const SIZING: &[Form] = &[
    form("size", "size by offered_rate { ..1_000/s => 2 of \"m5.large\" … }", "The starting size, read at the highest planned rate."),
    form("rule", "rule name when cpu.min > 80% => scale out by 2", "Advice where a condition held; the first that is true advises."),
    form("otherwise", "otherwise keep", "Advice where no rule is true."),
];

/// What an event consists of, beside its settings.
pub const ENTRIES: &[Form] = &[form("field", "field user = zipf(1..=1_000, 1.1)", "A field of the record, and what it holds.")];

/// The shapes of a phase.
pub const SHAPES: &[Form] = &[
    form("hold", "hold 2_000/s for 10m", "A constant rate."),
    form("ramp", "ramp 0/s to 2_000/s over 5m", "A rate that rises or falls evenly."),
    form("step", "step 1_000/s to 5_000/s by 1_000/s every 5m", "A staircase, up or down; by a rate, or by a ratio of the step before."),
    form("sine", "sine 1_000/s to 3_000/s period 1h for 6h", "From the lower rate up and back, once a period."),
    form("spike", "spike 1_000/s to 10_000/s over 2m", "Up and down again, as a triangle."),
    form("pause", "pause for 5m", "Nothing is sent; metrics go on."),
    form("flood", "flood 1M at 50_000/s", "So many records as fast as the target takes them, at most at a rate."),
    form("replay", "replay \"file.csv\" scale 2x", "A recorded curve: columns `seconds,rate`, its rates multiplied."),
    form("search", "search 1_000/s..=20_000/s by 25% hold 1m settle 10s to within 5%", "Finds the highest rate at which every `sustain` holds."),
];

/// When an expectation is judged.
pub const WINDOWS: &[Form] = &[
    form("always", "always", "During the whole test."),
    form("during", "during baseline and burst", "In those phases; each instance of a repeated one by itself."),
    form("during all", "during all burst", "In all instances of the phases together."),
    form("eventually during", "eventually during burst", "At some moment of each instance."),
    form("within", "within 10m after burst for 2m", "So soon after the phase (or `start of` it, or a fault), and from then on for so long."),
    form("at end", "at end", "Once, after the last phase and the final flush."),
    form("per", "per 1m", "Behind a window: judged on stretches of so long, or of so many records."),
];

/// What a sizing can advise.
pub const ADVICE: &[Form] = &[
    form("keep", "keep", "Leave the cluster as it is."),
    form("scale out", "scale out by 2", "So many workers more."),
    form("scale in", "scale in by 2", "So many workers fewer."),
    form("scale up", "scale up to \"r5.2xlarge\"", "Another kind of node."),
    form("split", "split into 2", "Several pipelines, each with a part of the tables."),
    form("throttle", "throttle to 5_000/s", "Let no more in than this."),
    form("investigate", "investigate \"data skew: repartition\"", "Look at something that no size mends."),
];

/// What a fault can do.
pub const FAULT_ACTIONS: &[Form] = &[
    form("exec", "exec(\"kubectl\", \"delete\", \"pod\", \"worker-3\")", "Runs a command; needs --allow-exec."),
    form("stop", "stop clickstream", "Stops a pipeline."),
    form("start", "start clickstream", "Starts a pipeline."),
    form("kill", "kill clickstream", "Takes one member of a pipeline away."),
    form("scale", "scale clickstream to 2", "Gives a pipeline so many members."),
];

/// How loud an alert is.
pub const LEVELS: &[Form] =
    &[form("critical", "alert critical backlog when …", "Somebody is woken up."), form("warning", "alert warning hot when …", "Somebody should look at it.")];

/// Words that join the parts of a statement.
pub const CLAUSES: &[Form] = &[
    form("from", "import shop from \"shared/shop.scale\"", "The file that an import reads."),
    form("as", "as percent", "What the raw number of a metric is."),
    form("by", "by executor", "The label that keeps series apart; the height of a step."),
    form("every", "every 15s", "How often."),
    form("for", "for 10m", "How long; in the head of a test, one test for each value."),
    form("when", "when clickstream.lag > 100k", "The condition."),
    form("to", "send browsing to clicks", "Where to, or up to which rate."),
    form("over", "over 5m", "The time that it takes."),
    form("period", "period 1h", "The length of one wave."),
    form("at", "at 5m into baseline", "When in a phase a fault strikes; at most which rate."),
    form("into", "at 5m into baseline", "The phase that a fault strikes; into how many a pipeline is split."),
    form("after", "within 10m after burst", "From the end of a phase, or from a fault."),
    form("start", "within 10m after start of burst", "From the start of a phase instead of its end."),
    form("end", "at end", "After the last phase and the final flush."),
    form("settle", "settle 10s", "What is left out at the start of each step of a search."),
    form("all", "during all burst", "All instances of a phase together."),
    form("null", "null 20%", "The share of records in which a field is empty."),
    form("rest", "rest order_placed", "The share that percentages leave."),
    form("out", "scale out by 2", "More workers."),
    form("up", "scale up to \"r5.2xlarge\"", "Larger nodes."),
    // No statement takes it; it is kept free of other meanings.
    form("before", "", "Kept free of other meanings."),
];

/// What a clause word does in one statement where it does something else in another: by the word of the statement, or of the part of one.
pub const CLAUSES_OF: &[(&str, Form)] = &[
    ("param", form("in", "param peak = 10_000/s in 1_000/s..=50_000/s", "The range that `--set` must keep to.")),
    ("metric", form("by", "metric cpu = prom.query(\"…\") as percent by executor", "The label that keeps series apart: one for each of its values.")),
    ("metric", form("every", "metric cpu = prom.query(\"…\") as percent every 15s", "How often the source is asked.")),
    ("alert", form("when", "alert critical backlog when clickstream.lag > 100k for 1m", "The condition under which it is raised.")),
    ("alert", form("for", "alert critical backlog when clickstream.lag > 100k for 1m", "How long the condition must hold before it is raised.")),
    ("test", form("for", "test \"payloads\" for size in [1KB, 10KB, 100KB] { … }", "One test for each of these values, in which the name is a constant.")),
    ("test", form("in", "test \"payloads\" for size in [1KB, 10KB, 100KB] { … }", "The values, for each of which there is one test.")),
    ("send", form("to", "send browsing to clicks", "The target that it is sent to.")),
    ("send", form("and", "send browsing to clicks and archive", "Several targets: each gets the same records.")),
    ("hold", form("for", "hold 2_000/s for 10m", "How long.")),
    ("sine", form("for", "sine 1_000/s to 3_000/s period 1h for 6h", "How long, over all waves.")),
    ("pause", form("for", "pause for 5m", "How long.")),
    ("ramp", form("to", "ramp 0/s to 2_000/s over 5m", "The rate at its end.")),
    ("ramp", form("over", "ramp 0/s to 2_000/s over 5m", "The time from the first rate to the last.")),
    ("step", form("to", "step 1_000/s to 5_000/s by 1_000/s every 5m", "The rate of the last step.")),
    ("step", form("by", "step 1_000/s to 5_000/s by 1_000/s every 5m", "The height of a step: a rate, or a ratio of the step before.")),
    ("step", form("every", "step 1_000/s to 5_000/s by 1_000/s every 5m", "How long each step lasts.")),
    ("sine", form("to", "sine 1_000/s to 3_000/s period 1h for 6h", "The upper rate of the wave.")),
    ("spike", form("to", "spike 1_000/s to 10_000/s over 2m", "The rate at its tip.")),
    ("spike", form("over", "spike 1_000/s to 10_000/s over 2m", "The time that it takes, up and down.")),
    ("flood", form("at", "flood 1M at 50_000/s", "At most which rate.")),
    ("replay", form("scale", "replay \"file.csv\" scale 2x", "What all rates of the curve are multiplied by.")),
    ("search", form("by", "search 1_000/s..=20_000/s by 25% hold 1m", "The ratio by which each rate of the climb is higher than the one before.")),
    ("search", form("hold", "search 1_000/s..=20_000/s by 25% hold 1m", "How long each step is held and judged.")),
    ("search", form("to", "search 1_000/s..=20_000/s by 25% hold 1m to within 5%", "How near to each other the highest rate that holds and the lowest that does not must come.")),
    ("search", form("within", "search 1_000/s..=20_000/s by 25% hold 1m to within 5%", "How near to each other the highest rate that holds and the lowest that does not must come.")),
    ("fault", form("at", "fault outage = stop clickstream at 5m into baseline", "When in the phase it strikes: after a time, or a share of the phase.")),
    ("fault", form("into", "fault outage = stop clickstream at 5m into baseline", "The phase that it strikes, in each instance unless one is named.")),
    ("scale", form("to", "fault fewer = scale clickstream to 2 at 5m into baseline", "How many members the pipeline is given.")),
    ("undo", form("after", "undo outage after 10m", "How long after the fault has struck.")),
    ("abort", form("when", "abort when clickstream.lag > 20M for 2m", "The condition that ends the run.")),
    ("abort", form("for", "abort when clickstream.lag > 20M for 2m", "How long the condition must hold before the run ends.")),
    ("during", form("and", "during baseline and burst", "Several phases: each is a window of its own.")),
    ("during all", form("and", "during all baseline and burst", "Several phases: all of their instances together.")),
    ("eventually during", form("and", "eventually during baseline and burst", "Several phases: each is a window of its own.")),
    ("within", form("after", "within 10m after burst", "What it counts from: the end of a phase (or the `start of` one), or a fault.")),
    ("within", form("of", "within 10m after start of burst", "The phase from whose start it counts.")),
    ("within", form("for", "within 10m after burst for 2m", "How long it must hold from then on.")),
    ("size", form("by", "size by offered_rate { … }", "The metric by which the size is chosen, read at the highest planned rate.")),
    ("rule", form("when", "rule cpu_bound when cpu.min > 80% => scale out by 2", "The condition, of averages over the last `hold` phase, or over those of a `during`.")),
    ("rule", form("during", "rule cpu_bound when cpu.min > 80% during burst => scale out by 2", "The phases over which the averages are taken, in place of the last `hold`.")),
    ("rule", form("and", "rule cpu_bound when cpu.min > 80% during burst and recover => keep", "Several phases: the averages are taken over all of them.")),
    ("scale out", form("by", "scale out by 2", "How many workers more.")),
    ("scale in", form("by", "scale in by 2", "How many workers fewer.")),
    ("scale up", form("to", "scale up to \"r5.2xlarge\"", "The kind of node that takes their place.")),
    ("split", form("into", "split into 2", "Into how many pipelines.")),
    ("throttle", form("to", "throttle to 5_000/s", "The highest rate that is let in.")),
    ("event", form("field", "identity = field event_id", "A field of the event, as the value of a setting.")),
];

/// What a word does in a statement or a part of one, where that is told apart.
pub fn clause_of(statement: &str, word: &str) -> Option<&'static Form> {
    CLAUSES_OF.iter().find(|(of, form)| *of == statement && form.word == word).map(|(_, form)| form)
}

/// Operators that are words.
pub const OPERATORS: &[Form] = &[
    form("or", "a or b", "One of two conditions, or both."),
    form("and", "a and b", "Two conditions; several phases or targets."),
    form("not", "not a", "The opposite of a condition."),
    form("in", "peak in 1_000/s..=50_000/s", "Lies within a range; the range of a param; one of a list."),
    form("of", "4 of \"m5.xlarge\"", "So many of something."),
];

/// Values that are words.
pub const CONSTANTS: &[Form] = &[form("true", "true", "Yes."), form("false", "false", "No.")];

/// These words are never a value on their own: a statement goes on with them.
pub const NEVER_VALUES: &[&str] = &[
    "and", "or", "not", "in", "of", "to", "over", "by", "at", "for", "from", "per", "during", "eventually", "within", "always", "every",
    "period", "after", "before", "when", "as", "null", "hold", "settle", "into", "start", "end", "rest",
];

/// What a word can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Declaration,
    Statement,
    Sizing,
    Entry,
    Shape,
    Window,
    Advice,
    FaultAction,
    Level,
    Clause,
    Operator,
    Constant,
}

impl Role {
    /// In small letters, for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Declaration => "declaration",
            Role::Statement => "statement",
            Role::Sizing => "sizing",
            Role::Entry => "entry",
            Role::Shape => "shape",
            Role::Window => "window",
            Role::Advice => "advice",
            Role::FaultAction => "fault action",
            Role::Level => "level",
            Role::Clause => "clause",
            Role::Operator => "operator",
            Role::Constant => "constant",
        }
    }
}

/// Every table, by what its words are.
pub const TABLES: &[(Role, &[Form])] = &[
    (Role::Declaration, DECLARATIONS),
    (Role::Statement, STATEMENTS),
    (Role::Sizing, SIZING),
    (Role::Entry, ENTRIES),
    (Role::Shape, SHAPES),
    (Role::Window, WINDOWS),
    (Role::Advice, ADVICE),
    (Role::FaultAction, FAULT_ACTIONS),
    (Role::Level, LEVELS),
    (Role::Clause, CLAUSES),
    (Role::Operator, OPERATORS),
    (Role::Constant, CONSTANTS),
];

/// One word of the grammar with all that it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    pub word: &'static str,
    /// Role and form, in the order of the tables.
    pub uses: Vec<(Role, &'static Form)>,
}

impl Keyword {
    pub fn never_a_value(&self) -> bool {
        is_never_a_value(self.word)
    }
    pub fn has(&self, role: Role) -> bool {
        self.uses.iter().any(|(r, _)| *r == role)
    }
}

/// Every word of the grammar, once. Of `scale out` the words are `scale` and `out`; `exec(…)` is a call, and no word of the grammar.
pub fn keywords() -> Vec<Keyword> {
    let mut all: Vec<Keyword> = Vec::new();
    for (role, forms) in TABLES {
        for form in forms.iter().filter(|f| !f.form.starts_with(&format!("{}(", f.word))) {
            for word in form.word.split(' ') {
                match all.iter_mut().find(|k| k.word == word) {
                    Some(keyword) => keyword.uses.push((*role, form)),
                    None => all.push(Keyword { word, uses: vec![(*role, form)] }),
                }
            }
        }
    }
    all
}

pub fn is_never_a_value(word: &str) -> bool {
    NEVER_VALUES.contains(&word)
}

/// The words that a table's forms begin with.
pub fn words(forms: &'static [Form]) -> Vec<&'static str> {
    forms.iter().map(|f| f.word).collect()
}

/// How a declaration, statement, shape … is written.
pub fn form_of(forms: &'static [Form], word: &str) -> Option<&'static Form> {
    forms.iter().find(|f| f.word == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_word_does_in_a_statement_is_told_once_with_the_word_in_it() {
        let keywords = keywords();
        for (index, (of, form)) in CLAUSES_OF.iter().enumerate() {
            assert!(keywords.iter().any(|k| k.word == form.word), "{}", form.word);
            assert!(form.form.split(' ').any(|word| word == form.word), "{}", form.form);
            assert!(CLAUSES_OF.iter().skip(index + 1).all(|(other, f)| (other, f.word) != (of, form.word)), "{of} {}", form.word);
            let known = TABLES.iter().flat_map(|(_, forms)| *forms).any(|f| f.word == *of);
            assert!(known, "{of}");
        }
    }
}
