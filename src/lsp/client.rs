//! What the client can: asked once, at `initialize`. What it cannot take it is not given.

use super::position::Encoding;
use lsp_types::{ClientCapabilities, DiagnosticTag, Documentation, MarkupContent, MarkupKind};
use serde_json::{Value, json};

/// A client, as far as answers depend on it.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub encoding: Encoding,
    /// All it said, for what only one feature asks.
    pub capabilities: ClientCapabilities,
    /// Commands that it executes itself, when a lens or an action names them (`initializationOptions.commands`).
    pub commands: Vec<String>,
    /// Can be told to ask again for diagnostics: `workspace.diagnostics.refreshSupport`, which the crate of the protocol's types misspells.
    asks_again: bool,
    pub findings: Findings,
}

/// What it takes of a finding besides its place and its words.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The other places that matter.
    pub related: bool,
    /// The link behind the code.
    pub pages: bool,
    /// Tags, as the protocol counts them.
    tags: Vec<i64>,
}

impl Findings {
    /// `places`: where the client may say so.
    fn of(raw: &Value, places: &[&str]) -> Findings {
        let said = |what: &str| places.iter().filter_map(|place| raw.pointer(&format!("{place}/{what}"))).collect::<Vec<_>>();
        let yes = |what: &str| said(what).contains(&&Value::Bool(true));
        // VS Code up to 1.41 says only that it takes some: there were the two of the protocol.
        let mut tags = if yes("tagSupport") { vec![1, 2] } else { Vec::new() };
        tags.extend(said("tagSupport/valueSet").into_iter().filter_map(Value::as_array).flatten().filter_map(Value::as_i64));
        Findings { related: yes("relatedInformation"), pages: yes("codeDescriptionSupport"), tags }
    }
    pub fn takes(&self, tag: &DiagnosticTag) -> bool {
        serde_json::to_value(tag).ok().and_then(|tag| tag.as_i64()).is_some_and(|tag| self.tags.contains(&tag))
    }
}

impl Client {
    /// `raw`: the capabilities as they were sent.
    pub fn new(capabilities: ClientCapabilities, raw: &Value, options: Option<&Value>) -> Client {
        let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let encoding = Encoding::agreed(offered);
        let commands = options.and_then(|options| options.get("commands")).and_then(Value::as_array);
        let commands = commands.into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect();
        let asks_again = raw.pointer("/workspace/diagnostics/refreshSupport") == Some(&Value::Bool(true));
        let mut client = Client { encoding, capabilities, commands, asks_again, findings: Findings::default() };
        // Who pulls says it there since 3.18, and where it was before that.
        const PUBLISHED: &str = "/textDocument/publishDiagnostics";
        client.findings = Findings::of(raw, if client.pulls() { &["/textDocument/diagnostic", PUBLISHED] } else { &[PUBLISHED] });
        client
    }
    /// Whether it executes this command by itself.
    pub fn knows(&self, command: &str) -> bool {
        self.commands.iter().any(|known| known == command)
    }
    /// Asks for diagnostics by itself, and can be told to ask again. Otherwise they are published.
    pub fn pulls(&self) -> bool {
        let asks = self.capabilities.text_document.as_ref().is_some_and(|text| text.diagnostic.is_some());
        asks && self.asks_again
    }
    /// Takes with a pulled file what was found in others.
    pub fn takes_related_documents(&self) -> bool {
        let text = self.capabilities.text_document.as_ref();
        text.and_then(|text| text.diagnostic.as_ref()).and_then(|d| d.related_document_support) == Some(true)
    }
    /// Edits of several files with the versions that they are made for.
    pub fn takes_document_changes(&self) -> bool {
        let workspace = self.capabilities.workspace.as_ref();
        workspace.and_then(|w| w.workspace_edit.as_ref()).and_then(|edit| edit.document_changes) == Some(true)
    }
    /// Words that are written in Markdown, in the format that the client likes best: the first that it names. Who names none may know of no formats at all.
    pub fn documentation(formats: Option<&[MarkupKind]>, markdown: &str) -> Documentation {
        match formats {
            None | Some([]) => Documentation::String(plain(markdown)),
            Some([MarkupKind::Markdown, ..]) => Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: markdown.to_string() }),
            Some(_) => Documentation::MarkupContent(MarkupContent { kind: MarkupKind::PlainText, value: plain(markdown) }),
        }
    }
}

/// Without the marks of Markdown, for clients that show them as they stand.
fn plain(markdown: &str) -> String {
    let lines = markdown.lines().filter(|line| !line.starts_with("```"));
    lines.map(|line| line.replace("**", "").replace('`', "")).collect::<Vec<_>>().join("\n")
}

/// The capabilities that can be read. One that a newer protocol says in another way costs itself, and not the conversation.
pub fn understood(raw: &Value) -> ClientCapabilities {
    let read = |value: Value| serde_json::from_value::<ClientCapabilities>(value).ok();
    if let Some(all) = read(raw.clone()) {
        return all;
    }
    let mut kept = serde_json::Map::new();
    for (section, features) in raw.as_object().into_iter().flatten() {
        let mut sound = serde_json::Map::new();
        for (feature, said) in features.as_object().into_iter().flatten() {
            if read(json!({section: {feature: said}})).is_some() {
                sound.insert(feature.clone(), said.clone());
            }
        }
        kept.insert(section.clone(), Value::Object(sound));
    }
    read(Value::Object(kept)).unwrap_or_default()
}
