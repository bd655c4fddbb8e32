//! What can stand where the cursor is. The one grammar tells: the statement is read up to the cursor with a word in the cursor's place, and where the
//! grammar puts that word, or which hole it leaves right before it, is what belongs here.

use super::place::{Inside, Place, WORD};
use super::want::{self, Want};
use crate::catalog;
use crate::source::FileId;
use crate::syntax::tree::{Hole, Kind, Node, Tree};
use crate::targets::{self, Setting, SettingKind};

/// What belongs at the cursor.
#[derive(Clone, Debug, PartialEq)]
pub enum Site {
    /// A declaration.
    Top,
    /// A statement of a test; `first`: of the test itself, where settings stand too.
    Statement { settings: bool },
    SizingStatement,
    /// Only `send` lines.
    PhaseBlock,
    /// The key of a setting, or an entry of an event.
    Key(Block),
    /// An expression.
    Value(Want),
    /// What is held against, or added to, something whose dimension may be known.
    Compared { want: Want, beside: Beside },
    /// What the `=` before it is missing for.
    Assigned(Box<Site>),
    /// What follows a dot; the words before it.
    Member { path: Vec<String>, want: Want },
    /// The unit of a number that is being written, and what it is held against.
    Unit { want: Want, beside: Beside },
    /// The unit of a share.
    Weight { rate: bool },
    /// One of these words; whether `and` and `or` can also join another condition.
    Next(Vec<&'static str>, bool),
    /// A kind of target or source.
    Kind(&'static str),
    Shape,
    /// Advice of a sizing; `arm`: in a size arm.
    Advice { arm: bool },
    /// What a raw number is: `as percent`.
    RawUnit,
    Level,
    /// A phase; `all`: it may be preceded by `all`; `faults`: the name of a fault too; `start`: `start of` may precede it.
    Phase { all: bool, faults: bool, start: bool },
    /// The name of a fault that was declared before.
    FaultName,
    /// The pipeline of a sizing.
    PipelineName,
    /// `field name`
    FieldName,
    ImportPath,
    NodeName,
    /// The path of a table that is replayed.
    TablePath,
    /// A code in an allow comment.
    AllowCode,
    Nothing,
}

/// The operand that something is held against or added to: both have one dimension.
#[derive(Clone, Debug, PartialEq)]
pub enum Beside {
    /// The words of a name.
    Name(Vec<String>),
    /// The same, of what a function makes of it in each second.
    PerSecond(Vec<String>),
    Quantity(String),
    Unknown,
}

/// A block of entries.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Of a declaration: `target`, `kafka`.
    Declared { of: &'static str, kind: &'static str },
    /// Of a setting that is a block itself.
    Nested(Vec<&'static Setting>),
    /// Weights in front of things.
    Weights(Want),
    /// Fields of a record.
    Record,
    /// Names that others decide on.
    Free,
}

/// What belongs at a place of a text.
pub fn site(text: &str, place: &Place) -> Site {
    if place.inside == Inside::Comment {
        return if in_allow(text, place) { Site::AllowCode } else { Site::Nothing };
    }
    // Which of the instances of a phase: a number, that nobody needs to be offered.
    let indexed = place.open.last().is_some_and(|open| open.bracket == b'[' && text.as_bytes().get(open.at.wrapping_sub(1)).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_'));
    if indexed {
        return Site::Nothing;
    }
    let skeleton = place.skeleton(text);
    let number = place.inside == Inside::Number;
    let parsed = crate::syntax::parse(FileId(u32::MAX), &skeleton);
    let at = skeleton.rfind(WORD).unwrap_or(skeleton.len());
    let Some(spot) = Spot::of(&parsed.tree, at) else { return Site::Top };
    if number {
        return spot.unit();
    }
    spot.site()
}

fn in_allow(text: &str, place: &Place) -> bool {
    let line = text.get(..place.word.start).unwrap_or("").rsplit('\n').next().unwrap_or("");
    let Some((_, comment)) = line.split_once('#') else { return false };
    let Some(rest) = comment.trim_start().strip_prefix("scalec:") else { return false };
    let Some(codes) = rest.trim_start().strip_prefix("allow") else { return false };
    codes.split_whitespace().all(|word| crate::diagnostics::Code::parse(word.trim_end_matches(',')).is_some())
}

/// The nodes around the word in the cursor's place.
struct Spot<'t> {
    /// Outermost first, the word itself last.
    path: Vec<Node<'t>>,
    /// What is missing right before it.
    missing: Vec<Hole>,
    /// Where the word begins; a leaf that means nothing may begin before it.
    at: usize,
}

impl<'t> Spot<'t> {
    fn of(tree: &'t Tree, at: usize) -> Option<Spot<'t>> {
        let path: Vec<Node<'t>> = tree.nodes().filter(|n| n.start() <= at && at < n.end()).collect();
        let leaf = path.last()?;
        let before = tree.nodes().take_while(|n| n.index() < leaf.index()).filter(|n| n.is_leaf() && !n.is_trivia() && n.start() < n.end()).last().map_or(0, Node::end);
        let here = tree.nodes().filter(|n| n.start() == before && n.end() == before);
        let missing = here.filter_map(|n| if let Kind::Hole(hole) = n.kind() { Some(hole) } else { None }).collect();
        Some(Spot { path, missing, at })
    }

    fn leaf(&self) -> Option<Node<'t>> {
        self.path.last().copied()
    }
    /// The node `up` steps above the leaf.
    fn above(&self, up: usize) -> Option<Node<'t>> {
        self.path.len().checked_sub(up + 1).and_then(|index| self.path.get(index)).copied()
    }
    fn kind_above(&self, up: usize) -> Option<Kind> {
        self.above(up).map(Node::kind)
    }

    fn site(&self) -> Site {
        let Some(leaf) = self.leaf() else { return Site::Top };
        if let Some(site) = self.missing_word() {
            return site;
        }
        match leaf.kind() {
            Kind::Text | Kind::UnclosedText => return self.text(),
            Kind::BadLevel => return Site::Level,
            _ => {}
        }
        let parent = self.kind_above(1);
        match parent {
            Some(Kind::KindName) => return Site::Kind(if self.is_in(Kind::Source) { "source" } else { "target" }),
            Some(Kind::Member) => return self.member(),
            Some(Kind::FieldName) => return Site::FieldName,
            Some(Kind::PhaseRef) => return self.phase(),
            Some(Kind::Undo) => return Site::FaultName,
            Some(Kind::Sizing) if leaf.kind() == Kind::Name => return Site::PipelineName,
            Some(Kind::AsClause) => return Site::RawUnit,
            // Names that are being given.
            Some(
                Kind::Import | Kind::Let | Kind::Param | Kind::Target | Kind::Source | Kind::Event | Kind::Mix | Kind::Metric | Kind::Pipeline | Kind::Cluster
                | Kind::Alert | Kind::Phase | Kind::Fault | Kind::Rule | Kind::ForEach | Kind::FieldEntry | Kind::ByClause | Kind::MisspeltField,
            ) if matches!(leaf.kind(), Kind::Name | Kind::Word) => return Site::Nothing,
            _ => {}
        }
        if matches!(leaf.kind(), Kind::Stray | Kind::StrayEntry | Kind::StrayHead | Kind::StrayIn | Kind::Error | Kind::ReservedName) || leaf.kind() == Kind::Reserved {
            return self.stray();
        }
        // A value on its own in a block of entries is the beginning of an entry.
        let bare = self.path.iter().rposition(|n| n.kind() == Kind::Bare);
        if let Some(bare) = bare
            && self.path.iter().skip(bare + 1).all(|n| matches!(n.kind(), Kind::Expr | Kind::Chain | Kind::Name | Kind::Word))
        {
            return match self.block(bare) {
                    Some(block) => Site::Key(block),
                None => Site::Nothing,
            };
        }
        // `=> …` reads any word as the beginning of a size.
        if self.is_in(Kind::Action) && self.want() != Want::Node && self.path.iter().rev().take_while(|n| n.kind() != Kind::Action).all(|n| matches!(n.kind(), Kind::Size | Kind::Expr | Kind::Chain | Kind::Name)) {
            return Site::Advice { arm: self.is_in(Kind::Arm) };
        }
        // `send …`: a share or `rest` may stand first.
        let sent = self.above(2).filter(|send| send.kind() == Kind::Send);
        if sent.is_some_and(|send| send.children().take_while(|c| c.start() < leaf.start()).all(|c| c.kind() == Kind::Keyword && c.text() == "send")) {
            return Site::Key(Block::Weights(want::SENT));
        }
        match (self.want(), self.beside()) {
            (Want::Nothing, _) => Site::Nothing,
            (want @ Want::Measured, beside) if beside != Beside::Unknown => Site::Compared { want, beside },
            (want, _) => Site::Value(want),
        }
    }

    /// A word of the statement that is missing right before the cursor.
    fn missing_word(&self) -> Option<Site> {
        let first = *self.missing.iter().find(|h| !matches!(h, Hole::OpenBrace | Hole::CloseBrace | Hole::CloseParen | Hole::CloseBracket | Hole::Comma | Hole::Block))?;
        let word = |word: &'static str| Some(Site::Next(vec![word], false));
        // What is measured has to be compared before anything can follow.
        let condition = |words: Vec<&'static str>| Some(if self.is_compared() { Site::Next(words, true) } else { Site::Next(vec!["in"], false) });
        match first {
            Hole::For => word("for"),
            Hole::To => word("to"),
            Hole::Over => word("over"),
            Hole::By => word("by"),
            Hole::Every => word("every"),
            Hole::Period => word("period"),
            Hole::Hold => word("hold"),
            Hole::Into => word("into"),
            Hole::During => word("during"),
            Hole::From => word("from"),
            Hole::In => word("in"),
            Hole::Of => word("of"),
            Hole::When => word("when"),
            Hole::After => word("after"),
            Hole::End => word("end"),
            Hole::Within => word("within"),
            Hole::FaultTime => {
                let scaled = self.path.iter().any(|n| n.kind() == Kind::Fault && n.descendants().any(|d| d.kind() == Kind::FaultAction && d.has_keyword("scale") && !d.has_keyword("to")));
                Some(Site::Next(if scaled { vec!["to", "at"] } else { vec!["at"] }, false))
            }
            Hole::Arrow if self.is_in(Kind::Rule) => {
                let during = self.path.iter().any(|n| n.kind() == Kind::Rule && n.child(Kind::During).is_some());
                if during { Some(Site::Next(vec!["and", "=>"], false)) } else { condition(vec!["during", "=>"]) }
            }
            Hole::Arrow => word("=>"),
            Hole::Direction => Some(Site::Next(vec!["out", "in", "up"], false)),
            Hole::Window => condition(catalog::words(catalog::WINDOWS).into_iter().filter(|w| *w != "per").collect()),
            Hole::Shape => Some(Site::Shape),
            Hole::Level => Some(Site::Level),
            Hole::Kind => Some(Site::Kind(if self.is_in(Kind::Source) { "source" } else { "target" })),
            Hole::Action if self.is_in(Kind::Fault) || self.is_in(Kind::Undo) => Some(Site::Value(Want::FaultAction)),
            Hole::Action => Some(Site::Advice { arm: self.is_in(Kind::Arm) }),
            Hole::Phase => Some(Site::Phase { all: self.is_in(Kind::During), faults: false, start: false }),
            Hole::Unit => Some(Site::RawUnit),
            Hole::Eq => {
                let missing = self.missing.iter().copied().filter(|hole| *hole != Hole::Eq).collect();
                match (Spot { path: self.path.clone(), missing, at: self.at }.site()) {
                    Site::Nothing => None,
                    site => Some(Site::Assigned(Box::new(site))),
                }
            }
            Hole::Path if self.path.iter().any(|n| n.kind() == Kind::Import) => Some(Site::ImportPath),
            Hole::Path if self.path.iter().any(|n| n.kind() == Kind::Phase && n.child(Kind::Replay).is_some()) => Some(Site::TablePath),
            _ => None,
        }
    }

    /// Whether the condition of the statement around says more than a number.
    fn is_compared(&self) -> bool {
        const COMPARE: &[&str] = &["<", "<=", ">", ">=", "==", "!=", "in"];
        let statement = self.path.iter().rev().find(|n| matches!(n.kind(), Kind::Expect | Kind::Sustain | Kind::Abort | Kind::Alert | Kind::Rule));
        let operators = |node: Node<'t>| node.descendants().filter(|n| n.kind() == Kind::Operator).map(Node::text).collect::<Vec<_>>();
        // The last of several conditions is the one that goes on.
        statement.is_none_or(|node| operators(*node).into_iter().rev().take_while(|word| !matches!(*word, "and" | "or")).any(|word| COMPARE.contains(&word)))
    }

    fn is_in(&self, kind: Kind) -> bool {
        let statement = self.path.iter().rposition(|n| is_statement(n.kind())).unwrap_or(0);
        self.path.iter().skip(statement).any(|n| n.kind() == kind)
    }

    /// In a text.
    fn text(&self) -> Site {
        match self.kind_above(1) {
            Some(Kind::Import) => return Site::ImportPath,
            Some(Kind::Replay) => return Site::TablePath,
            Some(Kind::Chain) if self.path.iter().rposition(|n| n.kind() == Kind::Arguments).and_then(|at| self.callee(at)).as_deref() == Some("from_file") => return Site::TablePath,
            Some(Kind::Test | Kind::Node | Kind::Setting) => return Site::Nothing,
            _ => {}
        }
        // `4 of "…"`, `scale up to "…"`
        let of = self.path.iter().rev().find(|n| n.kind() == Kind::Expr).is_some_and(|e| e.all_children().any(|c| c.kind() == Kind::Operator && c.text() == "of"));
        if of || self.is_in(Kind::ScaleUp) { Site::NodeName } else { Site::Nothing }
    }

    fn phase(&self) -> Site {
        let list = self.kind_above(2);
        match list {
            Some(Kind::Phases) => {
                let first = self.above(2).and_then(|phases| phases.children().next()).is_some_and(|c| c.index() == self.above(1).map_or(0, Node::index));
                Site::Phase { all: first && self.is_in(Kind::During) && self.is_in(Kind::Window), faults: false, start: false }
            }
            Some(Kind::Within) => {
                let started = self.above(2).is_some_and(|w| w.has_keyword("start"));
                Site::Phase { all: false, faults: !started, start: !started }
            }
            _ => Site::Phase { all: false, faults: false, start: false },
        }
    }

    /// What can follow a statement that could be finished, or begin one.
    fn stray(&self) -> Site {
        let parent = self.path.iter().rev().skip(1).map(|n| n.kind()).find(|k| !matches!(k, Kind::Chain | Kind::Expr));
        match parent {
            None | Some(Kind::File | Kind::Orphans) => Site::Top,
            Some(Kind::TestBlock) if let Some(setting) = self.setting_before().filter(|_| !self.path.iter().any(|n| n.kind() == Kind::Repeat)) => Site::Assigned(Box::new(Site::Value(Want::of_setting(setting)))),
            Some(Kind::TestBlock) => Site::Statement { settings: !self.path.iter().any(|n| n.kind() == Kind::Repeat) },
            Some(Kind::SizingBlock) => Site::SizingStatement,
            Some(Kind::PhaseBlock) => Site::PhaseBlock,
            Some(statement) => self.goes_on(statement),
        }
    }

    /// The setting of a test that stands on this line without its `=`.
    fn setting_before(&self) -> Option<&'static Setting> {
        let before = self.path.first()?.text().get(..self.at)?;
        let line = before.rsplit(['\n', '{']).next()?.trim();
        targets::find(&[targets::TEST], line)
    }

