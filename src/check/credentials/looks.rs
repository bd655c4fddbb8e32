//! What credentials look like: by the form that their issuer gives them, and by the name that they are given.

use super::start_of;
use crate::diagnostics::suggest;

/// A form that credentials of one issuer have: what they begin with, and the least number of key characters behind it.
struct Form {
    prefix: &'static str,
    least: usize,
    is: &'static str,
}

const fn form(prefix: &'static str, least: usize, is: &'static str) -> Form {
    Form { prefix, least, is }
}

/// Prefixes that the issuers document, so that scanners can find them; as of 2026-11.
const FORMS: &[Form] = &[
    form("AKIA", 16, "an AWS access key"),
    form("ASIA", 16, "an AWS access key"),
    form("AIza", 35, "a Google API key"),
    form("ya29.", 20, "a Google access token"),
    form("ghp_", 36, "a GitHub token"),
    form("gho_", 36, "a GitHub token"),
    form("ghu_", 36, "a GitHub token"),
    form("ghs_", 36, "a GitHub token"),
    form("ghr_", 36, "a GitHub token"),
    form("github_pat_", 22, "a GitHub token"),
    form("glpat-", 20, "a GitLab token"),
    form("glptt-", 20, "a GitLab token"),
    form("xoxa-", 10, "a Slack token"),
    form("xoxb-", 10, "a Slack token"),
    form("xoxp-", 10, "a Slack token"),
    form("xoxr-", 10, "a Slack token"),
    form("xoxs-", 10, "a Slack token"),
    form("xapp-", 10, "a Slack token"),
    form("hooks.slack.com/services/", 20, "the address of a Slack hook, which is its key"),
    form("sk_live_", 16, "a Stripe key"),
    form("sk_test_", 16, "a Stripe key"),
    form("rk_live_", 16, "a Stripe key"),
    form("rk_test_", 16, "a Stripe key"),
    form("npm_", 36, "an npm token"),
    form("dapi", 32, "a Databricks token"),
    form("hvs.", 20, "a Vault token"),
    form("SG.", 40, "a SendGrid key"),
    form("SharedAccessKey=", 16, "an Azure access key"),
    form("AccountKey=", 16, "an Azure access key"),
    form("SharedAccessSignature=", 16, "an Azure access signature"),
    form("Bearer ", 16, "a bearer token"),
];

/// Names of what holds a credential, as the last words of a name such as `sasl.password` or `X-Api-Key`.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "access_key",
    "account_key",
    "secret_key",
    "private_key",
    "authorization",
];

/// What stands in front of a password inside of a text: JAAS, ODBC, JDBC, the query of an address, the option of a command.
const INSIDE: &[&str] = &["password", "passwd", "passphrase", "pwd", "client_secret", "access_token", "auth_token", "api_key", "apikey", "secret_key", "secretaccesskey"];

/// So many bytes of a credential are looked at: what it begins with may stand in a text again and again, with nothing that ends it.
const LONG: usize = 512;

/// What the form of a text gives away.
pub fn looks_like(text: &str) -> Option<&'static str> {
    // Nothing that can be told by its form is shorter.
    if text.len() < 8 {
        return None;
    }
    if text.contains("-----BEGIN") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    // The well-known connection string of an emulator opens nothing.
    if text.contains("UseDevelopmentEmulator=true") || text.contains("UseDevelopmentStorage=true") {
        return None;
    }
    if is_web_token(text) {
        return Some("a signed token (JWT)");
    }
    if let Some(form) = by_prefix(text) {
        return Some(form.is);
    }
    if basic(text) {
        return Some("a user and a password");
    }
    if password_in_address(text) {
        return Some("an address with a password in it");
    }
    password_inside(text).then_some("settings with a password among them")
}

fn by_prefix(text: &str) -> Option<&'static Form> {
    let bytes = text.as_bytes();
    let starts = (0..bytes.len()).filter(|at| text.is_char_boundary(*at) && (*at == 0 || !bytes.get(at - 1).is_some_and(u8::is_ascii_alphanumeric)));
    starts.filter_map(|at| text.get(at..)).find_map(|rest| {
        FORMS.iter().find(|form| {
            let Some(behind) = rest.strip_prefix(form.prefix) else { return false };
            let key = start_of(behind, LONG).split(|c: char| !is_key_char(c)).next().unwrap_or("");
            key.len() >= form.least && !is_placeholder(key) && varied(key)
        })
    })
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/' | '=' | '.' | '%')
}

/// Words are not keys: some digit, or both cases.
fn varied(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) || (text.bytes().any(|b| b.is_ascii_uppercase()) && text.bytes().any(|b| b.is_ascii_lowercase()))
}

