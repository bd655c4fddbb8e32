//! Every name in a file and what it stands for: declarations of the file and of what it imports, and the words of the language.
//!
//! Names are looked up where the checker looks them up (`check::names`, the tables of `check::series`, `check::functions`, `targets`), so that a name
//! never means one thing to the editor and another to `check`. What nothing is known of has no occurrence.

mod bodies;
mod chains;
mod items;
mod scope;
mod tests_of;
mod words;

pub use words::{Word, inner as within_quotes};

use crate::check::names::{Names, declared};
use crate::check::{Context, Decl, DeclKind};
use crate::resolve::workspace::Workspace;
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, ItemKind};
use scope::{Finder, Scope};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Symbol {
    Named(Named),
    Word(Word),
}

/// Something that a file gives a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Named {
    pub kind: Kind,
    /// The item that it is, or that it is a part of.
    pub item: Decl,
    /// Where it is given its name; of a text what stands within the quotes.
    pub name: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Import,
    Let,
    Param,
    Target,
    Source,
    Event,
    Mix,
    Metric,
    Pipeline,
    Cluster,
    /// By its text.
    Node,
    Alert,
    /// By its text.
    Test,
    /// Of an event, or of a record within a field.
    Field,
    /// The parts of a test, and its `for` constant.
    Phase,
    Fault,
    Constant,
    /// Of a sizing.
    Rule,
}

impl Kind {
    /// The word that declares it, or what one would call it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Import => "import",
            Kind::Let => "let",
            Kind::Param => "param",
            Kind::Target => "target",
            Kind::Source => "source",
            Kind::Event => "event",
            Kind::Mix => "mix",
            Kind::Metric => "metric",
            Kind::Pipeline => "pipeline",
            Kind::Cluster => "cluster",
            Kind::Node => "node",
            Kind::Alert => "alert",
            Kind::Test => "test",
            Kind::Field => "field",
            Kind::Phase => "phase",
            Kind::Fault => "fault",
            Kind::Constant => "for constant",
            Kind::Rule => "rule",
        }
    }
    /// Whether its name is a text in quotes.
    pub fn is_text(self) -> bool {
        matches!(self, Kind::Node | Kind::Test)
    }
    /// Whether it is known within its item only.
    pub fn is_part(self) -> bool {
        matches!(self, Kind::Field | Kind::Phase | Kind::Fault | Kind::Constant | Kind::Rule)
    }
}

impl From<DeclKind> for Kind {
    fn from(kind: DeclKind) -> Kind {
        match kind {
            DeclKind::Import => Kind::Import,
            DeclKind::Let => Kind::Let,
            DeclKind::Param => Kind::Param,
            DeclKind::Target => Kind::Target,
            DeclKind::Source => Kind::Source,
            DeclKind::Event => Kind::Event,
            DeclKind::Mix => Kind::Mix,
            DeclKind::Metric => Kind::Metric,
            DeclKind::Pipeline => Kind::Pipeline,
            DeclKind::Cluster => Kind::Cluster,
        }
    }
}

impl Symbol {
    /// As it is called: `clicks`, `latency`, `p99`.
    pub fn name(self, ws: &Workspace) -> &str {
        match self {
            Symbol::Named(named) => named.text(ws),
            Symbol::Word(word) => word.name(),
        }
    }
    /// Where it is given its name; `None` of a word of the language.
    pub fn definition(self) -> Option<Span> {
        match self {
            Symbol::Named(named) => Some(named.name),
            Symbol::Word(_) => None,
        }
    }
    pub fn named(self) -> Option<Named> {
        match self {
            Symbol::Named(named) => Some(named),
            Symbol::Word(_) => None,
        }
    }
}

impl Named {
    pub fn text(self, ws: &Workspace) -> &str {
        ws.map.slice(self.name)
    }
    /// The whole item that it is, or that it is a part of.
    pub fn item(self, ws: &Workspace) -> Option<&ast::Item> {
        ws.units.get(self.item.file.0 as usize)?.ast.items.get(self.item.item as usize)
    }
    /// What it is a part of: the event of a field, the test of a phase.
    pub fn owner(self, ws: &Workspace) -> Option<Named> {
        if self.kind.is_part() { named_item(ws, self.item) } else { None }
    }
    /// Whether it is declared in a module that ships with scalec.
    pub fn is_std(self, ws: &Workspace) -> bool {
        ws.units.get(self.item.file.0 as usize).is_some_and(|unit| unit.std)
    }
}

