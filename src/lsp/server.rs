//! The loop: one message after the other, and where none waits, one open file after the other is looked at again.

use super::board::Board;
use super::client::Client;
use super::dispatch::Table;
use super::fault::Fault;
use super::features;
use super::findings;
use super::inbox::{Inbox, document};
use super::log::{Log, made_up};
use super::outbox::{Outbox, Purpose};
use super::session::Session;
use super::settings::Settings;
use super::wire::Incoming;
use super::world::World;
use crate::analysis::Analysis;
use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types::{PublishDiagnosticsParams, Uri, notification};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How far the conversation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nobody has said `initialize` yet.
    Waiting,
    Talking,
    /// After `shutdown` only `exit` is expected.
    Shut,
}

pub struct Server {
    pub(super) stage: Stage,
    pub(super) client: Client,
    /// What was set at the start, and what is set now.
    pub(super) initial: Settings,
    pub(super) settings: Settings,
    pub(super) world: World,
    pub(super) outbox: Outbox,
    pub(super) log: Log,
    table: Table,
    inbox: Inbox,
    board: Board,
    /// Open files to be looked at, each once.
    work: VecDeque<Uri>,
    /// What each open file was last told: of which edition of its text, by which analysis.
    told: HashMap<String, (u64, Arc<Analysis>)>,
    /// When the files were last held against the disk, and whether somebody has asked since then.
    looked: Instant,
    look_due: bool,
}

/// Files that no client watches are looked at again so long after the last time, where somebody asks for something.
const LOOK: Duration = Duration::from_secs(1);

impl Server {
    pub fn new(inbox: Inbox, outbox: Outbox, log: Log) -> Server {
        let mut table = Table::default();
        features::ALL.iter().for_each(|feature| (feature.answer)(&mut table));
        Server {
            stage: Stage::Waiting,
            client: Client::default(),
            initial: Settings::default(),
            settings: Settings::default(),
            world: World::default(),
            outbox,
            log,
            table,
            inbox,
            board: Board::default(),
            work: VecDeque::new(),
            told: HashMap::new(),
            looked: Instant::now(),
            look_due: false,
        }
    }

    /// Serves until the client says `exit` or goes away; gives whether it said goodbye first.
    pub fn serve(&mut self) -> bool {
        loop {
            match self.inbox.next(self.patience()) {
                None if self.work.is_empty() => {
                    if self.look_at_the_disk() {
                        self.look_again();
                    }
                }
                None => self.work(),
                Some(Incoming::Message(Message::Request(request), size)) => self.request(request, size),
                Some(Incoming::Message(Message::Notification(notification), _)) if notification.method == "exit" => {
                    self.log.line(format_args!("exit"));
                    return self.stage == Stage::Shut;
                }
                Some(Incoming::Message(Message::Notification(notification), size)) => self.notification(notification, size),
                Some(Incoming::Message(Message::Response(response), _)) => self.response(response),
                Some(Incoming::Malformed { id, code, words }) => {
                    self.log.line(format_args!("malformed message: {words}"));
                    if let Some(id) = id {
                        self.outbox.answer(id, Err(Fault::new(code, words)));
                    }
                }
                Some(Incoming::End(words)) => {
                    self.log.line(format_args!("the client has gone{}", words.map(|words| format!(": {words}")).unwrap_or_default()));
                    return self.stage == Stage::Shut;
                }
            }
        }
    }

    fn request(&mut self, request: Request, size: usize) {
        let from = Instant::now();
        let Request { id, method, params } = request;
        let answer = match (self.stage, method.as_str()) {
            (Stage::Waiting, "initialize") => self.guarded("initialize", |server| server.initialize(params)),
            (Stage::Waiting, _) => Err(Fault::new(ErrorCode::ServerNotInitialized, format!("`{method}` came before `initialize`"))),
            (Stage::Shut, _) => Err(Fault::new(ErrorCode::InvalidRequest, format!("`{method}` came after `shutdown`"))),
            (Stage::Talking, "initialize") => Err(Fault::new(ErrorCode::InvalidRequest, "`initialize` came a second time")),
            (Stage::Talking, "shutdown") => {
                self.stage = Stage::Shut;
                self.work.clear();
                self.look_due = false;
                Ok("null".to_string())
            }
            (Stage::Talking, _) => self.guarded(&method, |server| server.answer(&id, &method, params)),
        };
        let how = match &answer {
            Ok(_) => String::new(),
            Err(fault) => format!(", {} {}", fault.code, fault.headline()),
        };
        self.log.line(format_args!("{} {}: {size} bytes, {}{how}", made_up(method), made_up(&id), milliseconds(from)));
        self.outbox.answer(id, answer);
    }

    fn answer(&mut self, id: &lsp_server::RequestId, method: &str, params: Value) -> Result<String, Fault> {
        // Where that has just been done, it is done again in a moment, whether more is asked or not.
        self.look_due = !self.look_at_the_disk();
        let answer = self.run(id, method, params);
        // Also after what is refused: what has been looked at is still to be told.
        self.look_again();
        answer
    }

    fn run(&mut self, id: &lsp_server::RequestId, method: &str, params: Value) -> Result<String, Fault> {
        let Some(entry) = self.table.get(method) else {
            return Err(Fault::new(ErrorCode::MethodNotFound, format!("this server does not answer `{method}`")));
        };
        let uri = document(&params).map(str::to_string);
        let inbox = &mut self.inbox;
        let mut stop = || inbox.spares(id, method, uri.as_deref(), entry.even_outdated).map(|fault| fault.of(method));
        if let Some(fault) = stop() {
            return Err(fault);
        }
        let mut session = Session { world: &mut self.world, client: &self.client, settings: &self.settings, stop: &mut stop };
        (entry.run)(&mut session, params)
    }

