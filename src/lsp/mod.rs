//! The language server: the only place that knows the editors' protocol. What it says comes from `ide` and from the analysis that `check` prints.
//!
//! One thread answers ([`server`]); one reads and one writes ([`wire`]). [`world`] holds the texts and what has been found out about them, [`session`] is
//! what a request sees of it, and [`dispatch`] says who answers which: a file in `features` for each.

mod board;
mod client;
mod colours;
mod dispatch;
mod document;
mod edits;
mod fault;
mod features;
mod findings;
mod inbox;
mod library;
mod lifecycle;
mod log;
mod nearby;
mod offers;
mod outbox;
mod panics;
mod parent;
mod position;
mod pulled;
mod server;
mod session;
mod settings;
mod uri;
mod wire;
mod world;

use inbox::Inbox;
use log::Log;
use outbox::Outbox;
use server::Server;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

/// So long the last answers may take to be read, once everything has been said.
const GOODBYE: Duration = Duration::from_secs(2);

/// Serves a client on standard input and output until it goes. Gives whether it said goodbye (`shutdown`, then `exit`), or why it could not begin.
pub fn serve(log: Option<&Path>) -> Result<bool, String> {
    let mut log = match log {
        None => Log::default(),
        Some(path) => Log::to(path).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?,
    };
    log.line(format_args!("scalec {} begins, process {}", env!("CARGO_PKG_VERSION"), std::process::id()));
    panics::remember();
    let incoming = wire::read(BufReader::new(std::io::stdin()), parent::end_for_sure);
    let (outgoing, writer) = wire::write(std::io::stdout());
    let mut server = Server::new(Inbox::new(incoming), Outbox::new(outgoing), log);
    let goodbye = server.serve();
    drop(server);
    // A client that has stopped reading must not keep the process alive.
    let (done, finished) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let _ = writer.join();
        let _ = done.send(());
    });
    let _ = finished.recv_timeout(GOODBYE);
    Ok(goodbye)
}
