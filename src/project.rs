//! `scale.toml`: what holds for all files of a project.
//!
//! What only the person at the machine may decide (where records are sent, how fast, at what cost, which programs run) has no setting here:
//! a file that comes with a pull request must not allow anything.

use crate::diagnostics::{Code, Diagnostic, Severity, codes, suggest};
use crate::source::{FileId, Span};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// How seriously warnings are taken; `None`: they are not reported.
    pub severities: BTreeMap<Code, Option<Severity>>,
    /// `deny = "warnings"`
    pub deny_warnings: bool,
    /// Folders in which imports are looked for besides the importing file's own, relative to the project root, as written; and where.
    pub imports: Vec<(String, Span)>,
}

const SETTINGS: [&str; 3] = ["deny", "imports", "severity"];
const SEVERITIES: [(&str, Option<Severity>); 4] =
    [("error", Some(Severity::Error)), ("warning", Some(Severity::Warning)), ("hint", Some(Severity::Hint)), ("allow", None)];

/// Reads the text of a `scale.toml`, everything that is wrong with it behind.
pub fn read(file: FileId, text: &str) -> (Project, Vec<Diagnostic>) {
    let mut reader = Reader { file, text, project: Project::default(), found: Vec::new() };
    let (table, mut errors) = DeTable::parse_recoverable(text);
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    match errors.first() {
        // Behind the first mistake of syntax it is a guess what belongs to what.
        Some(error) => reader.malformed(error.message(), error.span().unwrap_or_default()),
        None => table.get_ref().iter().for_each(|(key, value)| reader.setting(key, value)),
    }
    reader.found.sort_by_key(|d| d.primary.span);
    (reader.project, reader.found)
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    project: Project,
    found: Vec<Diagnostic>,
}

