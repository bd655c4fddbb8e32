//! What an expression at one place is needed for: by the statement around it, and by the word of that statement that stands before it.

use crate::catalog;
use crate::syntax::tree::Kind;
use crate::targets::{Setting, SettingKind};
use crate::units::Dimension;

/// What belongs here.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    /// A constant number: any of these dimensions fits best, any dimension may be a part of it.
    Number(&'static [Dimension]),
    /// A part of a product that comes to one of these dimensions: it may have any itself.
    Factor(&'static [Dimension]),
    /// A number over time, or a condition on one.
    Measured,
    /// What a `let` can hold: constants, generators, metrics.
    Anything,
    /// A part of a sum or a product: of what is measured, or of what a `let` holds.
    Term { measured: bool },
    /// What a field can hold.
    Generator,
    /// A declared thing of one of these kinds, by the words that declare them; or a list of them.
    Thing(&'static [&'static str], bool),
    /// A constant, whatever it holds.
    Constant,
    /// A text, or a secret, that nobody but another program reads.
    Free,
    /// The metric that a source is asked for.
    Query,
    /// A setting by its table.
    Setting(&'static Setting),
    /// `key`: a field of the event, or a generator.
    Key,
    /// A phase of the test, as an argument of `avg` and its like.
    Phase,
    /// The event of `recent(event.field, n)`.
    EventField,
    /// `exec(…)`, or the verbs of faults.
    FaultAction,
    /// A text that names a node.
    Node,
    /// So many nodes, and of which.
    Nodes,
    Nothing,
}

const RATE: &[Dimension] = &[Dimension::RATE];
const TIME: &[Dimension] = &[Dimension::TIME];
const COUNT: &[Dimension] = &[Dimension::COUNT];
const RATIO: &[Dimension] = &[Dimension::RATIO];
const RATE_OR_RATIO: &[Dimension] = &[Dimension::RATE, Dimension::RATIO];
const TIME_OR_RATIO: &[Dimension] = &[Dimension::TIME, Dimension::RATIO];
const TIME_OR_COUNT: &[Dimension] = &[Dimension::TIME, Dimension::COUNT];
const SIZE: &[Dimension] = &[Dimension::DATA];
const DATA_RATE: &[Dimension] = &[Dimension::DATA_RATE];
const PRICE: &[Dimension] = &[Dimension::MONEY_PER_TIME];
pub const NODES: &[Dimension] = &[Dimension::COUNT];
/// Of a weight, and of what stands in front of what is sent.
pub const SHARE: &[Dimension] = RATIO;
pub const SHARE_OR_RATE: &[Dimension] = &[Dimension::RATIO, Dimension::RATE];

/// What a number of the language means behind this word of this statement.
pub fn behind(statement: Kind, word: &str) -> Want {
    let dims: &'static [Dimension] = match (statement, word) {
        (Kind::Hold | Kind::Ramp | Kind::Sine | Kind::Spike | Kind::Search, "hold" | "ramp" | "sine" | "spike" | "search" | "to")
            if !(statement == Kind::Search && word != "search") =>
        {
            RATE
        }
        (Kind::Step, "step" | "to") => RATE,
        (Kind::Step, "by") => RATE_OR_RATIO,
        (Kind::Search, "by" | "within") => RATIO,
        (Kind::Flood, "flood") => COUNT,
        (Kind::Flood, "at") => RATE,
        (Kind::Replay, "scale") => RATIO,
        (Kind::Per, _) => TIME_OR_COUNT,
        (Kind::FaultTime, "at") => TIME_OR_RATIO,
        (Kind::Repeat | Kind::Family | Kind::ScaleOut | Kind::ScaleIn | Kind::Index, _) => COUNT,
        (Kind::NullClause, _) => RATIO,
        (Kind::Throttle, _) => RATE,
        (Kind::Hold | Kind::Ramp | Kind::Step | Kind::Sine | Kind::Spike | Kind::Pause | Kind::Search | Kind::Within, _) => TIME,
        (Kind::ForClause | Kind::EveryClause | Kind::Undo, _) => TIME,
        (Kind::Size, _) => NODES,
        (Kind::Let, _) => return Want::Anything,
        (Kind::Param | Kind::ParamValue | Kind::Arm | Kind::ForEach, _) => &[],
        (Kind::Metric, _) => return Want::Query,
        (Kind::Split | Kind::SizeBy | Kind::Expect | Kind::Sustain | Kind::Abort | Kind::Alert | Kind::Rule, _) => return Want::Measured,
        (Kind::Send, _) => return SENT,
        (Kind::Destinations, _) => return Want::Thing(&["target"], false),
        (Kind::FieldEntry, _) => return Want::Generator,
        (Kind::ScaleUp, _) => return Want::Node,
        (Kind::Fault, _) => return Want::FaultAction,
        (Kind::FaultAction, "stop" | "start" | "kill" | "scale") => return Want::Thing(&["pipeline"], false),
        (Kind::FaultAction, "to") => COUNT,
        (Kind::FaultAction, _) => return Want::FaultAction,
        _ => return Want::Nothing,
    };
    Want::Number(dims)
}

