//! What goes to the client: answers, notices, and questions of our own with what their answers are for.

use super::fault::Fault;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::Notification as Notice;
use serde::Serialize;
use serde_json::{Value, json};
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
    sender: SyncSender<Message>,
    asked: HashMap<RequestId, Purpose>,
    number: u64,
}

impl Outbox {
    pub fn new(sender: SyncSender<Message>) -> Outbox {
        Outbox { sender, asked: HashMap::new(), number: 0 }
    }

    pub fn answer(&mut self, id: RequestId, answer: Result<Value, Fault>) {
        let response = match answer {
            Ok(result) => Response { id, response_result: Ok(result) },
            Err(fault) => {
                // The protocol's way to say whether to ask again; who changes a text asks again by himself.
                let data = (fault.code == ErrorCode::ServerCancelled as i32).then(|| json!({"retriggerRequest": false}));
                let error = lsp_server::ResponseError { code: fault.code, message: fault.words, data };
                Response { id, response_result: Err(error) }
            }
        };
        self.send(response);
    }

    pub fn notify<N: Notice>(&mut self, params: N::Params)
    where
        N::Params: Serialize,
    {
        let params = serde_json::to_value(params).unwrap_or_default();
        self.send(Notification { method: N::METHOD.to_string(), params });
    }

    pub fn ask<R: lsp_types::request::Request>(&mut self, params: R::Params, purpose: Purpose)
    where
        R::Params: Serialize,
    {
        self.number += 1;
        let id = RequestId::from(format!("scalec-{}", self.number));
        self.asked.insert(id.clone(), purpose);
        let params = serde_json::to_value(params).unwrap_or_default();
        self.send(Request { id, method: R::METHOD.to_string(), params });
    }

    /// What an answer is for; `None` where nothing was asked.
    pub fn answered(&mut self, id: &RequestId) -> Option<Purpose> {
        self.asked.remove(id)
    }

    fn send(&mut self, message: impl Into<Message>) {
        // Where the client has gone, the other pipe says so.
        let _ = self.sender.send(message.into());
    }
}
