//! What a client needs to show who it is (E0208).

use super::settings::Settings;
use super::{Context, Decl};
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::syntax::ast::{EntryKind, Expr, ExprKind};

/// What a password takes; Kerberos and tokens are set up with the client.
pub const BY_PASSWORD: &[&str] = &["mechanism", "username", "password"];
pub const BY_OTHERS: &[&str] = &["gssapi", "oauthbearer"];

impl<'a> Context<'a> {
    /// `security = sasl_ssl { … }`: without these the client would not start, or be refused.
    pub(super) fn credentials_given(&self, decl: Decl, settings: &Settings<'a>) {
        let Some(security) = settings.get("security") else { return };
        let Some((word, missing)) = self.credentials_missing(security, settings.get("client")) else { return };
        let name = self.plain_name(decl);
        let example = |setting: &&str| match *setting {
            "mechanism" => "`mechanism = scram_sha_512`".to_owned(),
            "username" => "`username = \"svc\"`".to_owned(),
            _ => format!("`password = secret(\"{}_PASSWORD\")`", name.to_uppercase()),
        };
        let examples: Vec<String> = missing.iter().map(example).collect();
        self.report(
            Diagnostic::new(codes::E0208, self.name_span(decl), format!("`{word}` needs {}, and the security of `{name}` has none", suggest::listed(&missing).replace(" or ", " and ")))
                .here("cannot show who it is")
                .help(format!("add {}", examples.join(", "))),
        );
    }

    /// The kind of security, and what it needs and does not have; `None` where nothing is missing.
    pub fn credentials_missing(&self, security: &'a Expr, client: Option<&'a Expr>) -> Option<(&'a str, Vec<&'static str>)> {
        let (word, given) = parts(security)?;
        if !matches!(word, "sasl_ssl" | "sasl_plaintext") || self.says_it_to_the_client(client) {
            return None;
        }
        let elsewhere = |value: &Expr| matches!(&value.unwrapped().kind, ExprKind::Name(m) if BY_OTHERS.contains(&m.text.as_str()));
        let by_password = !given.iter().any(|(key, value)| *key == "mechanism" && elsewhere(value));
        let wanted: &[&'static str] = if by_password { BY_PASSWORD } else { &["mechanism"] };
        let is_given = |name: &str| given.iter().any(|(key, _)| *key == name || suggest::nearest(key, [name]).is_some());
        let missing: Vec<&'static str> = wanted.iter().copied().filter(|name| !is_given(name)).collect();
        (!missing.is_empty()).then_some((word, missing))
    }

    fn says_it_to_the_client(&self, client: Option<&'a Expr>) -> bool {
        let client = client.and_then(|e| self.quietly(|| self.texts_by_name(e, "`client`")));
        client.is_some_and(|all| all.iter().any(|(key, _)| key.starts_with("sasl.")))
    }
}

/// The kind of security and its settings.
fn parts<'a>(security: &'a Expr) -> Option<(&'a str, Vec<(&'a str, &'a Expr)>)> {
    match &security.unwrapped().kind {
        ExprKind::Name(word) => Some((&word.text, Vec::new())),
        ExprKind::Construct { kind, body } => {
            let settings = body.entries.iter().filter_map(|entry| match &entry.kind {
                EntryKind::Setting { key, value, .. } => Some((key.text.as_str(), value)),
                _ => None,
            });
            Some((&kind.text, settings.collect()))
        }
        _ => None,
    }
}