    fn goes_on(&self, statement: Kind) -> Site {
        let Some(node) = self.path.iter().rev().find(|n| n.kind() == statement).copied() else { return Site::Nothing };
        let last = node.children().filter(|c| !matches!(c.kind(), Kind::Hole(_)) && c.end() <= self.leaf().map_or(0, Node::start)).last();
        let within = |kind: Kind| node.descendants().any(|n| n.kind() == kind);
        let next = |words: &[&'static str]| Site::Next(words.to_vec(), false);
        match statement {
            Kind::Param if !node.has_keyword("in") => next(&["in"]),
            Kind::Metric => {
                let have = |kind: Kind| node.child(kind).is_some();
                let mut words = Vec::new();
                if !have(Kind::AsClause) && !have(Kind::ByClause) && !have(Kind::EveryClause) {
                    words.push("as");
                }
                if !have(Kind::ByClause) && !have(Kind::EveryClause) {
                    words.push("by");
                }
                if !have(Kind::EveryClause) {
                    words.push("every");
                }
                Site::Next(words, false)
            }
            Kind::Alert | Kind::Abort | Kind::Sustain if !self.is_compared() => next(&["in"]),
            Kind::Alert | Kind::Abort if node.child(Kind::ForClause).is_none() => Site::Next(vec!["for"], true),
            Kind::Sustain => Site::Next(Vec::new(), true),
            Kind::Expect => {
                if within(Kind::Per) {
                    return Site::Nothing;
                }
                let mut words = vec!["per"];
                let window = node.child(Kind::Window);
                let is = |kind: Kind| window.is_some_and(|w| w.child(kind).is_some());
                if is(Kind::Within) && !window.is_some_and(|w| w.descendants().any(|d| d.kind() == Kind::Within && d.has_keyword("for"))) {
                    words.insert(0, "for");
                }
                if is(Kind::During) || is(Kind::Eventually) {
                    words.insert(0, "and");
                }
                Site::Next(words, false)
            }
            Kind::Send if last.is_some_and(|l| l.kind() == Kind::Destinations) => next(&["and"]),
            Kind::Phase => match node.children().find(|c| matches!(c.kind(), Kind::Flood | Kind::Replay | Kind::Search)) {
                Some(flood) if flood.kind() == Kind::Flood && !flood.has_keyword("at") => next(&["at"]),
                Some(replay) if replay.kind() == Kind::Replay && !replay.has_keyword("scale") => next(&["scale"]),
                Some(search) if search.kind() == Kind::Search && !search.has_keyword("to") => {
                    if search.has_keyword("settle") { next(&["to within"]) } else { next(&["settle", "to within"]) }
                }
                _ => Site::Nothing,
            },
            Kind::Test if node.child(Kind::ForEach).is_none() => next(&["for"]),
            Kind::Rule | Kind::Otherwise if last.is_some_and(splits) => next(&["into"]),
            Kind::Arms => match node.children().filter(|c| c.kind() == Kind::Arm).last().and_then(|arm| arm.child(Kind::Action)) {
                Some(action) if splits(action) => next(&["into"]),
                Some(action) if action.child(Kind::Size).is_some() && counts_nodes(action) => next(&["of"]),
                _ => Site::Nothing,
            },
            Kind::Body => {
                // Behind an entry on its line.
                let entry = node.children().filter(|c| c.end() <= self.leaf().map_or(0, Node::start)).last();
                let own = self.path.iter().position(|n| n.index() == node.index());
                match (entry.map(Node::kind), own.and_then(|own| self.block_of(own))) {
                    (Some(Kind::FieldEntry), _) | (Some(Kind::Setting), Some(Block::Record)) if entry.is_some_and(|e| e.child(Kind::NullClause).is_none()) => next(&["null"]),
                    (Some(Kind::Setting), Some(Block::Declared { of: "cluster", .. })) if entry.is_some_and(|e| matches!(e.children().next().map_or("", Node::text), "driver" | "workers") && counts_nodes(e)) => next(&["of"]),
                    (_, Some(block)) if entry.is_none_or(|e| e.kind() == Kind::OpenBrace) => Site::Key(block),
                    _ => Site::Nothing,
                }
            }
            _ => Site::Nothing,
        }
    }

    fn unit(&self) -> Site {
        let weighed = self.path.iter().rev().find(|n| !matches!(n.kind(), Kind::Name | Kind::Word | Kind::Chain | Kind::Expr | Kind::Stray | Kind::StrayEntry)).map(|n| n.kind());
        let want = match (weighed, self.missing_word()) {
            (Some(Kind::Send), _) => return Site::Weight { rate: true },
            (Some(Kind::Weighted | Kind::Bare), _) => return Site::Weight { rate: false },
            // A number where a word is missing is no number of this statement.
            (_, Some(Site::Next(words, _))) if !words.is_empty() => return Site::Nothing,
            _ => self.want(),
        };
        Site::Unit { want, beside: self.beside() }
    }

    /// The operand that the word is held against or added to.
    fn beside(&self) -> Beside {
        let Some(index) = self.path.iter().rposition(|n| n.kind() == Kind::Expr) else { return Beside::Unknown };
        let (Some(expr), Some(own)) = (self.path.get(index), self.path.get(index + 1)) else { return Beside::Unknown };
        let before: Vec<Node<'t>> = expr.children().take_while(|c| c.index() < own.index()).collect();
        match before.as_slice() {
            [.., times, _, _] if matches!(times.text(), "*" | "/") => Beside::Unknown,
            [.., operand, operator] if operator.kind() == Kind::Dots || !matches!(operator.text(), "*" | "/" | "and" | "or" | "not" | "of") => dimension_giver(*operand),
            _ => Beside::Unknown,
        }
    }

    /// What follows a dot.
    fn member(&self) -> Site {
        // Member is a part of its chain: the words before it, in order.
        let Some(chain) = self.above(2).filter(|n| n.kind() == Kind::Chain) else { return Site::Nothing };
        let own = self.above(1).map_or(0, Node::index);
        let path = words_of(chain, own);
        if path.is_empty() { Site::Nothing } else { Site::Member { path, want: self.want() } }
    }

    /// What the expression is for that the word stands in.
    fn want(&self) -> Want {
        self.want_at(self.path.len().saturating_sub(1))
    }

    /// What the node with this number in the path is for.
    fn want_at(&self, index: usize) -> Want {
        let mut at = index;
        while at > 0 {
            at -= 1;
            let Some(node) = self.path.get(at).copied() else { return Want::Nothing };
            let Some(child) = self.path.get(at + 1).copied() else { return Want::Nothing };
            match node.kind() {
                Kind::Arguments => {
                    let outer = self.want_at(at);
                    let number = node.children().take_while(|c| c.index() < child.index()).filter(|c| c.kind() == Kind::Comma).count();
                    return match self.callee(at) {
                        Some(callee) => Want::of_argument(&callee, number, &outer),
                        None => Want::Nothing,
                    };
                }
                Kind::Index => return want::behind(Kind::Index, ""),
                Kind::List => {
                    return match self.want_at(at) {
                        Want::Thing(kinds, true) => Want::Thing(kinds, true),
                        Want::Anything => Want::Number(&[]),
                        Want::Number(dims) => Want::Number(dims),
                        Want::Constant => Want::Constant,
                        _ => Want::Nothing,
                    };
                }
                Kind::Setting | Kind::TestSetting | Kind::Unassigned => return self.of_setting(at),
                Kind::Weighted => {
                    return match self.path.get(..at).and_then(|p| p.iter().rposition(|n| n.kind() == Kind::Body)).and_then(|body| self.block_of(body)) {
                        Some(Block::Weights(want)) => want,
                        _ => Want::Nothing,
                    };
                }
                Kind::Bare => return Want::Nothing,
                Kind::Arm => {
                    return match child.kind() {
                        Kind::Action => Want::Nothing,
                        _ => want::behind(Kind::Arm, ""),
                    };
                }
                // `4 of "…"`: what stands behind `of` is a node.
                Kind::Expr if node.all_children().take_while(|c| c.index() < child.index()).filter(|c| c.kind() == Kind::Operator).last().is_some_and(|c| c.text() == "of") => {
                    return Want::Node;
                }
                Kind::Expr => {
                    let Some(operator) = operator_before(node, child) else { continue };
                    return self.want_at(at).of_operand(operator);
                }
                Kind::Chain | Kind::Paren | Kind::Member | Kind::Construct | Kind::Record | Kind::Body | Kind::Action => {}
                kind => {
                    let word = node.children().take_while(|c| c.index() < child.index()).filter(|c| c.kind() == Kind::Keyword).last().map_or("", Node::text);
                    // A weight is no keyword, and `rest` is no place for a value of its own.
                    let word = if kind == Kind::Send { "send" } else { word };
                    let want = want::behind(kind, word);
                    if want != Want::Nothing || is_statement(kind) {
                        return want;
                    }
                }
            }
        }
        Want::Nothing
    }

    /// The name that is called by these arguments.
    fn callee(&self, arguments: usize) -> Option<String> {
        let chain = self.path.get(arguments.checked_sub(1)?).filter(|n| n.kind() == Kind::Chain)?;
        let own = self.path.get(arguments)?.index();
        let before: Vec<Node<'t>> = chain.children().take_while(|c| c.index() < own).collect();
        match before.as_slice() {
            [name] if matches!(name.kind(), Kind::Name | Kind::Word) => Some(name.text().to_owned()),
            _ => None,
        }
    }

    fn of_setting(&self, at: usize) -> Want {
        let Some(setting) = self.path.get(at) else { return Want::Nothing };
        let key = setting.children().next().map_or("", Node::text);
        if setting.kind() == Kind::TestSetting {
            return targets::find(&[targets::TEST], key).map_or(Want::Nothing, Want::of_setting);
        }
        let body = self.path.get(..at).and_then(|p| p.iter().rposition(|n| n.kind() == Kind::Body));
        match body.and_then(|body| self.block_of(body)) {
            Some(Block::Declared { of, kind }) => catalog::block(of, kind).and_then(|b| b.setting(key)).map_or(Want::Nothing, Want::of_setting),
            Some(Block::Nested(settings)) => settings.into_iter().find(|s| s.name == key).map_or(Want::Nothing, Want::of_setting),
            Some(Block::Record) => Want::Generator,
            Some(Block::Free) => Want::Free,
            _ => Want::Nothing,
        }
    }

    fn block(&self, entry: usize) -> Option<Block> {
        self.path.get(..entry)?.iter().rposition(|n| n.kind() == Kind::Body).and_then(|body| self.block_of(body))
    }

    /// What the entries of this body are.
    fn block_of(&self, body: usize) -> Option<Block> {
        let above = self.path.get(body.checked_sub(1)?)?;
        let declared = |of: &'static str| Some(Block::Declared { of, kind: "" });
        match above.kind() {
            Kind::Target | Kind::Source => {
                let of = if above.kind() == Kind::Target { "target" } else { "source" };
                let word = above.child(Kind::KindName)?.text();
                let kind = catalog::kinds(of).into_iter().find(|(kind, _)| *kind == word)?.0;
                Some(Block::Declared { of, kind })
            }
            Kind::Event => declared("event"),
            Kind::Pipeline => declared("pipeline"),
            Kind::Cluster => declared("cluster"),
            Kind::Node => declared("node"),
            Kind::Mix => Some(Block::Weights(want::SENT)),
            Kind::Construct => {
                let word = above.children().next().map_or("", Node::text);
                if word == catalog::CHOICE.name {
                    return Some(Block::Weights(Want::Generator));
                }
                match self.want_at(body - 1) {
                    Want::Setting(Setting { kind: SettingKind::Variant(variants), .. }) => {
                        let variant = variants.iter().find(|v| v.name == word)?;
                        Some(Block::Nested(variant.settings.iter().flat_map(|t| t.iter()).collect()))
                    }
                    _ => None,
                }
            }
            Kind::Record => match self.want_at(body - 1) {
                Want::Setting(Setting { kind: SettingKind::Block(settings), .. }) => Some(Block::Nested(settings.iter().collect())),
                Want::Setting(_) => Some(Block::Free),
                Want::Generator | Want::Anything | Want::Key => Some(Block::Record),
                _ => Some(Block::Free),
            },
            _ => None,
        }
    }
}

/// The operator, or the dots, right before a part of an expression.
fn operator_before<'t>(expr: Node<'t>, part: Node<'t>) -> Option<&'t str> {
    expr.all_children().take_while(|c| c.index() < part.index()).filter(|c| matches!(c.kind(), Kind::Operator | Kind::Dots)).last().map(Node::text)
}

/// What tells the dimension of an operand.
fn dimension_giver(operand: Node<'_>) -> Beside {
    if operand.kind() == Kind::Quantity {
        return Beside::Quantity(operand.text().to_owned());
    }
    let parts: Vec<Node<'_>> = operand.children().collect();
    match parts.as_slice() {
        [only] if only.kind() == Kind::Quantity => Beside::Quantity(only.text().to_owned()),
        // `max(metric)` has the dimension of the metric, `trend(metric)` the same a second.
        [name, arguments] if arguments.kind() == Kind::Arguments => {
            let first = arguments.children().find(|c| c.kind() == Kind::Expr).and_then(|e| e.child(Kind::Chain)).map(|chain| words_of(chain, usize::MAX));
            match (first, name.text()) {
                (Some(path), "trend" | "rate") if !path.is_empty() => Beside::PerSecond(path),
                (Some(path), "avg" | "min" | "max") if !path.is_empty() => Beside::Name(path),
                _ => Beside::Unknown,
            }
        }
        _ if operand.kind() == Kind::Chain => match words_of(operand, usize::MAX) {
            path if path.is_empty() => Beside::Unknown,
            path => Beside::Name(path),
        },
        _ => Beside::Unknown,
    }
}

/// A number of nodes, without `of`.
fn counts_nodes(entry: Node<'_>) -> bool {
    let value = entry.descendants().find(|n| n.kind() == Kind::Expr);
    value.is_some_and(|value| value.descendants().last().is_some_and(|n| n.text().ends_with(|c: char| c.is_ascii_digit())) && !value.descendants().any(|n| n.text() == "of"))
}

/// The words of a chain before one of its nodes; none where something else stands among them.
fn words_of(chain: Node<'_>, before: usize) -> Vec<String> {
    let mut path = Vec::new();
    for part in chain.children().take_while(|c| c.index() < before) {
        match part.kind() {
            Kind::Name | Kind::Word => path.push(part.text().to_owned()),
            Kind::Member => path.extend(part.children().find(|c| c.kind() == Kind::Word).map(|w| w.text().to_owned())),
            _ => return Vec::new(),
        }
    }
    path
}

/// `split`, without `into`.
fn splits(action: Node<'_>) -> bool {
    action.child(Kind::Split).is_some_and(|split| !split.has_keyword("into"))
}

/// What begins on a line of its own.
fn is_statement(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Import | Kind::Let | Kind::Param | Kind::Target | Kind::Source | Kind::Event | Kind::Mix | Kind::Metric | Kind::Pipeline | Kind::Cluster | Kind::Node
            | Kind::Sizing | Kind::Alert | Kind::Test | Kind::Setting | Kind::FieldEntry | Kind::Weighted | Kind::Bare | Kind::TestSetting | Kind::Send | Kind::Repeat
            | Kind::Fault | Kind::Undo | Kind::Expect | Kind::Sustain | Kind::Abort | Kind::Phase | Kind::SizeBy | Kind::Rule | Kind::Otherwise | Kind::Arm
    )
}