type Key<'i> = Spanned<std::borrow::Cow<'i, str>>;
type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn setting(&mut self, key: &Key, value: &Value) {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("deny", DeValue::String(what)) if what == "warnings" => self.project.deny_warnings = true,
            ("deny", _) => {
                let help = "write `deny = \"warnings\"`, or leave it out";
                self.wrong(value, "`deny` must be \"warnings\"", help);
            }
            ("imports", DeValue::Array(folders)) => {
                for folder in folders {
                    match folder.get_ref() {
                        DeValue::String(path) if !path.trim().is_empty() => {
                            let entry = (path.to_string(), self.span(folder.span()));
                            self.project.imports.push(entry);
                        }
                        _ => self.wrong(folder, "a folder that imports may come from must be a text", "write it as \"shared\""),
                    }
                }
            }
            ("imports", _) => self.wrong(value, "`imports` must be a list of folders", "write `imports = [\"shared\"]`"),
            ("severity", DeValue::Table(table)) => table.iter().for_each(|(code, word)| self.severity(code, word)),
            ("severity", _) => self.wrong(value, "`severity` must be a table", "write `[severity]` on a line of its own, and beneath it `W0510 = \"error\"`"),
            (name, value) => self.unknown(name, value, self.span(key.span())),
        }
    }

    fn severity(&mut self, key: &Key, value: &Value) {
        let (name, span) = (key.get_ref().to_uppercase(), self.span(key.span()));
        let Some(code) = Code::parse(&name) else {
            let d = Diagnostic::new(codes::E0201, span, format!("there is no code `{}`", key.get_ref()));
            let warnings = codes::ALL.iter().filter(|c| c.severity() != Severity::Error).map(|c| c.as_str());
            self.found.push(match suggest::nearest(&name, warnings) {
                Some(near) => d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, span, near),
                None => d.here("no such code").help("name a warning, such as `W0510`"),
            });
            return;
        };
        if code.severity() == Severity::Error {
            let d = Diagnostic::new(codes::E0203, span, format!("{code} is an error, and errors stay errors"));
            self.found.push(d.here("not a warning").help("remove it; only warnings and hints have a severity to choose"));
            return;
        }
        let word = value.get_ref().as_str();
        if let Some((_, severity)) = SEVERITIES.iter().find(|(name, _)| word == Some(name)) {
            self.project.severities.insert(code, *severity);
            return;
        }
        let words = SEVERITIES.map(|(name, _)| name);
        let help = match word.and_then(|word| suggest::nearest(word, words)) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("write `{code} = \"error\"`, or another of them"),
        };
        self.wrong(value, &format!("the severity of {code} must be {}", suggest::listed(&words)), &help);
    }

    /// E0207
    fn unknown(&mut self, name: &str, value: &DeValue, span: Span) {
        let d = Diagnostic::new(codes::E0207, span, format!("a project has no setting `{name}`"));
        let allowed: Vec<String> = value.as_array().map_or(Vec::new(), |list| list.iter().filter_map(|v| v.get_ref().as_str().map(str::to_uppercase)).collect());
        self.found.push(if name == "allow" && !allowed.is_empty() && allowed.iter().all(|code| Code::parse(code).is_some()) {
            let lines: Vec<String> = allowed.iter().map(|code| format!("`{code} = \"allow\"`")).collect();
            d.here("no such setting").help(format!("write {} beneath `[severity]`", lines.join(", ")))
        } else if is_for_the_user(name) {
            Diagnostic::new(codes::E0207, span, format!("`{name}` is not for a project to set"))
                .here("not in a project's file")
                .note("where records may be sent, how fast, at what cost, and which programs may run is for whoever runs a test to say")
                .help("hosts and limits belong in your own `~/.config/scalec/config.toml` (`allow`, `max_rate`, `max_cost`), or on the command line (`--confirm-target`)")
        } else if let Some(near) = suggest::nearest(name, SETTINGS) {
            d.here(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(format!("replace by `{near}`"), false, span, near)
        } else {
            d.here("no such setting").help(format!("there are {}", suggest::listed(&SETTINGS).replace(" or ", " and ")))
        });
    }

    /// E0304
    fn wrong(&mut self, value: &Value, what: &str, help: &str) {
        let span = self.span(value.span());
        let text = self.text.get(value.span()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let is = if text.is_empty() || text.chars().count() > 40 { value.get_ref().type_str().to_string() } else { format!("`{text}`") };
        self.found.push(Diagnostic::new(codes::E0304, span, format!("{what}, and {is} is not")).help(help));
    }

    /// E0209, E0101
    fn malformed(&mut self, message: &str, at: std::ops::Range<usize>) {
        let (span, text) = (self.span(at.clone()), self.text.get(at).unwrap_or_default().trim());
        if message == "duplicate key" {
            let d = Diagnostic::new(codes::E0209, span, format!("`{text}` is given twice"));
            self.found.push(d.here("again here").help("remove one of them"));
            return;
        }
        let d = Diagnostic::new(codes::E0101, span, format!("this is no TOML: {message}"));
        self.found.push(if message.starts_with("string values must be quoted") && !text.is_empty() && !text.contains('"') {
            d.here("a text?").help(format!("write `\"{text}\"`")).fix(format!("write `\"{text}\"`"), false, span, format!("\"{text}\""))
        } else {
            d.help("a setting is `name = value` on a line, with texts in double quotes and lists in `[ ]`")
        });
    }

    fn span(&self, at: std::ops::Range<usize>) -> Span {
        Span::new(self.file, at.start, at.end)
    }
}

/// Words of the user's own file and of `run`, and what one would try in their place.
fn is_for_the_user(name: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    let parts = ["allow", "confirm", "host", "target", "broker", "trust", "exec", "max_rate", "max_cost"];
    parts.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes and the words they stand on.
    fn said(text: &str) -> Vec<String> {
        let (_, found) = read(FileId(0), text);
        found.iter().map(|d| format!("{} {:?}: {}", d.code, &text[d.primary.span.start as usize..d.primary.span.end as usize], d.message)).collect()
    }

    #[test]
    fn what_can_be_set() {
        let text = "# ours\ndeny = \"warnings\"\nimports = [\"shared\", \"vendor/load\"]\n\n[severity]\nW0510 = \"error\"\nw0220 = \"allow\"\nW0911 = \"hint\"\n";
        let (project, found) = read(FileId(0), text);
        assert_eq!(found, []);
        assert!(project.deny_warnings);
        assert_eq!(project.imports.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["shared", "vendor/load"]);
        assert_eq!(project.severities, [(codes::W0220, None), (codes::W0510, Some(Severity::Error)), (codes::W0911, Some(Severity::Hint))].into());
        assert_eq!(read(FileId(0), ""), (Project::default(), Vec::new()));
        assert!(read(FileId(0), "\u{feff}deny = \"warnings\"\r\n").0.deny_warnings);
    }

    #[test]
    fn every_mistake_is_told_at_its_place() {
        let text = "denny = \"warnings\"\ndeny = true\nimports = \"shared\"\n[severity]\nW0501 = \"error\"\nE0302 = \"warning\"\nW0510 = \"eror\"\nW0511 = 3\n";
        assert_eq!(
            said(text),
            [
                "E0207 \"denny\": a project has no setting `denny`",
                "E0304 \"true\": `deny` must be \"warnings\", and `true` is not",
                "E0304 \"\\\"shared\\\"\": `imports` must be a list of folders, and `\"shared\"` is not",
                "E0201 \"W0501\": there is no code `W0501`",
                "E0203 \"E0302\": E0302 is an error, and errors stay errors",
                "E0304 \"\\\"eror\\\"\": the severity of W0510 must be `error`, `warning`, `hint` or `allow`, and `\"eror\"` is not",
                "E0304 \"3\": the severity of W0511 must be `error`, `warning`, `hint` or `allow`, and `3` is not",
            ]
        );
    }

    #[test]
    fn what_is_no_toml_is_told_once() {
        assert_eq!(said("deny = warnings\n[severity\n"), ["E0101 \"warnings\": this is no TOML: string values must be quoted, expected literal string"]);
        assert_eq!(said("deny = \"warnings\"\ndeny = \"warnings\"\n"), ["E0209 \"deny\": `deny` is given twice"]);
        // Any beginning of a file is read, and told of at most once for each setting.
        let text = "deny = \"warnings\"\nimports = [\"shared\", 'b']\n[severity]\nW0510 = \"error\"\nx.y = {z = 1}\n";
        for end in 0..text.len() {
            assert!(said(&text[..end]).len() <= 2, "{:?}: {:?}", &text[..end], said(&text[..end]));
        }
    }

    #[test]
    fn what_is_for_the_user_to_decide_leads_to_the_users_file() {
        for key in ["allow = [\"kafka.prod\"]", "allow_hosts = []", "hosts = []", "targets = []", "confirm-target = \"x\"", "allow_exec = true", "max_rate = 1", "brokers = \"x\""] {
            let (_, found) = read(FileId(0), &format!("{key}\n"));
            assert!(found.len() == 1 && found[0].code == codes::E0207 && found[0].help.as_ref().is_some_and(|h| h.contains("~/.config/scalec/config.toml")), "{key}: {found:?}");
        }
        let (_, found) = read(FileId(0), "allow = [\"W0510\", \"W0220\"]\n");
        assert_eq!(found[0].help.as_deref(), Some("write `W0510 = \"allow\"`, `W0220 = \"allow\"` beneath `[severity]`"));
    }
}
