//! E0101: what is missing, named from the hole and the statement around it.

use super::super::tree::{Hole, Kind, Node, Tree};
use super::super::words::{self, form_of};
use super::stray;
use crate::diagnostics::{Diagnostic, Edit, codes};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::HashMap;

pub(super) fn hole(tree: &Tree, node: Node<'_>, hole: Hole, parent: Kind) -> Diagnostic {
    let what = expected(hole, parent);
    let next = next_word(tree, node);
    let found = match &next {
        Next::Word(word, _) => format!("found `{word}`"),
        Next::LineEnd => "but the line ends here".to_string(),
        Next::FileEnd => "but the file ends here".to_string(),
    };
    let diagnostic = Diagnostic::new(codes::E0101, node.span(), format!("expected {what}, {found}")).here(format!("expected {what} here"));
    let (next, behind) = match next {
        Next::Word(word, at) => (word, Some(at)),
        _ => (String::new(), None),
    };
    if let Some(hint) = stray::hint(&next) {
        return diagnostic.help(hint);
    }
    let diagnostic = if words::is_never_a_value(&next) && !hole.is_mark() {
        diagnostic.note(format!("`{next}` is a word of the language and never a value"))
    } else {
        diagnostic
    };
    match mark(hole) {
        // `whn` where `when` is missing: to insert it would leave both.
        Some(mark) if mark.len() > 3 && stray::nearest(&next, &[mark]).is_some() && behind.is_some_and(|at| goes_on(tree, at)) => {
            let at = behind.unwrap_or(node.span());
            diagnostic.help(format!("did you mean `{mark}`?")).fix(format!("replace by `{mark}`"), false, at, mark)
        }
        Some(mark) => {
            let blank_after = !matches!(hole, Hole::Comma);
            let text = format!("{}{mark}", if blank_after { " " } else { "" });
            diagnostic.help(help(hole, parent)).fix(format!("insert `{mark}`"), false, node.span(), text)
        }
        None => diagnostic.help(help(hole, parent)),
    }
}

/// Whether something stands behind this word on its line: the last word is what the missing one leads to.
fn goes_on(tree: &Tree, word: Span) -> bool {
    let rest = tree.text().get(word.end as usize..).and_then(|rest| rest.lines().next()).unwrap_or("");
    rest.split('#').next().is_some_and(|rest| !rest.trim().is_empty())
}

enum Next {
    /// As much of it as is shown, and where all of it stands.
    Word(String, Span),
    LineEnd,
    FileEnd,
}

fn next_word(tree: &Tree, hole: Node<'_>) -> Next {
    let mut index = hole.index() + 1;
    while let Some(node) = tree.node(index) {
        index += 1;
        match node.kind() {
            Kind::Newline => return Next::LineEnd,
            _ if !node.is_leaf() || node.is_trivia() || node.start() == node.end() => {}
            _ => {
                let text = node.text();
                let first = text.chars().next().unwrap_or(' ');
                let len = if first.is_alphanumeric() || first == '_' || first == '$' {
                    text.find(|c: char| c.is_whitespace()).unwrap_or(text.len())
                } else if first == '"' {
                    text.split('\n').next().map_or(0, str::len)
                } else {
                    text.find(|c: char| c.is_whitespace() || c.is_alphanumeric()).unwrap_or(text.len())
                };
                let word = text.get(..len).unwrap_or("");
                let shown = match word.char_indices().nth(40) {
                    Some((cut, _)) => format!("{}…", word.get(..cut).unwrap_or("")),
                    None => word.to_string(),
                };
                return Next::Word(shown, Span::new(node.span().file, node.start(), node.start() + word.len()));
            }
        }
    }
    Next::FileEnd
}

/// The word of the language that stands where something is missing.
pub(super) fn reserved_behind<'t>(tree: &'t Tree, hole: Node<'t>) -> Option<(&'t str, Span)> {
    let behind = (hole.index() + 1..).map_while(|index| tree.node(index));
    let node = behind.into_iter().find(|n| n.kind() == Kind::Newline || (n.is_leaf() && !n.is_trivia() && n.start() < n.end()))?;
    let text = node.text();
    let len = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    let word = text.get(..len).filter(|word| words::is_never_a_value(word))?;
    Some((word, Span::new(node.span().file, node.start(), node.start() + len)))
}

