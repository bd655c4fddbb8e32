//! The flat list of operands and operators of an expression, given its strengths. Loosest first: `or`, `and`, `not`, comparisons and `in`, `of`,
//! `..`, `+ -`, `* /`, unary `-`.

use super::{Lowering, Trouble, slots};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, QuantityToken};
use crate::syntax::quantity;
use crate::syntax::tree::{Kind, Node};

/// Operators and members within one another, summed over the brackets around them. Later stages walk expressions recursively.
pub(in crate::syntax) const MAX_DEPTH: usize = 512;

const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const OF: u8 = 5;
const RANGE: u8 = 6;
const ADD: u8 = 7;
const MULTIPLY: u8 = 8;

fn strength(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => OR,
        BinaryOp::And => AND,
        BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual
        | BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::In => COMPARE,
        BinaryOp::Of => OF,
        BinaryOp::Add | BinaryOp::Subtract => ADD,
        BinaryOp::Multiply | BinaryOp::Divide => MULTIPLY,
    }
}

fn binary_op(text: &str) -> Option<BinaryOp> {
    Some(match text {
        "or" => BinaryOp::Or,
        "and" => BinaryOp::And,
        "<" => BinaryOp::Less,
        "<=" => BinaryOp::LessEqual,
        ">" => BinaryOp::Greater,
        ">=" => BinaryOp::GreaterEqual,
        "==" => BinaryOp::Equal,
        "!=" => BinaryOp::NotEqual,
        "in" => BinaryOp::In,
        "of" => BinaryOp::Of,
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Subtract,
        "*" => BinaryOp::Multiply,
        "/" => BinaryOp::Divide,
        _ => return None,
    })
}

/// Reads the parts of one expression from left to right.
struct Parts<'t> {
    nodes: Vec<Node<'t>>,
    at: usize,
    depth: usize,
}

impl<'t> Parts<'t> {
    fn peek(&self) -> Option<Node<'t>> {
        self.nodes.get(self.at).copied()
    }
    fn at_operand(&self) -> bool {
        self.peek().is_some_and(|n| match n.kind() {
            Kind::Chain | Kind::Hole(_) => true,
            Kind::Operator => matches!(n.text(), "not" | "-"),
            _ => false,
        })
    }
    /// The empty place before the next part.
    fn here(&self, whole: Span) -> Span {
        match self.peek() {
            Some(next) => Span { end: next.span().start, start: next.span().start, ..whole },
            None => whole.after(),
        }
    }
}

