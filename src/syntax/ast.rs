//! What a file says, as owned values with their places. Every mandatory part that is missing in the text is an [`ExprKind::Missing`] or a
//! `None`: the syntax stage has reported it already, and later stages stay quiet about it.

use crate::source::{FileId, Span};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ident {
    pub text: String,
    pub span: Span,
}

/// A text literal: the decoded value (raw texts as they stand).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub value: String,
    /// With its quotes.
    pub span: Span,
}

/// One quantity token as written: `2_000/s`, `$0.192/h`, `30mins`. `units::parse` reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantityToken {
    pub text: String,
    pub span: Span,
    /// Malformed (E0105 has been reported by the syntax stage): treat as unknown.
    pub bad: bool,
}

#[derive(Clone, Debug)]
pub struct File {
    pub id: FileId,
    /// The `##` block at the top.
    pub doc: Option<String>,
    pub items: Vec<Item>,
    pub allows: Vec<Allow>,
    /// Names that unreadable declarations and statements would have declared (`evnt page_viewed { … }`): uses of them stay quiet.
    pub broken_names: Vec<Ident>,
    /// Statements, entries and heads of declarations about which the syntax stage has spoken already, in the order of the text: one statement,
    /// one message.
    pub broken: Vec<Span>,
}

/// `# scalec: allow W0510 — reason`; silences on the next line that is not a comment.
#[derive(Clone, Debug)]
pub struct Allow {
    pub codes: Vec<Ident>,
    pub reason: Option<String>,
    /// The word that stands where `allow` belongs: then it allows nothing.
    pub instead: Option<Ident>,
    /// Index (from 0) of the line it silences.
    pub target_line: usize,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub kind: ItemKind,
    /// The declaration's own `##` lines, without marks.
    pub doc: Option<String>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ItemKind {
    Import(Import),
    /// `let` and `param`
    Let(Let),
    /// `target n = kind { }`, `source n = kind { }`
    Target(Construct),
    Source(Construct),
    Event(Event),
    Mix(Mix),
    Metric(Metric),
    /// `pipeline n { }`, `cluster n { }`
    Pipeline(Block),
    Cluster(Block),
    Node(Node),
    Sizing(Sizing),
    Alert(Alert),
    Test(Test),
}

/// `import name from "path"`
#[derive(Clone, Debug)]
pub struct Import {
    pub name: Option<Ident>,
    pub path: Option<Text>,
}

/// `let name = value` · `param name = value in range`
#[derive(Clone, Debug)]
pub struct Let {
    pub param: bool,
    pub name: Option<Ident>,
    pub value: Expr,
    /// Only of a `param`, and optional there.
    pub range: Option<Expr>,
}

/// `target name = kind { settings }`
#[derive(Clone, Debug)]
pub struct Construct {
    pub name: Option<Ident>,
    pub kind: Option<Ident>,
    pub body: Body,
}

/// `pipeline name { settings }`
#[derive(Clone, Debug)]
pub struct Block {
    pub name: Option<Ident>,
    pub body: Body,
}

/// `node "name" { settings }`
#[derive(Clone, Debug)]
pub struct Node {
    pub name: Option<Text>,
    pub body: Body,
}

/// `metric name = value as unit by label every 15s`
#[derive(Clone, Debug)]
pub struct Metric {
    pub name: Option<Ident>,
    pub value: Expr,
    pub unit: Option<Ident>,
    pub by: Option<Ident>,
    pub every: Option<Expr>,
}

/// `mix name { weight thing … }`
#[derive(Clone, Debug)]
pub struct Mix {
    pub name: Option<Ident>,
    pub body: Body,
}

/// `event name[180] { settings, fields }`
#[derive(Clone, Debug)]
pub struct Event {
    pub name: Option<Ident>,
    /// `[180]`
    pub family: Option<Expr>,
    pub body: Body,
}

/// `{ … }` of entries.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub entries: Vec<Entry>,
    /// From `{` to `}`; empty where the block is missing.
    pub span: Span,
    /// It holds text that could not be read (reported), so that what seems to be missing from it may be there.
    pub broken: bool,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: EntryKind,
    pub doc: Option<String>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum EntryKind {
    /// `key = value`, in records `os = choice { … } null 20%`; keys may be texts (`"queue.buffering.max.messages" = …`).
    Setting { key: Ident, value: Expr, null: Option<Expr> },
    /// `field name = generator null 20%`
    Field { name: Option<Ident>, value: Expr, null: Option<Expr> },
    /// `60% thing`, `3 thing`, `rest thing`
    Weighted { weight: Weight, value: Expr },
    /// A thing where a weighted entry or a setting belongs, without a weight (reported by the checker: E0401 in weights, E0101 is the syntax stage's).
    Bare { value: Expr },
}

#[derive(Clone, Debug)]
pub enum Weight {
    Quantity(QuantityToken),
    Rest(Span),
}

/// `sizing pipeline { … }`
#[derive(Clone, Debug)]
pub struct Sizing {
    pub name: Option<Ident>,
    pub statements: Vec<SizingStatement>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct SizingStatement {
    pub kind: SizingKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum SizingKind {
    SizeBy { metric: Expr, arms: Vec<SizeArm> },
    Rule { name: Option<Ident>, condition: Expr, during: Option<PhaseList>, action: Action },
    Otherwise { action: Action },
}

/// `1_000/s..10_000/s => 4..=8 of "m5.xlarge"`
#[derive(Clone, Debug)]
pub struct SizeArm {
    pub range: Expr,
    pub size: Action,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Action {
    pub kind: ActionKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ActionKind {
    Keep,
    ScaleOut(Expr),
    ScaleIn(Expr),
    ScaleUp(Expr),
    /// `split`, `split into N`
    Split(Option<Expr>),
    Throttle(Expr),
    Investigate(Expr),
    /// In a size arm: `4..=8 of "m5.xlarge"`.
    Size(Expr),
    Missing,
}

/// `alert critical name when condition for 1m`
#[derive(Clone, Debug)]
pub struct Alert {
    pub level: Option<Ident>,
    pub name: Option<Ident>,
    pub condition: Expr,
    pub hold: Option<Expr>,
}

/// `test "name" for x in [..] { … }`
#[derive(Clone, Debug)]
pub struct Test {
    pub name: Option<Text>,
    pub for_each: Option<ForEach>,
    pub statements: Vec<Statement>,
    /// `test "name"` up to before the `{`.
    pub head: Span,
}

#[derive(Clone, Debug)]
pub struct ForEach {
    pub name: Option<Ident>,
    pub list: Expr,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub kind: StatementKind,
    pub doc: Option<String>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum StatementKind {
    Setting { key: Ident, value: Expr },
    Send(Send),
    Phase(Phase),
    Repeat { count: Expr, statements: Vec<Statement> },
    /// `fault name = action at D into p`
    Fault { name: Option<Ident>, action: Expr, at: Option<FaultTime> },
    /// `undo name after D`, `undo name = action after D`
    Undo { name: Option<Ident>, action: Option<Expr>, after: Option<Expr> },
    Expect { condition: Expr, window: WindowClause },
    Sustain { condition: Expr },
    Abort { condition: Expr, hold: Option<Expr> },
}

/// `send 95% shop.browsing to clicks and log` · `send 50/s audit to log`
#[derive(Clone, Debug)]
pub struct Send {
    pub weight: Option<Weight>,
    pub what: Expr,
    pub to: Vec<Expr>,
    pub span: Span,
}

/// `phase name = shape { send … }`
#[derive(Clone, Debug)]
pub struct Phase {
    pub name: Option<Ident>,
    pub shape: Shape,
    pub shape_span: Span,
    /// Its own `send` lines (other statements inside are reported by the syntax stage).
    pub sends: Vec<Send>,
}

#[derive(Clone, Debug)]
pub enum Shape {
    Hold { rate: Expr, length: Expr },
    Ramp { from: Expr, to: Expr, length: Expr },
    Step { from: Expr, to: Expr, by: Expr, every: Expr },
    Sine { from: Expr, to: Expr, period: Expr, length: Expr },
    Spike { from: Expr, to: Expr, length: Expr },
    Pause { length: Expr },
    Flood { count: Expr, at: Option<Expr> },
    Replay { path: Option<Text>, scale: Option<Expr> },
    Search { range: Expr, by: Expr, hold: Expr, settle: Option<Expr>, within: Option<Expr> },
    Missing,
}

/// `at 5m into baseline[2]`, `at 50% into baseline`
#[derive(Clone, Debug)]
pub struct FaultTime {
    pub offset: Expr,
    pub phase: Option<PhaseRef>,
    pub span: Span,
}

/// `burst`, `burst[2]`
#[derive(Clone, Debug)]
pub struct PhaseRef {
    pub name: Ident,
    pub instance: Option<Expr>,
    pub span: Span,
}

/// `p and q`; `all` before it pools instances.
#[derive(Clone, Debug, Default)]
pub struct PhaseList {
    pub all: bool,
    pub phases: Vec<PhaseRef>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct WindowClause {
    pub kind: WindowKind,
    /// `per 1m`, `per 10_000`
    pub per: Option<Expr>,
    /// All of it; empty where missing.
    pub span: Span,
}

#[derive(Clone, Debug)]
// A handful of them in a file: a box would save nothing.
#[allow(clippy::large_enum_variant)]
pub enum WindowKind {
    Always,
    During(PhaseList),
    Eventually(PhaseList),
    /// `within D after [start of] p for H`; `after` may name a fault.
    Within { length: Expr, start_of: bool, after: Option<PhaseRef>, hold: Option<Expr> },
    AtEnd,
    Missing,
}

#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A hole or unreadable text; reported already.
    Missing,
    Quantity(QuantityToken),
    Text(Text),
    Bool(bool),
    Name(Ident),
    Member(Box<Expr>, Ident),
    /// `burst[2]`
    Index(Box<Expr>, Box<Expr>),
    Call { callee: Box<Expr>, args: Vec<Expr> },
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary { op: BinaryOp, op_span: Span, left: Box<Expr>, right: Box<Expr> },
    Range { low: Option<Box<Expr>>, high: Option<Box<Expr>>, inclusive: bool },
    List(Vec<Expr>),
    /// `{ … }`
    Record(Body),
    /// `choice { … }`, `sasl_ssl { … }`
    Construct { kind: Ident, body: Body },
    /// `( … )`
    Paren(Box<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Or,
    And,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    In,
    Of,
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Expr {
    pub fn missing(span: Span) -> Expr {
        Expr { kind: ExprKind::Missing, span }
    }
    pub fn is_missing(&self) -> bool {
        matches!(self.kind, ExprKind::Missing)
    }
    /// Without the parentheses around it.
    pub fn unwrapped(&self) -> &Expr {
        match &self.kind {
            ExprKind::Paren(inner) => inner.unwrapped(),
            _ => self,
        }
    }
}
