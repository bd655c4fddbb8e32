//! Which method is answered by whom.
//!
//! To answer another request:
//! 1. write `features/<x>.rs` with a function `fn(&mut Session, Params) -> Answer<Result>` for each request: it finds the file with
//!    [`Session::file`], asks a function of `ide` with [`Asked::view`](super::session::Asked::view), and says the answer in the protocol's types
//!    with the conversions of `Asked` (places in that file) and `Session` (places in any file);
//! 2. in the same file, `fn offer(&Client, &mut ServerCapabilities)` says what the server can, and `fn answer(&mut Table)` names the methods, such as
//!    `table.on::<request::HoverRequest>(hover)`; a request whose answer to an older text is still of use (completion) is `on_even_outdated`;
//! 3. add its line to [`features::ALL`](super::features::ALL).
//!
//! Everything else is done around it: cancelled and outdated requests, wrong params, panics, the log.

use super::fault::{Answer, Fault};
use super::session::Session;
use lsp_types::request::Request;
use serde_json::Value;
use std::collections::HashMap;

/// Gives the JSON of the answer.
type Run = Box<dyn Fn(&mut Session<'_>, Value) -> Answer<String>>;

/// How one method is answered.
pub struct Entry {
    pub run: Run,
    /// The answer to a text that has changed in the meantime may still be of use.
    pub even_outdated: bool,
}

/// The methods that are answered.
#[derive(Default)]
pub struct Table {
    entries: HashMap<&'static str, Entry>,
}

impl Table {
    pub fn on<R: Request>(&mut self, answer: fn(&mut Session<'_>, R::Params) -> Answer<R::Result>)
    where
        R::Params: 'static,
        R::Result: 'static,
    {
        self.add::<R>(answer, false);
    }

    /// For what people wait for while they type.
    pub fn on_even_outdated<R: Request>(&mut self, answer: fn(&mut Session<'_>, R::Params) -> Answer<R::Result>)
    where
        R::Params: 'static,
        R::Result: 'static,
    {
        self.add::<R>(answer, true);
    }

    fn add<R: Request>(&mut self, answer: fn(&mut Session<'_>, R::Params) -> Answer<R::Result>, even_outdated: bool)
    where
        R::Params: 'static,
        R::Result: 'static,
    {
        let run: Run = Box::new(move |session, params| {
            let params = serde_json::from_value(params).map_err(|error| Fault::params(format!("the params of {} are wrong: {error}", R::METHOD)))?;
            let result = answer(session, params)?;
            serde_json::to_string(&result).map_err(|error| Fault::refused(format!("the answer cannot be written: {error}")))
        });
        self.entries.insert(R::METHOD, Entry { run, even_outdated });
    }

    pub fn get(&self, method: &str) -> Option<&Entry> {
        self.entries.get(method)
    }
}