/// `header.payload.signature`, the first two of them JSON in base 64: `{"` is `eyJ`.
fn is_web_token(text: &str) -> bool {
    text.split(|c: char| !is_key_char(c)).any(|word| {
        let mut parts = word.split('.');
        let json = |part: Option<&str>| part.is_some_and(|p| p.starts_with("eyJ") && p.len() >= 10);
        json(parts.next()) && json(parts.next()) && parts.next().is_some_and(|p| p.len() >= 10)
    })
}

/// `Basic ` and `user:password` in base 64.
fn basic(text: &str) -> bool {
    text.match_indices("Basic ").any(|(at, prefix)| {
        let word = text.get(at + prefix.len()..).unwrap_or("").trim_start().split(|c: char| !is_key_char(c)).next().unwrap_or("");
        let pair = base64(word);
        pair.split_once(':').is_some_and(|(_, password)| !is_placeholder(password)) && pair.chars().all(|c| !c.is_control())
    })
}

/// What base 64 stands for, as far as it is text; padding may be missing.
fn base64(word: &str) -> String {
    let mut bytes = Vec::with_capacity(word.len());
    let (mut held, mut bits) = (0u32, 0);
    for byte in word.trim_end_matches('=').bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return String::new(),
        };
        held = (held << 6 | u32::from(digit)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// `scheme://user:password@host`
fn password_in_address(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = text.get(at + 3..).unwrap_or("");
        let authority = rest.split(['/', '?', '#', ' ', '"']).next().unwrap_or("");
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !is_placeholder(password))
    })
}

/// `password="…"`, `Password=…;`, `?password=…`, `--password=…`
fn password_inside(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    INSIDE.iter().any(|key| {
        lower.match_indices(key).any(|(at, _)| {
            let behind = text.get(at + key.len()..).unwrap_or("").trim_start_matches(' ');
            let Some(behind) = behind.strip_prefix('=').filter(|rest| !rest.starts_with(['=', '~'])) else { return false };
            let behind = behind.trim_start_matches([' ', '"', '\'']);
            let value = start_of(behind, LONG).split(['"', '\'', ';', '&', ' ', ',', '}']).next().unwrap_or("");
            !is_placeholder(value)
        })
    })
}

/// What a text holds that is no data: `--token=…`, `?token=…`, `user:password@host:9092`. `key`: the setting or constant that it is given to.
pub fn holds_one(text: &str, key: Option<&str>) -> Option<&'static str> {
    if text.len() < 8 || !text.contains(['=', '@']) && !key.is_some_and(is_pair) {
        return None;
    }
    if option_inside(text) {
        return Some("an option with a credential in it");
    }
    if query_inside(text) {
        return Some("an address with a credential in it");
    }
    if user_of_a_host(text, key.is_some_and(names_hosts)) {
        return Some("an address with a password in it");
    }
    let pair = || text.split_once(':').is_some_and(|(user, password)| !user.is_empty() && !text.contains(['/', ' ', '@']) && is_likely(password));
    (key.is_some_and(is_pair) && pair()).then_some("a user and a password")
}

/// `--token=…`, alone or in a line: an option of that name takes a credential, or says where it comes from.
fn option_inside(text: &str) -> bool {
    text.split_ascii_whitespace().filter(|word| word.starts_with("--")).any(|word| {
        word.split_once('=').is_some_and(|(option, value)| {
            let value = value.trim_matches(['"', '\'']);
            // What a shell puts in (`$TOKEN`, `$(cat …)`), or a file.
            let brought = value.starts_with(['$', '@', '`']);
            // `--secret=kafka-cert` may name one.
            let named = option.to_ascii_lowercase().ends_with("secret") && !is_likely(value);
            option.len() <= LONGEST_NAME && names_one(option) && !names_a_place(option) && !brought && !named && !is_placeholder(value)
        })
    })
}

/// `https://…?token=…`: names that say it alone, or with a value that no word is.
fn query_inside(text: &str) -> bool {
    let Some((_, query)) = text.split_once("://").and_then(|(_, rest)| rest.split_once('?')) else { return false };
    query.split(['&', '?', '#', ' ', '"']).any(|pair| {
        let Some((name, value)) = pair.split_once('=') else { return false };
        let named = name.len() <= LONGEST_NAME && (names_one(name) || matches!(name, "sig" | "signature")) && !names_a_place(name);
        named && is_likely(value)
    })
}

/// `user:password@host:9092` among hosts; without a port only where a setting is one of hosts, for `user:name@example.com` may be an account.
fn user_of_a_host(text: &str, hosts: bool) -> bool {
    text.split([',', ' ', ';']).any(|part| {
        let Some((user, host)) = part.rsplit_once('@') else { return false };
        let Some((user, password)) = user.split_once(':') else { return false };
        let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
        let is_host = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
        let is_port = port.is_some_and(|port| (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit()));
        let is_user = !user.is_empty() && user.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+' | b'%' | b'$'));
        is_user && is_host && (is_port || (hosts && port.is_none())) && !is_placeholder(password)
    })
}

