//! What the client can: asked once, at `initialize`. What it cannot take it is not given.

use super::position::Encoding;
use lsp_types::{ClientCapabilities, MarkupKind};
use serde_json::Value;

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
}

impl Client {
    /// `raw`: the capabilities as they were sent.
    pub fn new(capabilities: ClientCapabilities, raw: &Value, options: Option<&Value>) -> Client {
        let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let encoding = Encoding::agreed(offered);
        let commands = options.and_then(|options| options.get("commands")).and_then(Value::as_array);
        let commands = commands.into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect();
        let asks_again = raw.pointer("/workspace/diagnostics/refreshSupport") == Some(&Value::Bool(true));
        Client { encoding, capabilities, commands, asks_again }
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
    pub fn takes_related_information(&self) -> bool {
        let text = self.capabilities.text_document.as_ref();
        text.and_then(|text| text.publish_diagnostics.as_ref()).and_then(|d| d.related_information) == Some(true)
    }
    /// Edits of several files with the versions that they are made for.
    pub fn takes_document_changes(&self) -> bool {
        let workspace = self.capabilities.workspace.as_ref();
        workspace.and_then(|w| w.workspace_edit.as_ref()).and_then(|edit| edit.document_changes) == Some(true)
    }
    /// Markdown in hovers, completions …, where it says so there.
    pub fn takes_markdown(formats: Option<&[MarkupKind]>) -> bool {
        formats.is_some_and(|formats| formats.contains(&MarkupKind::Markdown))
    }
}
