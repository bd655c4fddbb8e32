//! Messages on the two pipes: a thread reads, a thread writes. Nothing that comes in can stop the server but the end of the pipe, or a frame
//! behind which no other can be found.

use lsp_server::{ErrorCode, Message, RequestId};
use serde_json::Value;
use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// What the reading thread hands over.
#[derive(Debug)]
pub enum Incoming {
    /// With its size in bytes.
    Message(Message, usize),
    /// A frame that holds no message; where it has an id, somebody waits for an answer.
    Malformed { id: Option<RequestId>, code: ErrorCode, words: String },
    /// Nothing more will come. Words where that is somebody's mistake.
    End(Option<String>),
}

/// Larger messages are not read: a text may have 4 MiB, and escapes take room.
const LARGEST: usize = 64 * 1024 * 1024;
/// A header line.
const LONGEST_LINE: u64 = 4096;
/// As many answers wait for a client that does not read; then the server waits too.
const WAITING: usize = 256;

/// Reads messages until the end of the pipe; `at_end` is called when nothing more will come.
pub fn read(mut input: impl BufRead + Send + 'static, at_end: impl FnOnce() + Send + 'static) -> Receiver<Incoming> {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        loop {
            let incoming = match frame(&mut input) {
                Ok(Some(bytes)) => message(&bytes),
                Ok(None) => Incoming::End(None),
                Err(words) => Incoming::End(Some(words)),
            };
            let last = matches!(incoming, Incoming::End(_));
            if send.send(incoming).is_err() || last {
                break;
            }
        }
        at_end();
    });
    receive
}

/// Writes what it is sent, each the JSON of a message; ends when the sender is dropped or the pipe is closed.
pub fn write(mut output: impl Write + Send + 'static) -> (SyncSender<String>, JoinHandle<()>) {
    let (send, receive) = sync_channel::<String>(WAITING);
    let thread = std::thread::spawn(move || {
        for message in receive {
            let framed = format!("Content-Length: {}\r\n\r\n{message}", message.len());
            if output.write_all(framed.as_bytes()).and_then(|()| output.flush()).is_err() {
                return;
            }
        }
    });
    (send, thread)
}

/// The content of the next frame; `None` at the end of the pipe.
fn frame(input: &mut impl BufRead) -> Result<Option<Vec<u8>>, String> {
    let mut size = None;
    let mut first = true;
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(|error| format!("standard input cannot be read: {error}"))?;
        if read == 0 {
            return if first { Ok(None) } else { Err("standard input ended within a header".to_string()) };
        }
        first = false;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { return Err("a header line without a colon: what follows is not understood".to_string()) };
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            size = Some(value.trim().parse::<usize>().map_err(|_| "Content-Length is no number: what follows is not understood".to_string())?);
        }
    }
    let size = size.ok_or("a header without Content-Length: what follows is not understood")?;
    if size > LARGEST {
        return Err(format!("a message of {size} bytes; at most {LARGEST} are read"));
    }
    let mut bytes = vec![0; size];
    match input.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err("standard input ended within a message".to_string()),
        Err(error) => Err(format!("standard input cannot be read: {error}")),
    }
}

fn message(bytes: &[u8]) -> Incoming {
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return Incoming::Malformed { id: None, code: ErrorCode::ParseError, words: format!("this is no JSON: {error}") },
    };
    let id = value.get("id").cloned();
    let method = value.get("method").is_some_and(Value::is_string);
    let malformed = |words: &str| {
        let id = id.clone().and_then(|id| serde_json::from_value(id).ok());
        Incoming::Malformed { id, code: ErrorCode::InvalidRequest, words: words.to_string() }
    };
    // A request whose id cannot be read is no notification.
    if method && id.as_ref().is_some_and(|id| !id.is_null() && serde_json::from_value::<RequestId>(id.clone()).is_err()) {
        return malformed("the id of a request is a text or a number of 32 bits");
    }
    match serde_json::from_value::<Message>(value) {
        Ok(message) => Incoming::Message(message, bytes.len()),
        Err(_) => malformed("this is no request, no notification and no response"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn all(text: &str) -> Vec<String> {
        let receive = read(Cursor::new(text.as_bytes().to_vec()), || ());
        receive.iter().map(|i| format!("{i:?}")).collect()
    }

    fn framed(text: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{text}", text.len())
    }

    #[test]
    fn after_malformed_content_the_next_message_is_read() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"exit"}"#);
        for bad in ["{", "[]", "{\"id\":{},\"method\":\"x\"}", "{\"id\":1.5,\"method\":\"x\"}", "null", "\u{0}"] {
            let said = all(&(framed(bad) + &good));
            assert_eq!(said.len(), 3, "{said:?}");
            assert!(said[0].starts_with("Malformed") && said[1].contains("exit") && said[2] == "End(None)", "{bad}: {said:?}");
        }
    }

    #[test]
    fn a_broken_frame_is_the_end() {
        for bad in ["nonsense\r\n\r\n", "Content-Length: x\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Type: y\r\n\r\n{}", "Content-Length: 99999999999\r\n\r\n", "Content-Length: 5\r\n\r\n{}", "Content-Length: 5"] {
            let said = all(bad);
            assert!(said.len() == 1 && said[0].starts_with("End(Some"), "{bad}: {said:?}");
        }
        assert_eq!(all(&"x".repeat(10_000)).len(), 1);
        assert_eq!(all(""), ["End(None)"]);
    }

    #[test]
    fn headers_may_be_written_in_any_case() {
        let text = r#"{"jsonrpc":"2.0","id":"a","method":"shutdown"}"#;
        let said = all(&format!("content-length: {}\ncontent-type: application/vscode-jsonrpc; charset=utf-8\n\n{text}", text.len()));
        assert!(said[0].starts_with("Message(Request"), "{said:?}");
    }
}