    /// Holds what was read against the disk, unless that was done a moment ago.
    fn look_at_the_disk(&mut self) -> bool {
        if self.looked.elapsed() < LOOK {
            return false;
        }
        self.looked = Instant::now();
        self.look_due = false;
        self.world.suspect_all();
        true
    }

    /// How long to wait for a message: not at all where there is work, and for ever where there will be none.
    fn patience(&self) -> Option<Duration> {
        if !self.work.is_empty() {
            return Some(Duration::ZERO);
        }
        self.look_due.then(|| LOOK.saturating_sub(self.looked.elapsed()))
    }

    fn notification(&mut self, notification: Notification, size: usize) {
        let from = Instant::now();
        let Notification { method, params } = notification;
        if self.stage != Stage::Talking {
            self.log.line(format_args!("{}: passed over, it came {}", made_up(method), if self.stage == Stage::Waiting { "before `initialize`" } else { "after `shutdown`" }));
            return;
        }
        let done = self.guarded(&method, |server| server.told(&method, params));
        let how = done.err().map(|fault| format!(", {}", fault.headline())).unwrap_or_default();
        self.log.line(format_args!("{}: {size} bytes, {}{how}", made_up(method), milliseconds(from)));
    }

    fn response(&mut self, response: Response) {
        match (self.outbox.answered(&response.id), response.response_result) {
            (None, _) => self.log.line(format_args!("an answer to nothing that was asked: {}", made_up(response.id))),
            (Some(_), Err(error)) => self.log.line(format_args!("the client refused {}: {}", made_up(response.id), error.code)),
            (Some(Purpose::Settings), Ok(result)) => self.set(&result),
            (Some(Purpose::None), Ok(_)) => {}
        }
    }

    /// A panic is a mistake of ours, which costs its request and nothing else.
    fn guarded<T>(&mut self, method: &str, work: impl FnOnce(&mut Server) -> Result<T, Fault>) -> Result<T, Fault> {
        catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or_else(|_| {
            self.log.line(format_args!("{method}: a mistake in scalec itself, {}", super::panics::last()));
            Err(Fault::new(ErrorCode::InternalError, "a mistake in scalec itself; the server goes on. Start it with --log FILE for a bug report"))
        })
    }

    /// Puts an open file at the front of the work.
    pub(super) fn look_at(&mut self, uri: &Uri) {
        self.work.retain(|other| other != uri);
        self.work.push_front(uri.clone());
    }

    /// Puts what may have changed at the end of the work, and what has: a request that came in between may have looked already, and the findings are
    /// still to be told.
    pub(super) fn look_again(&mut self) {
        for uri in self.world.open_files() {
            let told = self.told.get(uri.as_str()).map(|(_, analysis)| analysis);
            if !self.work.contains(&uri) && !self.world.stands(&uri, told) {
                self.work.push_back(uri);
            }
        }
    }

    pub(super) fn closed(&mut self, uri: &Uri) {
        self.work.retain(|other| other != uri);
        self.told.remove(uri.as_str());
        let notices = self.board.close(uri);
        self.publish(notices, None);
    }

    /// One open file: what there is to say of it now.
    fn work(&mut self) {
        let Some(uri) = self.work.pop_front() else { return };
        let from = Instant::now();
        let said = self.guarded("diagnostics", |server| Ok(server.tell(&uri)));
        if let Ok(Some(count)) = said {
            self.log.line(format_args!("diagnostics: {count} found, {}", milliseconds(from)));
        }
    }

    fn tell(&mut self, uri: &Uri) -> Option<usize> {
        let document = self.world.document(uri)?;
        let (version, edition, place) = (document.version, document.edition, document.place.clone());
        let analysis = self.world.analysis(&place);
        let before = self.told.insert(uri.as_str().to_string(), (edition, Arc::clone(&analysis)));
        if let Some((_, by)) = before.filter(|(told, _)| *told == edition) {
            if Arc::ptr_eq(&by, &analysis) {
                return None;
            }
            // Not the file itself has changed but what it imports: the client cannot know.
            self.show_again();
        }
        if self.client.pulls() {
            return None;
        }
        let found = findings::of(&mut self.world, &self.client, &analysis);
        let count = found.len();
        let own = |world: &World, file| if analysis.workspace.roots.contains(&file) { Some(uri.clone()) } else { world.uri(file) };
        let found = found.into_iter().filter_map(|(file, d)| Some((own(&self.world, file)?, d))).collect();
        let notices = self.board.put(uri, found);
        self.publish(notices, Some((uri, version)));
        Some(count)
    }

    fn publish(&mut self, notices: Vec<super::board::Notice>, about: Option<(&Uri, Option<i32>)>) {
        for (uri, diagnostics) in notices {
            let version = about.filter(|(own, _)| **own == uri).and_then(|(_, version)| version);
            self.outbox.notify::<notification::PublishDiagnostics>(PublishDiagnosticsParams { uri, diagnostics, version });
        }
    }
}

fn milliseconds(from: Instant) -> String {
    format!("{:.2} ms", from.elapsed().as_secs_f64() * 1e3)
}