/// Long enough, and no word: as issuers make them.
fn is_likely(value: &str) -> bool {
    let value = start_of(value, LONG);
    value.len() >= 8 && varied(value) && !is_placeholder(value)
}

/// So long may a name be that says that something is a credential.
const LONGEST_NAME: usize = 64;

/// The place in a list that goes on: `page_token`.
fn names_a_place(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["page", "next", "sync", "continuation", "cursor", "resume"].iter().any(|word| name.contains(word))
}

fn names_hosts(key: &str) -> bool {
    let last = key.rsplit(['.', '_', '-']).next().unwrap_or("");
    ["brokers", "broker", "servers", "server", "hosts", "host", "endpoint", "url", "registry", "address"].iter().any(|name| last.eq_ignore_ascii_case(name))
}

fn is_pair(key: &str) -> bool {
    let last = key.rsplit(['.', '_', '-']).next().unwrap_or("");
    ["credentials", "credential", "creds"].iter().any(|name| last.eq_ignore_ascii_case(name))
}

/// What stands where a credential would: nothing, `…`, `xxx`, `***`, `<password>`, `${PASSWORD}`, `changeme`.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let between = |open: &str, close: &str| text.starts_with(open) && text.ends_with(close);
    let masked = text.chars().all(|c| matches!(c, '*' | '.' | '…' | 'x' | 'X' | '-' | '_' | '?' | '0'));
    let lower = text.to_ascii_lowercase().replace(['-', '_', ' '], "");
    let words = matches!(lower.as_str(), "changeme" | "changeit" | "placeholder" | "redacted" | "todo" | "tbd" | "none" | "null" | "dummy" | "notasecret" | "%s");
    let variable = text.strip_prefix('$').is_some_and(|name| name.starts_with('(') || (!name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')));
    masked || words || variable || (lower.starts_with("your") && lower.len() > 6) || between("<", ">") || between("${", "}") || between("{", "}") || between("$(", ")") || between("%", "%") || between("[", "]")
}

/// Whether a name says that what it names is a credential: its last words, as in `sasl.password`, `X-Api-Key`, `db_password`.
pub fn names_one(key: &str) -> bool {
    let key = key.trim_start_matches('-').to_ascii_lowercase().replace(['-', '.', ' '], "_");
    NAMES.iter().any(|name| key == *name || key.strip_suffix(name).is_some_and(|rest| rest.ends_with('_')))
}

/// Names of what may hold a credential, for what is hidden and not complained of.
const NEARLY: &[&str] = &["credential", "credentials", "creds", "cred", "pass", "passcode", "pw", "cookie", "jwt", "sig", "signature"];

/// Whether a name is another word for a credential, or a slip of the hand away from one: `credentials`, `pasword`.
pub fn nearly_names_one(key: &str) -> bool {
    let key = start_of(key.trim_start_matches('-'), 64).to_ascii_lowercase().replace(['-', '.', ' '], "_");
    let last = key.rsplit('_').next().unwrap_or("");
    // Short words have too many neighbours: `taken`, `ticket`.
    let slip = || last.len() >= 6 && NAMES.iter().any(|name| name.len() >= 7 && last != *name && suggest::is_one_slip(last, name));
    NEARLY.contains(&last) || slip()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Put together here, so that no scanner takes this file for a leak.
    fn joined(parts: &[&str]) -> String {
        parts.concat()
    }

    #[test]
    fn credentials_are_known_by_their_form() {
        for text in [
            joined(&["AKIA", "QYLPMN5HFIQR7XYA"]),
            joined(&["aws_access_key_id = ", "AKIA", "IOSFODNN7EXAMPLE"]),
            joined(&["ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"]),
            joined(&["Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=Root;", "SharedAccessKey", "=mS9vZ2hlcmUxMjM0NTY3ODkwYWJjZGVm="]),
            joined(&["-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE"]),
            joined(&["-----BEGIN ", "PRIVATE KEY-----"]),
            joined(&["eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0In0", ".dozjgNryP4J3jVmNHl0w5N"]),
            joined(&["postgres://app:", "s3cr3t", "@db:5432/shop"]),
            joined(&["http://localhost/in?api_key", "=3f9c2a"]),
            joined(&["org.apache.kafka.Plain required username=\"a\" ", "password", "=\"s3cr3t\";"]),
            joined(&["dapi", "0123456789abcdef0123456789abcdef"]),
            joined(&["xoxb", "-123456789012-abcdefGHIJKL"]),
            joined(&["sk_test", "_4eC39HqLyjWDarjtT1zdp7dc"]),
            joined(&["https://hooks.slack.com/services/", "T00000001/B00000001/abcdefGHIJKLmnop"]),
            joined(&["AIza", "SyA1234567890abcdefghijklmnopqrstuvw"]),
            joined(&["Basic ", "c3ZjOmh1bnRlcjI="]),
            joined(&["Bearer ", "3f9c2a7be1d04c55a0"]),
            joined(&["--password", "=hunter2"]),
        ] {
            assert!(looks_like(&text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_only_resembles_one_is_left_alone() {
        for text in [
            "localhost:9092",
            "postgres://app@db:5432/shop",
            "postgres://app:<password>@db/shop",
            "postgres://app:${DB_PASSWORD}@db/shop",
            "postgres://app:$DB_PASSWORD@db/shop",
            "http://[::1]:9090/a@b",
            "https://example.com:8080/x",
            "Bearer of bad news",
            "Basic understanding",
            "Basic Understanding2",
            "an ordinary sentence with words in it, quite long",
            "avg by (executor) (executor_cpu{job=\"spark\"})",
            "rate(logins{password!=\"\"}[5m])",
            "[A-Z0-9]{20}",
            "password=",
            "password=<password>",
            "SharedAccessKeyName=RootManageSharedAccessKey",
            "Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;",
            "clicks-AKIAtopic",
            "com.github.ghp_something",
        ] {
            assert_eq!(looks_like(text), None, "{text}");
        }
    }

    #[test]
    fn credentials_are_known_within_what_is_no_data() {
        for (key, text) in [
            (None, "--token=hunter2"),
            (None, "kubectl --api-key=hunter2 get pods"),
            (None, "https://x.example.com/a?token=hunter2pw"),
            (None, "https://x.example.com/a?sv=1&sig=aB3%2Fx9zQ"),
            (None, "user:hunter2@host.example.com:9092"),
            (None, "a.example.com:9092,user:secret@b:9092"),
            (Some("brokers"), "user:hunter2@host.example.com"),
            (Some("credentials"), "user:hunter2pw"),
            (Some("db_creds"), "user:hunter2pw"),
        ] {
            assert!(holds_one(text, key).is_some(), "{text}");
        }
        for (key, text) in [
            (None, "page token=1"),
            (None, "token=hunter2pw"),
            (None, "--page-token=a1b2c3d4"),
            (None, "--token=$TOKEN"),
            (None, "--token-file=/run/token1"),
            (None, "https://x/a?token=none"),
            (None, "https://x/a?token=abcdefghij"),
            (None, "https://x/a?page_token=a1b2c3d4"),
            (None, "https://x/a?next=https://y/?x=a1b2c3d4"),
            (None, "https://x/a?token={{token1}}"),
            (None, "user:alice@example.com"),
            (None, "serviceAccount:svc@shop.iam.gserviceaccount.com"),
            (None, "registry/nginx:1.2@sha256:0123456789"),
            (None, "nginx:1.2@sha256:0123456789abcdef"),
            (None, "mailto:a@b.example"),
            (None, "git@github.com:owner/name"),
            (None, "user:<password>@host:9092"),
            (None, "user:${PASSWORD}@host:9092"),
            (Some("credentials"), "file:/run/credentials1"),
            (Some("credentials"), "user:password"),
            (Some("topic"), "user:hunter2pw"),
            (None, "{\"token\": \"a1b2c3d4\"}"),
        ] {
            assert_eq!(holds_one(text, key), None, "{text}");
        }
    }

    #[test]
    fn credentials_are_known_by_their_name() {
        for name in ["password", "sasl.password", "X-Api-Key", "db_password", "Authorization", "ssl.key.password", "client_secret", "--password"] {
            assert!(names_one(name), "{name}");
        }
        for name in ["passwords", "key", "tokens_per_second", "secretary", "brokers", "password_file", "token.endpoint.url", "ssl.key.location"] {
            assert!(!names_one(name), "{name}");
        }
    }

    #[test]
    fn other_words_for_a_credential_are_known() {
        for name in ["credentials", "db_credentials", "pasword", "sasl.passwrod", "Cookie", "passwords", "sig"] {
            assert!(nearly_names_one(name), "{name}");
        }
        for name in ["topic", "key", "taken", "tokens", "brokers", "path", "design", "passed", "access", ""] {
            assert!(!nearly_names_one(name), "{name}");
        }
    }

    #[test]
    fn placeholders_are_no_credentials() {
        for text in ["", "…", "***", "xxxxxxxx", "<password>", "${KAFKA_PASSWORD}", "$KAFKA_PASSWORD", "{{ password }}", "changeme", "change-me", "your-password", "[redacted]"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["hunter2", "password", "postgres", "$ecret", "p4ss", "correct horse battery staple"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