impl Lowering<'_> {
    /// Any value: an expression, `kind { … }`, `{ … }`, `field name`, or a hole.
    pub(super) fn value(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let span = node.span();
        match node.kind() {
            Kind::Expr | Kind::ParamValue => self.expression(node, depth),
            Kind::Chain => self.chain(node, depth),
            Kind::Construct => {
                let kind = node.child(Kind::Word).map(super::ident);
                let body = node.child(Kind::Body).map(|b| self.body(b, depth + 1));
                match (kind, body) {
                    (Some(kind), Some(body)) => Expr { kind: ExprKind::Construct { kind, body }, span },
                    _ => Expr::missing(span),
                }
            }
            Kind::Record => match node.child(Kind::Body) {
                Some(body) => Expr { kind: ExprKind::Record(self.body(body, depth + 1)), span },
                None => Expr::missing(span),
            },
            Kind::FieldName => match node.child(Kind::Word) {
                Some(word) => Expr { kind: ExprKind::Name(super::ident(word)), span },
                None => Expr::missing(span),
            },
            Kind::FaultAction => self.fault_action(node, depth),
            _ => Expr::missing(span),
        }
    }

    /// The `index`-th value of a statement.
    pub(super) fn slot(&mut self, node: Node<'_>, index: usize, depth: usize) -> Expr {
        match slots(node).nth(index) {
            Some(slot) => self.value(slot, depth),
            None => Expr::missing(node.span().after()),
        }
    }

    fn expression(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let nodes: Vec<_> = node.children().collect();
        if let [only] = nodes.as_slice() {
            return self.value_or_leaf(*only, depth);
        }
        let depth = depth + nodes.iter().filter(|n| matches!(n.kind(), Kind::Operator | Kind::Dots)).count();
        if depth > MAX_DEPTH {
            self.troubles.push(Trouble::TooDeep(node.span()));
            return Expr::missing(node.span());
        }
        let mut parts = Parts { nodes, at: 0, depth };
        let whole = node.span();
        self.binary(&mut parts, OR, whole)
    }

    fn value_or_leaf(&mut self, node: Node<'_>, depth: usize) -> Expr {
        match node.kind() {
            Kind::Dots => {
                self.troubles.push(Trouble::EmptyRange(node.span()));
                Expr::missing(node.span())
            }
            _ => self.value(node, depth),
        }
    }

    fn binary(&mut self, parts: &mut Parts<'_>, least: u8, whole: Span) -> Expr {
        let mut left = self.prefix(parts, whole);
        // The first of the operators that do not chain, by their strength.
        let mut first: Option<(u8, Span)> = None;
        while let Some(node) = parts.peek() {
            let (op, power) = match node.kind() {
                Kind::Dots => (None, RANGE),
                Kind::Operator => match binary_op(node.text()) {
                    Some(op) => (Some(op), strength(op)),
                    None => return left,
                },
                _ => return left,
            };
            if power < least {
                return left;
            }
            parts.at += 1;
            let mut chained = false;
            if matches!(power, COMPARE | OF | RANGE) {
                match first {
                    Some((other, place)) if other == power => {
                        self.troubles.push(Trouble::Chained { again: node.span(), first: place });
                        // What was meant is not known.
                        chained = true;
                    }
                    _ => first = Some((power, node.span())),
                }
            }
            left = match op {
                _ if chained => {
                    let right = parts.at_operand().then(|| self.binary(parts, power + 1, whole));
                    Expr::missing(left.span.to(right.map_or(node.span(), |r| r.span)))
                }
                None => {
                    let high = parts.at_operand().then(|| Box::new(self.binary(parts, RANGE + 1, whole)));
                    let span = high.as_ref().map_or(left.span.to(node.span()), |h| left.span.to(h.span));
                    let inclusive = node.text() == "..=";
                    Expr { kind: ExprKind::Range { low: Some(Box::new(left)), high, inclusive }, span }
                }
                Some(op) => {
                    let right = self.binary(parts, power + 1, whole);
                    let span = left.span.to(right.span);
                    Expr { kind: ExprKind::Binary { op, op_span: node.span(), left: Box::new(left), right: Box::new(right) }, span }
                }
            };
        }
        left
    }

    fn prefix(&mut self, parts: &mut Parts<'_>, whole: Span) -> Expr {
        let Some(node) = parts.peek() else { return Expr::missing(parts.here(whole)) };
        let depth = parts.depth;
        match node.kind() {
            Kind::Dots => {
                parts.at += 1;
                if !parts.at_operand() {
                    self.troubles.push(Trouble::EmptyRange(node.span()));
                    return Expr::missing(node.span());
                }
                let high = self.binary(parts, RANGE + 1, whole);
                let span = node.span().to(high.span);
                Expr { kind: ExprKind::Range { low: None, high: Some(Box::new(high)), inclusive: node.text() == "..=" }, span }
            }
            Kind::Operator if node.text() == "not" => {
                parts.at += 1;
                let inner = self.binary(parts, NOT + 1, whole);
                let span = node.span().to(inner.span);
                Expr { kind: ExprKind::Not(Box::new(inner)), span }
            }
            Kind::Operator if node.text() == "-" => {
                parts.at += 1;
                let inner = self.prefix(parts, whole);
                let span = node.span().to(inner.span);
                Expr { kind: ExprKind::Negate(Box::new(inner)), span }
            }
            Kind::Chain | Kind::Hole(_) => {
                parts.at += 1;
                self.value(node, depth)
            }
            _ => Expr::missing(parts.here(whole)),
        }
    }

    /// `shop.browsing`, `avg(cpu.max, baseline)`, `burst[2]`
    fn chain(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let mut children = node.children();
        let Some(atom) = children.next() else { return Expr::missing(node.span()) };
        let suffixes: Vec<_> = children.collect();
        let depth = depth + suffixes.len();
        if depth > MAX_DEPTH {
            self.troubles.push(Trouble::TooDeep(node.span()));
            return Expr::missing(node.span());
        }
        let mut expr = self.atom(atom, depth);
        for suffix in suffixes {
            let span = expr.span.to(suffix.span());
            let kind = match suffix.kind() {
                Kind::Member => match suffix.child(Kind::Word) {
                    Some(word) => ExprKind::Member(Box::new(expr), super::ident(word)),
                    None => ExprKind::Missing,
                },
                Kind::Arguments => {
                    let args = slots(suffix).collect::<Vec<_>>().into_iter().map(|n| self.value(n, depth + 1)).collect();
                    ExprKind::Call { callee: Box::new(expr), args }
                }
                Kind::Index => {
                    let index = self.slot(suffix, 0, depth + 1);
                    ExprKind::Index(Box::new(expr), Box::new(index))
                }
                _ => continue,
            };
            expr = Expr { kind, span };
        }
        expr
    }

    fn atom(&mut self, node: Node<'_>, depth: usize) -> Expr {
        let span = node.span();
        let kind = match node.kind() {
            Kind::Quantity => ExprKind::Quantity(quantity_token(node)),
            Kind::BadQuantity => ExprKind::Quantity(QuantityToken { text: node.text().to_string(), span, bad: true }),
            Kind::Text => ExprKind::Text(super::values::text(node)),
            Kind::Name => match node.text() {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                _ => ExprKind::Name(super::ident(node)),
            },
            Kind::Paren => ExprKind::Paren(Box::new(self.slot(node, 0, depth + 1))),
            Kind::List => ExprKind::List(slots(node).collect::<Vec<_>>().into_iter().map(|n| self.value(n, depth + 1)).collect()),
            _ => ExprKind::Missing,
        };
        Expr { kind, span }
    }
}

pub(super) fn quantity_token(node: Node<'_>) -> QuantityToken {
    let bad = node.kind() != Kind::Quantity || quantity::malformed(node.text()).is_some();
    QuantityToken { text: node.text().to_string(), span: node.span(), bad }
}