/// What an item declares. A sizing declares nothing: its name is that of a pipeline.
pub fn named_item(ws: &Workspace, item: Decl) -> Option<Named> {
    let ast = ws.units.get(item.file.0 as usize)?.ast.items.get(item.item as usize)?;
    let (kind, name) = match &ast.kind {
        ItemKind::Node(node) => (Kind::Node, words::inner(ws, node.name.as_ref()?.span)),
        ItemKind::Test(test) => (Kind::Test, words::inner(ws, test.name.as_ref()?.span)),
        ItemKind::Alert(alert) => (Kind::Alert, alert.name.as_ref()?.span),
        kind => declared(kind).map(|(kind, name)| (Kind::from(kind), name.span))?,
    };
    Some(Named { kind, item, name })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Declaration,
    Use,
}

/// A symbol at a place. `errors.ratio` is one word at one place, dots included; names of nodes and tests stand within their quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    pub span: Span,
    pub symbol: Symbol,
    pub role: Role,
}

/// All of a file, in the order of the text.
pub fn occurrences(ws: &Workspace, file: FileId) -> Vec<Occurrence> {
    in_items(ws, file, |_| true)
}

/// What stands at a byte, or ends right before it.
pub fn at(ws: &Workspace, file: FileId, offset: usize) -> Option<Occurrence> {
    let offset = offset as u32;
    let holds = |span: Span| span.start <= offset && offset <= span.end;
    let found = in_items(ws, file, |item| holds(item.span));
    let mut touching = found.into_iter().filter(|o| holds(o.span));
    let first = touching.next()?;
    // Between two words the one behind is meant.
    Some(touching.find(|o| o.span.start == offset && first.span.end == offset).unwrap_or(first))
}

/// Those that touch a stretch of the file, and those of the items around them.
pub fn within(ws: &Workspace, file: FileId, from: usize, to: usize) -> Vec<Occurrence> {
    in_items(ws, file, |item| item.span.start as usize <= to && from <= item.span.end as usize)
}

fn in_items(ws: &Workspace, file: FileId, wanted: impl Fn(&ast::Item) -> bool) -> Vec<Occurrence> {
    let Some(unit) = ws.units.get(file.0 as usize).filter(|unit| unit.id == file) else { return Vec::new() };
    let names = Names::of(ws);
    let cx = Context::new(ws, &[], &names);
    let finder = Finder::new(&cx, file);
    let mut out = Vec::new();
    for (index, item) in unit.ast.items.iter().enumerate().filter(|(_, item)| wanted(item)) {
        let item_of = Decl { file, item: index as u32 };
        let mut walk = Walk { finder: &finder, item: item_of, scope: Scope::default(), out: &mut out };
        walk.item(item);
    }
    // A declaration that stands inside of a test comes in its place.
    out.sort_by_key(|o| (o.span.start, o.span.end));
    out.dedup();
    out
}

/// Reads the names of one item.
struct Walk<'w, 'a> {
    finder: &'w Finder<'w, 'a>,
    item: Decl,
    scope: Scope<'a>,
    out: &'w mut Vec<Occurrence>,
}

impl<'a> Walk<'_, 'a> {
    fn declares(&mut self, kind: Kind, name: Span) {
        let symbol = Symbol::Named(Named { kind, item: self.item, name });
        self.out.push(Occurrence { span: name, symbol, role: Role::Declaration });
    }
    /// A declaration of something that may have been declared before: the first one gives it its place.
    fn declares_again(&mut self, named: Named, span: Span) {
        self.out.push(Occurrence { span, symbol: Symbol::Named(named), role: Role::Declaration });
    }
    fn uses(&mut self, named: Option<Named>, span: Span) {
        if let Some(named) = named {
            self.out.push(Occurrence { span, symbol: Symbol::Named(named), role: Role::Use });
        }
    }
    fn word(&mut self, word: Word, span: Span) {
        self.out.push(Occurrence { span, symbol: Symbol::Word(word), role: Role::Use });
    }
    fn cx(&self) -> &Context<'a> {
        self.finder.cx
    }
}