fn expected(hole: Hole, parent: Kind) -> &'static str {
    match hole {
        Hole::Name => "a name",
        Hole::TextName => "a name in quotes",
        Hole::Path => "a path in quotes",
        Hole::Kind if parent == Kind::Source => "the kind of source",
        Hole::Kind => "the kind of target",
        Hole::Block | Hole::OpenBrace => "`{`",
        Hole::Value if parent == Kind::Paren => "a value between the parentheses",
        Hole::Value if matches!(parent, Kind::Index | Kind::Family) => "a number between the brackets",
        Hole::Value if parent == Kind::FieldEntry => "a generator",
        Hole::Value if parent == Kind::Metric => "what to measure",
        Hole::Value | Hole::Operand => "a value",
        Hole::Member => "a name behind the point",
        Hole::Range => "a range",
        Hole::List => "a list of values",
        Hole::Text => "a text in quotes",
        Hole::Unit => "what the raw number is",
        Hole::Label => "the label that tells the series apart",
        Hole::Level => "`critical` or `warning`",
        Hole::Condition => "a condition",
        Hole::Window => "the window in which it must hold",
        Hole::Thing if parent == Kind::Send => "an event or a mix",
        Hole::Thing => "a thing behind the weight",
        Hole::Target => "a target",
        Hole::Pipeline => "a pipeline",
        Hole::Node => "a node's name in quotes",
        Hole::Metric => "a metric",
        Hole::Shape => "the shape of the phase",
        Hole::Rate => "a rate",
        Hole::Length => "a duration",
        Hole::Step if parent == Kind::Search => "a ratio",
        Hole::Step => "the height of a step",
        Hole::Count if parent == Kind::Repeat => "how often to repeat",
        Hole::Count => "a number",
        Hole::Factor => "a factor",
        Hole::Share => "a share",
        Hole::Precision => "the precision",
        Hole::Offset => "when in the phase",
        Hole::Instance => "the number of the instance",
        Hole::Stretch => "the length of a stretch",
        Hole::Phase => "a phase",
        Hole::Action if matches!(parent, Kind::Fault | Kind::Undo) => "what to do to the system",
        Hole::Action => "an action",
        Hole::Direction => "`out by`, `in by` or `up to`",
        Hole::FaultTime => "`at` and when the fault strikes",
        Hole::CloseBrace => "`}`",
        Hole::CloseParen => "`)`",
        Hole::CloseBracket => "`]`",
        Hole::Eq
        | Hole::Arrow
        | Hole::From
        | Hole::In
        | Hole::Of
        | Hole::To
        | Hole::For
        | Hole::Over
        | Hole::By
        | Hole::Every
        | Hole::Period
        | Hole::Hold
        | Hole::Within
        | Hole::After
        | Hole::Into
        | Hole::During
        | Hole::End
        | Hole::When
        | Hole::Comma => quoted(hole),
    }
}

fn quoted(hole: Hole) -> &'static str {
    match hole {
        Hole::Eq => "`=`",
        Hole::Arrow => "`=>`",
        Hole::From => "`from`",
        Hole::In => "`in`",
        Hole::Of => "`of`",
        Hole::To => "`to`",
        Hole::For => "`for`",
        Hole::Over => "`over`",
        Hole::By => "`by`",
        Hole::Every => "`every`",
        Hole::Period => "`period`",
        Hole::Hold => "`hold`",
        Hole::Within => "`within`",
        Hole::After => "`after`",
        Hole::Into => "`into`",
        Hole::During => "`during`",
        Hole::End => "`end`",
        Hole::When => "`when`",
        _ => "`,`",
    }
}

/// The word or sign to insert.
fn mark(hole: Hole) -> Option<&'static str> {
    let quoted = match hole {
        Hole::OpenBrace => "`{`",
        Hole::Eq
        | Hole::Arrow
        | Hole::From
        | Hole::In
        | Hole::Of
        | Hole::To
        | Hole::For
        | Hole::Over
        | Hole::By
        | Hole::Every
        | Hole::Period
        | Hole::Hold
        | Hole::Within
        | Hole::After
        | Hole::Into
        | Hole::During
        | Hole::End
        | Hole::When
        | Hole::Comma => quoted(hole),
        _ => return None,
    };
    Some(quoted.trim_matches('`'))
}

