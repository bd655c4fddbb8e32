//! Declarations, and the statements of tests and sizings.

use super::values::{text_of, weight_of};
use super::{Lowering, declared, ident, slots};
use crate::source::Span;
use crate::syntax::ast::*;
use crate::syntax::tree::{Hole, Kind, Node};
use crate::syntax::words;

impl Lowering<'_> {
    /// A declaration; `None` where the node is none.
    pub(super) fn item(&mut self, node: Node<'_>) -> Option<Item> {
        let name = declared(node);
        let kind = match node.kind() {
            Kind::Import => ItemKind::Import(Import { name, path: text_of(node) }),
            Kind::Let => ItemKind::Let(Let { param: false, name, value: self.assigned(node, 0), range: None }),
            Kind::Param => {
                let value = self.slot(node, 0, 0);
                let range = (slots(node).count() > 1).then(|| self.slot(node, 1, 0));
                ItemKind::Let(Let { param: true, name, value, range })
            }
            Kind::Target => ItemKind::Target(self.construct(node, name)),
            Kind::Source => ItemKind::Source(self.construct(node, name)),
            Kind::Event => {
                let family = node.child(Kind::Family).map(|n| self.slot(n, 0, 0));
                ItemKind::Event(Event { name, family, body: self.body_of(node) })
            }
            Kind::Mix => ItemKind::Mix(Mix { name, body: self.body_of(node) }),
            Kind::Metric => ItemKind::Metric(Metric {
                name,
                value: self.slot(node, 0, 0),
                unit: node.child(Kind::AsClause).and_then(declared),
                by: node.child(Kind::ByClause).and_then(declared),
                every: node.child(Kind::EveryClause).map(|n| self.slot(n, 0, 0)),
            }),
            Kind::Pipeline => ItemKind::Pipeline(Block { name, body: self.body_of(node) }),
            Kind::Cluster => ItemKind::Cluster(Block { name, body: self.body_of(node) }),
            Kind::Node => ItemKind::Node(crate::syntax::ast::Node { name: text_of(node), body: self.body_of(node) }),
            Kind::Sizing => {
                let block = node.child(Kind::SizingBlock);
                let statements = block.map_or_else(Vec::new, |b| b.children().filter_map(|n| self.sizing_statement(n)).collect());
                ItemKind::Sizing(Sizing { name, statements, span: block.map_or(node.span().after(), |b| b.span()) })
            }
            Kind::Alert => ItemKind::Alert(Alert {
                level: level(node),
                name,
                condition: self.slot(node, 0, 0),
                hold: node.child(Kind::ForClause).map(|n| self.slot(n, 0, 0)),
            }),
            Kind::Test => self.test(node),
            _ => return None,
        };
        Some(Item { kind, doc: self.doc(node), span: node.span() })
    }

    fn construct(&mut self, node: Node<'_>, name: Option<Ident>) -> Construct {
        let kind = node.child(Kind::KindName).map(|n| Ident { text: n.text().to_string(), span: n.span() });
        Construct { name, kind, body: self.body_of(node) }
    }

    fn test(&mut self, node: Node<'_>) -> ItemKind {
        let block = node.child(Kind::TestBlock);
        let head_end = node.children().take_while(|n| n.kind() != Kind::TestBlock).last().map_or(node.end(), |n| n.end());
        let for_each = node.child(Kind::ForEach).map(|n| ForEach { name: declared(n), list: self.slot(n, 0, 0), span: n.span() });
        ItemKind::Test(Test {
            name: text_of(node),
            for_each,
            statements: block.map_or_else(Vec::new, |b| self.statements(b, 0)),
            head: Span { end: head_end as u32, ..node.span() },
        })
    }

    fn statements(&mut self, block: Node<'_>, depth: usize) -> Vec<Statement> {
        block.children().filter_map(|n| self.statement(n, depth)).collect()
    }

    fn statement(&mut self, node: Node<'_>, depth: usize) -> Option<Statement> {
        let name = declared(node);
        let kind = match node.kind() {
            Kind::TestSetting | Kind::UnassignedSetting => StatementKind::Setting { key: name?, value: self.assigned(node, depth) },
            Kind::Send => StatementKind::Send(self.send(node)),
            Kind::Phase => StatementKind::Phase(self.phase(node, name)),
            Kind::Repeat => StatementKind::Repeat {
                count: self.slot(node, 0, depth),
                statements: node.child(Kind::TestBlock).map_or_else(Vec::new, |b| self.statements(b, depth + 1)),
            },
            Kind::Fault => StatementKind::Fault {
                name,
                action: self.slot(node, 0, depth),
                at: node.child(Kind::FaultTime).map(|n| FaultTime {
                    offset: self.slot(n, 0, depth),
                    phase: n.child(Kind::PhaseRef).and_then(|p| self.phase_ref(p)),
                    span: n.span(),
                }),
            },
            Kind::Undo => {
                let action = node.child(Kind::Eq).map(|_| self.slot(node, 0, depth));
                let index = usize::from(action.is_some());
                let after = (slots(node).count() > index).then(|| self.slot(node, index, depth));
                StatementKind::Undo { name, action, after }
            }
            Kind::Expect => StatementKind::Expect { condition: self.slot(node, 0, depth), window: self.window(node) },
            Kind::Sustain => StatementKind::Sustain { condition: self.slot(node, 0, depth) },
            Kind::Abort => StatementKind::Abort {
                condition: self.slot(node, 0, depth),
                hold: node.child(Kind::ForClause).map(|n| self.slot(n, 0, depth)),
            },
            Kind::Misplaced => {
                let item = node.children().next().and_then(|n| self.item(n));
                self.misplaced.extend(item);
                return None;
            }
            _ => {
                self.note_broken(node);
                return None;
            }
        };
        Some(Statement { kind, doc: self.doc(node), span: node.span() })
    }

    fn send(&mut self, node: Node<'_>) -> Send {
        let to = node.child(Kind::Destinations).map_or_else(Vec::new, |d| {
            let targets: Vec<_> = slots(d).collect();
            targets.into_iter().map(|n| self.value(n, 0)).collect()
        });
        Send { weight: weight_of(node), what: self.slot(node, 0, 0), to, span: node.span() }
    }

    fn phase(&mut self, node: Node<'_>, name: Option<Ident>) -> Phase {
        let shape_node = node.children().find(|n| is_shape(n.kind()));
        let (shape, shape_span) = match shape_node {
            Some(n) => (self.shape(n), n.span()),
            None => (Shape::Missing, node.span().after()),
        };
        let sends = node.child(Kind::PhaseBlock).map_or_else(Vec::new, |b| {
            let sends: Vec<_> = b.children().filter(|n| n.kind() == Kind::Send).collect();
            sends.into_iter().map(|n| self.send(n)).collect()
        });
        Phase { name, shape, shape_span, sends }
    }

    fn shape(&mut self, node: Node<'_>) -> Shape {
        let mut slot = |index| self.slot(node, index, 0);
        match node.kind() {
            Kind::Hold => Shape::Hold { rate: slot(0), length: slot(1) },
            Kind::Ramp => Shape::Ramp { from: slot(0), to: slot(1), length: slot(2) },
            Kind::Step => Shape::Step { from: slot(0), to: slot(1), by: slot(2), every: slot(3) },
            Kind::Sine => Shape::Sine { from: slot(0), to: slot(1), period: slot(2), length: slot(3) },
            Kind::Spike => Shape::Spike { from: slot(0), to: slot(1), length: slot(2) },
            Kind::Pause => Shape::Pause { length: slot(0) },
            Kind::Flood => Shape::Flood { count: slot(0), at: node.has_keyword("at").then(|| slot(1)) },
            Kind::Replay => Shape::Replay { path: text_of(node), scale: node.has_keyword("scale").then(|| slot(0)) },
            Kind::Search => {
                let settles = node.has_keyword("settle");
                let precise = node.has_keyword("to");
                Shape::Search {
                    range: slot(0),
                    by: slot(1),
                    hold: slot(2),
                    settle: settles.then(|| slot(3)),
                    within: precise.then(|| slot(3 + usize::from(settles))),
                }
            }
            _ => Shape::Missing,
        }
    }

    fn window(&mut self, node: Node<'_>) -> WindowClause {
        let Some(window) = node.child(Kind::Window) else {
            return WindowClause { kind: WindowKind::Missing, per: None, span: node.span().after() };
        };
        let per = window.child(Kind::Per).map(|n| self.slot(n, 0, 0));
        let Some(form) = window.children().next() else {
            return WindowClause { kind: WindowKind::Missing, per, span: window.span() };
        };
        let kind = match form.kind() {
            Kind::Always => WindowKind::Always,
            Kind::During => WindowKind::During(self.phase_list(form)),
            Kind::Eventually => WindowKind::Eventually(self.phase_list(form)),
            Kind::Within => WindowKind::Within {
                length: self.slot(form, 0, 0),
                start_of: form.has_keyword("start"),
                after: form.child(Kind::PhaseRef).and_then(|n| self.phase_ref(n)),
                hold: form.has_keyword("for").then(|| {
                    // The hole of a missing phase is no length.
                    let last = slots(form).filter(|n| n.kind() != Kind::Hole(Hole::Phase)).nth(1);
                    last.map_or_else(|| Expr::missing(form.span().after()), |n| self.value(n, 0))
                }),
            },
            Kind::AtEnd => WindowKind::AtEnd,
            _ => WindowKind::Missing,
        };
        WindowClause { kind, per, span: window.span() }
    }

    fn phase_list(&mut self, node: Node<'_>) -> PhaseList {
        let Some(list) = node.child(Kind::Phases) else { return PhaseList { span: node.span().after(), ..PhaseList::default() } };
        let phases = list.children().filter(|n| n.kind() == Kind::PhaseRef).filter_map(|n| self.phase_ref(n)).collect();
        PhaseList { all: list.has_keyword("all"), phases, span: list.span() }
    }

    fn phase_ref(&mut self, node: Node<'_>) -> Option<PhaseRef> {
        let instance = node.child(Kind::OpenBracket).map(|_| self.slot(node, 0, 0));
        Some(PhaseRef { name: declared(node)?, instance, span: node.span() })
    }

    /// `stop p` and the like become calls: `stop(p)`, `scale(p, n)`.
    pub(super) fn fault_action(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let Some(verb) = node.child(Kind::Keyword) else { return self.slot(node, 0, depth) };
        let callee = Expr { kind: ExprKind::Name(ident(verb)), span: verb.span() };
        let args: Vec<_> = slots(node).collect();
        let args = args.into_iter().map(|n| self.value(n, depth)).collect();
        Expr { kind: ExprKind::Call { callee: Box::new(callee), args }, span: node.span() }
    }

    fn sizing_statement(&mut self, node: Node<'_>) -> Option<SizingStatement> {
        let kind = match node.kind() {
            Kind::SizeBy => {
                let arms = node.child(Kind::Arms).map_or_else(Vec::new, |b| {
                    let arms: Vec<_> = b.children().filter(|n| n.kind() == Kind::Arm).collect();
                    arms.into_iter().map(|n| SizeArm { range: self.slot(n, 0, 0), size: self.action(n), span: n.span() }).collect()
                });
                SizingKind::SizeBy { metric: self.slot(node, 0, 0), arms }
            }
            Kind::Rule => SizingKind::Rule {
                name: declared(node),
                condition: self.slot(node, 0, 0),
                during: node.child(Kind::During).map(|n| self.phase_list(n)),
                action: self.action(node),
            },
            Kind::Otherwise => SizingKind::Otherwise { action: self.action(node) },
            _ => return None,
        };
        Some(SizingStatement { kind, span: node.span() })
    }

    fn action(&mut self, node: Node<'_>) -> Action {
        let Some(form) = node.child(Kind::Action).and_then(|n| n.children().next()) else {
            return Action { kind: ActionKind::Missing, span: node.span().after() };
        };
        let mut slot = || self.slot(form, 0, 0);
        let kind = match form.kind() {
            Kind::Keep => ActionKind::Keep,
            Kind::ScaleOut => ActionKind::ScaleOut(slot()),
            Kind::ScaleIn => ActionKind::ScaleIn(slot()),
            Kind::ScaleUp => ActionKind::ScaleUp(slot()),
            Kind::Split => ActionKind::Split(form.has_keyword("into").then(slot)),
            Kind::Throttle => ActionKind::Throttle(slot()),
            Kind::Investigate => ActionKind::Investigate(slot()),
            Kind::Size => ActionKind::Size(slot()),
            _ => ActionKind::Missing,
        };
        Action { kind, span: form.span() }
    }
}

fn level(node: Node<'_>) -> Option<Ident> {
    node.children().find_map(|n| match n.kind() {
        Kind::Keyword if words::form_of(words::LEVELS, n.text()).is_some() => Some(ident(n)),
        _ => None,
    })
}

fn is_shape(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, Hold | Ramp | Step | Sine | Spike | Pause | Flood | Replay | Search)
}
