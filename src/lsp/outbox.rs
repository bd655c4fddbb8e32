//! What goes to the client: answers, notices, and questions of our own with what their answers are for. Each is written as JSON at once: an answer
//! may have thousands of entries, and a tree of them in between would cost more than making them.

use super::fault::Fault;
use lsp_server::{ErrorCode, RequestId};
use lsp_types::notification::Notification as Notice;
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use std::sync::mpsc::SyncSender;

/// What the answer to a question of ours is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `workspace/configuration`
    Settings,
    /// Nothing follows from it.
    None,
}

pub struct Outbox {
    sender: SyncSender<String>,
    asked: HashMap<RequestId, Purpose>,
    number: u64,
}

impl Outbox {
    pub fn new(sender: SyncSender<String>) -> Outbox {
        Outbox { sender, asked: HashMap::new(), number: 0 }
    }

    /// With the JSON of what was asked for.
    pub fn answer(&mut self, id: RequestId, answer: Result<String, Fault>) {
        let id = text(&id);
        self.send(match answer {
            Ok(result) => format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#),
            Err(fault) => {
                let mut error = json!({"code": fault.code, "message": fault.words});
                // The protocol's way to say whether to ask again; who changes a text asks again by himself.
                if fault.code == ErrorCode::ServerCancelled as i32 {
                    error["data"] = json!({"retriggerRequest": false});
                }
                format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{error}}}"#)
            }
        });
    }

    pub fn notify<N: Notice>(&mut self, params: N::Params)
    where
        N::Params: Serialize,
    {
        self.send(format!(r#"{{"jsonrpc":"2.0","method":"{}","params":{}}}"#, N::METHOD, text(&params)));
    }

    pub fn ask<R: lsp_types::request::Request>(&mut self, params: R::Params, purpose: Purpose)
    where
        R::Params: Serialize,
    {
        self.number += 1;
        let id = RequestId::from(format!("scalec-{}", self.number));
        // Params that there are none of are left out.
        let params = Some(text(&params)).filter(|params| params != "null").map(|params| format!(r#","params":{params}"#)).unwrap_or_default();
        self.send(format!(r#"{{"jsonrpc":"2.0","id":{},"method":"{}"{params}}}"#, text(&id), R::METHOD));
        self.asked.insert(id, purpose);
    }

    /// What an answer is for; `None` where nothing was asked.
    pub fn answered(&mut self, id: &RequestId) -> Option<Purpose> {
        self.asked.remove(id)
    }

    fn send(&mut self, message: String) {
        // Where the client has gone, the other pipe says so.
        let _ = self.sender.send(message);
    }
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_string())
}