/// How the statement is written.
fn help(hole: Hole, parent: Kind) -> Cow<'static, str> {
    let text = match (hole, parent) {
        (Hole::Operand, _) => "an operator stands between two values: `5x * usual`",
        (Hole::Window, _) => "say when: `always`, `during baseline`, `eventually during burst`, `within 10m after burst`, or `at end`",
        (Hole::Shape, _) => {
            let shapes: Vec<String> = words::words(words::SHAPES).iter().map(|w| format!("`{w}`")).collect();
            return format!("a phase is one of {}: `hold 2_000/s for 10m`", shapes.join(", ")).into();
        }
        (Hole::Unit, _) => "one of `number count ratio percent seconds milliseconds bytes mebibytes per_second bytes_per_second dollars`",
        (Hole::Action, Kind::Fault | Kind::Undo) => "`exec(\"command\", …)`, `stop pipeline`, `start pipeline`, `scale pipeline to 2` or `kill pipeline`",
        (Hole::Action | Hole::Direction, _) => {
            "one of `keep`, `scale out by N`, `scale in by N`, `scale up to \"node\"`, `split [into N]`, `throttle to RATE`, `investigate \"text\"`"
        }
        (Hole::Comma, _) => "values in brackets, and entries on one line, are separated by commas",
        (Hole::Kind, Kind::Source) => "one of `prometheus`, `spark`, `process`, `http`, `exec`, `cloudwatch`, `databricks`",
        (Hole::Kind, _) => "one of `kafka`, `eventhubs`, `kinesis`, `pubsub`, `postgres`, `webhook`, `file`, `null`",
        (_, Kind::AsClause | Kind::ByClause | Kind::EveryClause) => "a metric ends in `as percent by executor every 15s`",
        (_, Kind::Arm) => "a size is written `1_000/s..10_000/s => 4 of \"m5.xlarge\"`",
        (_, Kind::ForEach) => "a test for several values is written `test \"payloads\" for size in [100B, 1KB] { … }`",
        (_, Kind::Undo) => "an undo is written `undo outage after 10m`, or `undo outage = action after 10m`",
        (_, Kind::Flood) => "a flood is written `flood 1M`, or `flood 1M at 50_000/s`",
        (_, Kind::Replay) => "a replay is written `replay \"file.csv\"`, or `replay \"file.csv\" scale 2x`",
        (_, Kind::During | Kind::Eventually) => "name phases of this test: `during baseline and burst`",
        (_, Kind::Within) => "written `within 10m after burst`, or `within 10m after start of burst for 1m`",
        (_, Kind::AtEnd) => "written `at end`",
        (_, Kind::Per) => "written `per 1m`, or `per 10_000`",
        (_, Kind::ForClause) => "how long it must hold first: `for 1m`",
        (_, Kind::NullClause) => "a share of empty values is written `null 20%`",
        (_, Kind::Setting | Kind::Unassigned | Kind::TestSetting | Kind::UnassignedSetting) => "a setting is written `name = value`",
        (_, Kind::Weighted) => "a weight stands in front of a thing: `60% page_viewed`",
        (_, Kind::Member) => "members are written `latency.p99`",
        (_, Kind::Phases | Kind::PhaseRef) => "phases are named `baseline`, or `burst[2]` for one instance",
        (_, Kind::Throttle) => "written `throttle to 5_000/s`",
        (_, Kind::ScaleOut | Kind::ScaleIn) => "written `scale out by 2`",
        (_, Kind::ScaleUp) => "written `scale up to \"r5.2xlarge\"`",
        (_, Kind::Split) => "written `split`, or `split into 2`",
        (_, Kind::Investigate) => "written `investigate \"data skew\"`",
        (_, Kind::FaultAction) => "written `stop clickstream`, or `scale clickstream to 2`",
        _ => return written(hole, parent).into(),
    };
    text.into()
}

