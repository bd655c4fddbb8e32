//! What the client says of itself and of its files: `initialize`, folders, texts, settings.

use super::client::{Client, understood};
use super::fault::{Answer, Fault};
use super::features;
use super::outbox::Purpose;
use super::server::{Server, Stage};
use super::settings::Settings;
use super::uri::uri_of;
use super::library::Library;
use lsp_types::{
    ConfigurationItem, ConfigurationParams, DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidChangeWatchedFilesRegistrationOptions, DidCloseTextDocumentParams, DidOpenTextDocumentParams, FileSystemWatcher, GlobPattern, InitializeParams, InitializeResult, OneOf, Registration, RegistrationParams, SaveOptions, ServerCapabilities,
    ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities, request,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::Path;

/// What a scenario is made of besides itself: imports, replay tables, schemas, the project's file.
const WATCHED: &[&str] = &["**/*.scale", "**/scale.toml", "**/*.csv", "**/*.avsc", "**/*.proto"];

impl Server {
    pub(super) fn initialize(&mut self, mut params: Value) -> Answer<String> {
        // Read by themselves.
        let raw = params.get_mut("capabilities").map(|said| std::mem::replace(said, json!({}))).unwrap_or_default();
        let params: InitializeParams = read("initialize", params)?;
        self.client = Client::new(understood(&raw), &raw, params.initialization_options.as_ref());
        if let Some(options) = &params.initialization_options {
            self.initial = Settings::default().with(options);
            self.settings = self.initial;
        }
        self.world.library = Library::of_this_user();
        let folders = params.workspace_folders.unwrap_or_default();
        #[expect(deprecated, reason = "clients without workspace folders still say it so")]
        let root = params.root_uri.or_else(|| uri_of(Path::new(&params.root_path?))).filter(|_| folders.is_empty());
        for uri in folders.into_iter().map(|folder| folder.uri).chain(root) {
            self.world.add_folder(&uri);
        }
        if let Some(info) = params.client_info {
            self.log.line(format_args!("client: {} {}", info.name, info.version.unwrap_or_default()));
        }
        if let Some(process) = params.process_id {
            super::parent::watch(process);
        }
        self.stage = Stage::Talking;
        let result = InitializeResult {
            capabilities: self.capabilities(),
            server_info: Some(ServerInfo { name: "scalec".to_string(), version: Some(env!("CARGO_PKG_VERSION").to_string()) }),
        };
        serde_json::to_string(&result).map_err(|error| Fault::refused(error.to_string()))
    }

    fn capabilities(&self) -> ServerCapabilities {
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        };
        let folders = WorkspaceFoldersServerCapabilities { supported: Some(true), change_notifications: Some(OneOf::Left(true)) };
        let mut capabilities = ServerCapabilities {
            position_encoding: Some(self.client.encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            workspace: Some(WorkspaceServerCapabilities { workspace_folders: Some(folders), file_operations: None }),
            ..ServerCapabilities::default()
        };
        features::ALL.iter().for_each(|feature| (feature.offer)(&self.client, &mut capabilities));
        capabilities
    }

    /// A notification.
    pub(super) fn told(&mut self, method: &str, mut params: Value) -> Answer<()> {
        match method {
            "initialized" => self.initialized(),
            "textDocument/didOpen" => {
                let version = take_version(&mut params);
                let document = read::<DidOpenTextDocumentParams>(method, params)?.text_document;
                let uri = document.uri.clone();
                self.world.open(document.uri, version, document.text);
                self.look_at(&uri);
            }
            "textDocument/didChange" => {
                let version = take_version(&mut params);
                let params: DidChangeTextDocumentParams = read(method, params)?;
                let uri = params.text_document.uri;
                if !self.world.change(&uri, version, params.content_changes, self.client.encoding) {
                    return Err(Fault::params(format!("`{}` is not open", uri.as_str())));
                }
                self.look_at(&uri);
            }
            "textDocument/didClose" => {
                let uri = read::<DidCloseTextDocumentParams>(method, params)?.text_document.uri;
                self.world.close(&uri).ok_or_else(|| Fault::params(format!("`{}` is not open", uri.as_str())))?;
                self.closed(&uri);
                // What others found in it is shown again, and what it found in others no more.
                if self.client.pulls() {
                    self.outbox.ask::<request::WorkspaceDiagnosticRefresh>((), Purpose::None);
                }
            }
            // Another program may have written what this one imports.
            "textDocument/didSave" => self.world.suspect_all(),
            "workspace/didChangeWatchedFiles" => {
                let _: DidChangeWatchedFilesParams = read(method, params)?;
                self.world.suspect_all();
            }
            "workspace/didChangeWorkspaceFolders" => {
                let event = read::<DidChangeWorkspaceFoldersParams>(method, params)?.event;
                event.removed.iter().for_each(|folder| self.world.remove_folder(&folder.uri));
                event.added.iter().for_each(|folder| self.world.add_folder(&folder.uri));
            }
            "workspace/didChangeConfiguration" => {
                let settings = read::<DidChangeConfigurationParams>(method, params)?.settings;
                if self.asks_for_settings() { self.ask_for_settings() } else { self.set(&settings) }
            }
            // Cancelled before it was answered: seen when it was about to be.
            method if method.starts_with("$/") => {}
            method => return Err(Fault::params(format!("`{method}` is passed over"))),
        }
        self.look_again();
        Ok(())
    }

    fn initialized(&mut self) {
        let library = std::mem::take(&mut self.world.library);
        if let Err(error) = library.unpack() {
            self.log.line(format_args!("the pages of the codes cannot be written: {error}"));
            // Nothing must lead to files that are not there.
            self.world.library = Library::default();
        } else {
            self.world.library = library;
        }
        self.register();
        if self.asks_for_settings() {
            self.ask_for_settings();
        }
    }

    /// What only some clients offer, and only after the start.
    fn register(&mut self) {
        let workspace = self.client.capabilities.workspace.as_ref();
        let watches = workspace.and_then(|w| w.did_change_watched_files.as_ref()).and_then(|w| w.dynamic_registration) == Some(true);
        let settings = workspace.and_then(|w| w.did_change_configuration.as_ref()).and_then(|w| w.dynamic_registration) == Some(true);
        let mut registrations = Vec::new();
        let mut add = |method: &str, options: Option<Value>| {
            registrations.push(Registration { id: method.to_string(), method: method.to_string(), register_options: options });
        };
        if watches {
            let watchers = WATCHED.iter().map(|glob| FileSystemWatcher { glob_pattern: GlobPattern::String(glob.to_string()), kind: None }).collect();
            add("workspace/didChangeWatchedFiles", serde_json::to_value(DidChangeWatchedFilesRegistrationOptions { watchers }).ok());
        }
        if settings {
            add("workspace/didChangeConfiguration", Some(json!({"section": "scalec"})));
        }
        if !registrations.is_empty() {
            self.outbox.ask::<request::RegisterCapability>(RegistrationParams { registrations }, Purpose::None);
        }
    }

    fn asks_for_settings(&self) -> bool {
        self.client.capabilities.workspace.as_ref().and_then(|w| w.configuration) == Some(true)
    }

    fn ask_for_settings(&mut self) {
        let items = vec![ConfigurationItem { scope_uri: None, section: Some("scalec".to_string()) }];
        self.outbox.ask::<request::WorkspaceConfiguration>(ConfigurationParams { items }, Purpose::Settings);
    }

    /// Takes all settings that there are now, as sent or as answered (a list with one entry), and has shown again what hangs on them.
    pub(super) fn set(&mut self, said: &Value) {
        let before = self.settings;
        self.settings = self.initial.with(said.get(0).unwrap_or(said));
        if self.settings == before {
            return;
        }
        self.show_again();
    }

    /// Has the client ask again for what it cannot know to have changed.
    pub(super) fn show_again(&mut self) {
        let workspace = self.client.capabilities.workspace.clone().unwrap_or_default();
        if self.client.pulls() {
            self.outbox.ask::<request::WorkspaceDiagnosticRefresh>((), Purpose::None);
        }
        if workspace.inlay_hint.is_some_and(|hints| hints.refresh_support == Some(true)) {
            self.outbox.ask::<request::InlayHintRefreshRequest>((), Purpose::None);
        }
        if workspace.code_lens.is_some_and(|lenses| lenses.refresh_support == Some(true)) {
            self.outbox.ask::<request::CodeLensRefresh>((), Purpose::None);
        }
        if workspace.semantic_tokens.is_some_and(|tokens| tokens.refresh_support == Some(true)) {
            self.outbox.ask::<request::SemanticTokensRefresh>((), Purpose::None);
        }
    }
}

/// The version of a text, which the protocol let be null once, and some clients leave out: no reason to lose what was typed.
fn take_version(params: &mut Value) -> Option<i32> {
    let version = params.get_mut("textDocument")?.as_object_mut()?.insert("version".to_string(), json!(0));
    version.and_then(|version| i32::try_from(version.as_i64()?).ok())
}

fn read<T: DeserializeOwned>(method: &str, params: Value) -> Answer<T> {
    serde_json::from_value(params).map_err(|error| Fault::params(format!("the params of {method} are wrong: {error}")))
}

