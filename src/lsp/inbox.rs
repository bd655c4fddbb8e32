//! What has come in and waits: everything that is there is looked at before anything is answered, so that nothing is done in vain.

use super::fault::Fault;
use super::wire::Incoming;
use lsp_server::{Message, RequestId};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::Duration;

pub struct Inbox {
    receiver: Receiver<Incoming>,
    waiting: VecDeque<Incoming>,
}

impl Inbox {
    pub fn new(receiver: Receiver<Incoming>) -> Inbox {
        Inbox { receiver, waiting: VecDeque::new() }
    }

    /// The next one; `None` where there is none within this time. Without a time it waits.
    pub fn next(&mut self, patience: Option<Duration>) -> Option<Incoming> {
        self.fill();
        if self.waiting.is_empty() && patience != Some(Duration::ZERO) {
            // Without a sender nothing will come any more.
            let incoming = match patience {
                None => self.receiver.recv().unwrap_or(Incoming::End(None)),
                Some(time) => match self.receiver.recv_timeout(time) {
                    Err(RecvTimeoutError::Timeout) => return None,
                    incoming => incoming.unwrap_or(Incoming::End(None)),
                },
            };
            self.waiting.push_back(incoming);
            self.fill();
        }
        self.waiting.pop_front()
    }

    fn fill(&mut self) {
        loop {
            match self.receiver.try_recv() {
                Ok(incoming) => self.waiting.push_back(incoming),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return,
            }
        }
    }

    /// Why a request needs no answer any more: it is cancelled, or its text has changed. `even_outdated`: the answer to an older text is of use,
    /// unless the same has been asked again.
    pub fn spares(&mut self, id: &RequestId, method: &str, uri: Option<&str>, even_outdated: bool) -> Option<Fault> {
        self.fill();
        let mut changed = false;
        let mut again = false;
        for incoming in &self.waiting {
            match incoming {
                Incoming::Message(Message::Notification(n), _) if n.method == "$/cancelRequest" => {
                    let cancelled = n.params.get("id").and_then(|id| serde_json::from_value::<RequestId>(id.clone()).ok());
                    if cancelled.as_ref() == Some(id) {
                        return Some(Fault::cancelled());
                    }
                }
                Incoming::Message(Message::Notification(n), _) if matches!(n.method.as_str(), "textDocument/didChange" | "textDocument/didClose") => {
                    changed |= uri.is_some() && uri == document(&n.params);
                }
                Incoming::Message(Message::Request(r), _) => again |= changed && r.method == method && uri == document(&r.params),
                _ => {}
            }
        }
        (changed && (again || !even_outdated)).then(Fault::outdated)
    }
}

/// The document that a message is about.
pub fn document(params: &Value) -> Option<&str> {
    params.get("textDocument")?.get("uri")?.as_str()
}