/// By the one form of the statement.
fn written(hole: Hole, parent: Kind) -> String {
    let (what, table, word) = match parent {
        Kind::Import => ("an import", words::DECLARATIONS, "import"),
        Kind::Let => ("a constant", words::DECLARATIONS, "let"),
        Kind::Param => ("a parameter", words::DECLARATIONS, "param"),
        Kind::Target => ("a target", words::DECLARATIONS, "target"),
        Kind::Source => ("a source", words::DECLARATIONS, "source"),
        Kind::Event => ("an event", words::DECLARATIONS, "event"),
        Kind::Mix => ("a mix", words::DECLARATIONS, "mix"),
        Kind::Metric => ("a metric", words::DECLARATIONS, "metric"),
        Kind::Pipeline => ("a pipeline", words::DECLARATIONS, "pipeline"),
        Kind::Cluster => ("a cluster", words::DECLARATIONS, "cluster"),
        Kind::Node => ("a node", words::DECLARATIONS, "node"),
        Kind::Sizing => ("a sizing", words::DECLARATIONS, "sizing"),
        Kind::Alert => ("an alert", words::DECLARATIONS, "alert"),
        Kind::Test => ("a test", words::DECLARATIONS, "test"),
        Kind::SizeBy => ("the starting size", words::SIZING, "size"),
        Kind::Rule => ("a rule", words::SIZING, "rule"),
        Kind::FieldEntry => ("a field", words::ENTRIES, "field"),
        Kind::Send | Kind::Destinations => ("a send", words::STATEMENTS, "send"),
        Kind::Phase => ("a phase", words::STATEMENTS, "phase"),
        Kind::Repeat => ("a repetition", words::STATEMENTS, "repeat"),
        Kind::Fault | Kind::FaultTime => ("a fault", words::STATEMENTS, "fault"),
        Kind::Expect => ("an expectation", words::STATEMENTS, "expect"),
        Kind::Sustain => ("what a search sustains", words::STATEMENTS, "sustain"),
        Kind::Abort => ("an abort", words::STATEMENTS, "abort"),
        Kind::Hold => ("a constant rate", words::SHAPES, "hold"),
        Kind::Ramp => ("a ramp", words::SHAPES, "ramp"),
        Kind::Step => ("a staircase", words::SHAPES, "step"),
        Kind::Sine => ("a wave", words::SHAPES, "sine"),
        Kind::Spike => ("a spike", words::SHAPES, "spike"),
        Kind::Pause => ("a pause", words::SHAPES, "pause"),
        Kind::Search => ("a search", words::SHAPES, "search"),
        _ => ("", words::DECLARATIONS, ""),
    };
    match (form_of(table, word), hole) {
        (Some(form), _) => format!("{what} is written `{}`", form.form),
        (None, Hole::OpenBrace) => "open the block with `{` on the line of what it belongs to".to_owned(),
        (None, _) => "complete the statement".to_owned(),
    }
}

/// A name that is used more often is not changed everywhere by a fix.
const MOST_USES: usize = 100;

/// `let at = 5`, and where else it is named.
/// `taken`: which names stand somewhere in the text, as far as that was asked.
pub(super) fn reserved_name(tree: &Tree, node: Node<'_>, parent: Kind, uses: &[Span], taken: &mut HashMap<String, bool>) -> Diagnostic {
    let word = node.text();
    let better = format!("{word}_{}", noun(parent));
    let diagnostic = Diagnostic::new(codes::E0101, node.span(), format!("expected a name, found `{word}`, a word of the language"))
        .here("cannot be a name")
        .help(format!("choose another name, such as `{better}`"));
    let is_taken = *taken.entry(better.clone()).or_insert_with(|| tree.text().contains(&better));
    if is_taken || uses.len() > MOST_USES {
        return diagnostic;
    }
    let mut diagnostic = diagnostic.fix(format!("call it `{better}`"), false, node.span(), better.clone());
    if let Some(fix) = diagnostic.fixes.last_mut() {
        fix.edits.extend(uses.iter().map(|span| Edit { span: *span, text: better.clone() }));
    }
    diagnostic
}

/// What a declaration declares.
fn noun(parent: Kind) -> &'static str {
    match parent {
        Kind::Import => "module",
        Kind::Target => "target",
        Kind::Source => "source",
        Kind::Event => "event",
        Kind::Mix => "mix",
        Kind::Metric => "metric",
        Kind::Pipeline | Kind::Sizing => "pipeline",
        Kind::Cluster => "cluster",
        Kind::Alert => "alert",
        Kind::Rule => "rule",
        Kind::Phase => "phase",
        Kind::Fault | Kind::Undo => "fault",
        _ => "value",
    }
}

/// `brokers: "a"`
pub(super) fn bad_eq(node: Node<'_>) -> Diagnostic {
    Diagnostic::new(codes::E0101, node.span(), format!("expected `=`, found `{}`", node.text()))
        .here("expected `=` here")
        .help("a name and its value are joined by `=`")
        .fix("write `=`", true, node.span(), if node.text() == ":" { " =" } else { "=" })
}

/// `alert critcal backlog when …`
pub(super) fn bad_level(node: Node<'_>) -> Diagnostic {
    let word = node.text();
    let near = stray::nearest(word, &words::words(words::LEVELS));
    let diagnostic = Diagnostic::new(codes::E0101, node.span(), format!("expected `critical` or `warning`, found `{word}`")).here("no level of alerts");
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), false, node.span(), near),
        None => diagnostic.help(written(Hole::Level, Kind::Alert)),
    }
}
