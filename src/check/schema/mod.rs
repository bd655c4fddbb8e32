//! Records against the format of their target, and against the schema file that it names (E0407).

mod avro;
mod fit;
mod format;
mod kind;
mod place;
mod protobuf;
mod shape;

use super::{Context, Decl, EventRef};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::plan::Event;
use crate::resolve::workspace::LinkError;
use crate::source::Span;
use crate::syntax::ast::{Body, EntryKind, ExprKind, Send, Text};
use fit::Misfit;
use shape::Shape;
use std::rc::Rc;

/// How a target encodes, where it is not JSON.
pub(super) struct Encoding {
    pub format: format::Format,
    /// `avro { … }`, and the path of its schema where one is named.
    place: Span,
    schema: Option<(Span, String)>,
    /// `None`: there is no schema file, or it cannot be told what it says.
    shape: Option<Shape>,
}

impl<'a> Context<'a> {
    /// Everything that is wrong with the schema file of a target by itself; and how the target encodes.
    pub(super) fn encoding(&self, target: Decl) -> Option<Rc<Encoding>> {
        let construct = self.construct(target)?;
        let (word, body) = match &setting(&construct.body, "format")?.kind {
            ExprKind::Name(word) => (word, None),
            ExprKind::Construct { kind, body } => (kind, Some(body)),
            _ => return None,
        };
        let format = format::Format::named(&word.text)?;
        let path = body.and_then(|body| match &setting(body, "schema")?.kind {
            ExprKind::Text(text) => Some(text),
            _ => None,
        });
        let shape = path.zip(body).and_then(|(path, body)| self.schema_shape(format, path, body));
        Some(Rc::new(Encoding { format, place: word.span, schema: path.map(|p| (p.span, p.value.clone())), shape }))
    }

    fn schema_shape(&self, format: format::Format, path: &'a Text, body: &'a Body) -> Option<Shape> {
        let text = match self.ws.schemas.get(&(path.span.file, path.value.clone()))? {
            Ok(text) => text,
            Err(error) => {
                self.report(unreadable(path, error));
                return None;
            }
        };
        let read = match format {
            format::Format::Avro => avro::read(text).map_err(|why| (why, None)),
            format::Format::Protobuf => {
                let message = setting(body, "message").and_then(|e| match &e.kind {
                    ExprKind::Text(text) => Some(text),
                    _ => None,
                });
                match protobuf::read(text, message.map(|m| m.value.as_str())) {
                    Ok(shape) => Ok(shape),
                    Err(protobuf::Error::Unreadable(why)) => Err((why, None)),
                    Err(protobuf::Error::NoMessage(known)) => Err((String::new(), message.map(|m| (m, known)))),
                    // Which of its messages is meant cannot be told.
                    Err(protobuf::Error::Several) => return None,
                }
            }
        };
        match read {
            Ok(shape) => Some(shape),
            Err((_, Some((message, known)))) => {
                let d = Diagnostic::new(codes::E0407, message.span, format!("`{}` has no message `{}`", path.value, message.value)).label(path.span, "the schema");
                self.report(match suggest::nearest(&message.value, known.iter().map(String::as_str)) {
                    Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write \"{near}\"")).fix(format!("replace by `{near}`"), false, message.span, format!("\"{near}\"")),
                    None => d.here("no such message").help(format!("it has {}", suggest::listed(&known).replace(" or ", " and "))),
                });
                None
            }
            Err((why, None)) => {
                self.report(Diagnostic::new(codes::E0407, path.span, format!("`{}` is no {} schema: {why}", path.value, format.words())).here("cannot be read").help("mend the file, or name another one"));
                None
            }
        }
    }

    /// One event on its way to one target.
    pub(super) fn encodes(&self, encoding: &Encoding, event: EventRef, lowered: &Event, target: Decl, send: &Send) {
        let misfits = match &encoding.shape {
            // The schema is that of what is wrapped around the record.
            Some(_) if lowered.envelope.is_some() => return,
            Some(shape) => fit::record(&lowered.fields, shape),
            // A registry decides by what it has; without any schema the format is made from the fields.
            None if encoding.schema.is_some() => return,
            None => format::record(&lowered.fields, encoding.format),
        };
        for misfit in misfits {
            self.report(self.misfit(encoding, event, misfit, target, send));
        }
    }

    fn misfit(&self, encoding: &Encoding, event: EventRef, misfit: Misfit, target: Decl, send: &Send) -> Diagnostic {
        let place = place::of(self, event, &misfit.path, misfit.at);
        let name = self.name_of(event.decl, send.span.file);
        let field = misfit.path.name();
        let title = match (&encoding.schema, field.is_empty()) {
            (_, true) => format!("`{name}` {}", misfit.says),
            (_, false) => format!("`{field}` of `{name}` {}", misfit.says),
        };
        let d = Diagnostic::new(codes::E0407, place, title).here(misfit.here);
        let d = match &encoding.schema {
            Some((span, _)) => d.label(*span, misfit.there.unwrap_or_else(|| "the schema".to_owned())),
            None => d.label(encoding.place, format!("`{}` is encoded as {} here", self.name_of(target, send.span.file), encoding.format.words())),
        };
        let d = d.label(send.span, "sent here");
        match misfit.near {
            Some(near) => d.help(misfit.help).fix(format!("replace by `{near}`"), false, place, near),
            None => d.help(misfit.help),
        }
    }
}

fn setting<'a>(body: &'a Body, name: &str) -> Option<&'a crate::syntax::ast::Expr> {
    body.entries.iter().find_map(|entry| match &entry.kind {
        EntryKind::Setting { key, value, .. } if key.text == name => Some(value.unwrapped()),
        _ => None,
    })
}

fn unreadable(path: &Text, error: &LinkError) -> Diagnostic {
    let named = format!("schema `{}`", path.value);
    match error {
        LinkError::NotFound { candidates } => {
            let d = Diagnostic::new(codes::E0204, path.span, format!("{named} cannot be found")).here("no such file, seen from this file's folder");
            match candidates.first() {
                Some(near) => d.help(format!("did you mean `{near}`?")).fix(format!("read `{near}`"), false, path.span, format!("\"{near}\"")),
                None => d.help("paths are relative to the file that names them"),
            }
        }
        LinkError::Absolute => Diagnostic::new(codes::E0205, path.span, format!("{named} is named by an absolute path")).help("name it relative to this file, so that the scenario works on every machine"),
        LinkError::OutsideRoot { root } => Diagnostic::new(codes::E0205, path.span, format!("{named} lies outside the project `{root}`")).help("copy it into the project"),
        LinkError::Unreadable(why) => Diagnostic::new(codes::E0107, path.span, format!("{named} cannot be read: {why}")),
    }
}