/// What a `send` takes, and a mix.
pub const SENT: Want = Want::Thing(&["event", "mix"], false);

impl Want {
    /// Of the value of a setting.
    pub fn of_setting(setting: &'static Setting) -> Want {
        match (setting.kind, setting.name) {
            (SettingKind::Rate, _) => Want::Number(RATE),
            (SettingKind::DataRate, _) => Want::Number(DATA_RATE),
            (SettingKind::Time, _) => Want::Number(TIME),
            (SettingKind::Size, _) => Want::Number(SIZE),
            (SettingKind::Share | SettingKind::Ratio, _) => Want::Number(RATIO),
            (SettingKind::Whole(_), _) => Want::Number(COUNT),
            (SettingKind::MoneyPerTime, _) => Want::Number(PRICE),
            (SettingKind::Thing(kinds, list), _) => Want::Thing(kinds, list),
            (SettingKind::Special(_), "key") => Want::Key,
            (SettingKind::Special(_), "size") => Want::Number(SIZE),
            (SettingKind::Special(_), "driver" | "workers") => Want::Nodes,
            _ => Want::Setting(setting),
        }
    }

    /// Of an argument of a call, by its number from 0; `around` is what the whole call stands for.
    pub fn of_argument(callee: &str, index: usize, around: &Want) -> Want {
        if callee == catalog::LATE.name && index == 1 {
            return Want::Number(TIME);
        }
        if callee == catalog::LATE.name || callee == "bool" {
            return Want::Number(RATIO);
        }
        let measured = matches!(around, Want::Measured | Want::Query | Want::Term { measured: true });
        let functions = catalog::FUNCTIONS.iter().filter(|f| f.signature.name == callee);
        for function in functions {
            match function.meaning {
                catalog::Meaning::Math(_) if !measured => return around.clone(),
                catalog::Meaning::Math(_) => {}
                catalog::Meaning::Window(_) if index == 1 => return Want::Phase,
                catalog::Meaning::Window(_) | catalog::Meaning::Rate => return Want::Measured,
                catalog::Meaning::Env | catalog::Meaning::Secret => return Want::Nothing,
            }
        }
        let parameter = catalog::GENERATORS.iter().find(|g| g.name == callee).and_then(|g| g.parameters.get(index));
        match parameter.map(|p| (callee, p.name, p.takes)) {
            Some(("recent", "event.field", _)) => Want::EventField,
            Some((_, _, "a generator")) => Want::Generator,
            Some((_, _, "a list")) => Want::Constant,
            Some((_, _, "a range of sizes")) => Want::Number(SIZE),
            Some((_, _, "a text" | "a regular expression" | "a range of dates")) => Want::Nothing,
            Some(_) => Want::Number(&[]),
            None if measured => Want::Measured,
            None => Want::Nothing,
        }
    }

    /// Of an operand of this operator, where all of it is wanted for this.
    pub fn of_operand(self, operator: &str) -> Want {
        match (self, operator) {
            (Want::Anything, "+" | "-" | "*" | "/") => Want::Term { measured: false },
            (Want::Measured, "+" | "-" | "*" | "/") => Want::Term { measured: true },
            // No generator can be reckoned with.
            (Want::Generator | Want::Key | Want::Constant, "+" | "-" | "*" | "/") => Want::Number(&[]),
            (Want::Nodes, "*" | "/") => Want::Factor(NODES),
            (Want::Nodes, _) => Want::Number(NODES),
            (Want::Number(dims), "*" | "/") => Want::Factor(dims),
            (want, _) => want,
        }
    }

    /// The dimensions of which it must have one; none where it may have any.
    pub fn dims(&self) -> &'static [Dimension] {
        match self {
            Want::Number(dims) => dims,
            Want::Nodes => NODES,
            _ => &[],
        }
    }
}
