//! The parts of a text that may be a credential: what stands behind the name of one, and in front of a host. Too much is hidden here rather than too little;
//! what is a mistake tells `looks`.

use super::super::looks::{is_placeholder, names_one, nearly_names_one};
use std::ops::Range;

/// So many bytes of a name and of a user are looked at, and of a value.
const LONGEST_NAME: usize = 64;
const LONGEST_USER: usize = 256;
const LONGEST: usize = 512;

/// What is to be hidden, and the words by which messages may quote it: a value alone may be a word of the language.
pub struct Part {
    pub hidden: Range<usize>,
    pub quoted: Range<usize>,
}

impl Part {
    pub fn whole(hidden: Range<usize>) -> Part {
        Part { quoted: hidden.clone(), hidden }
    }

    /// Of a text that begins at `at` of another.
    pub fn behind(self, at: usize) -> Part {
        let moved = |range: Range<usize>| range.start + at..range.end + at;
        Part { hidden: moved(self.hidden), quoted: moved(self.quoted) }
    }
}

/// `text` as it is written, without its quotes. In the order in which they begin.
pub fn parts(text: &str) -> Vec<Part> {
    let mut found = Vec::new();
    let (mut from, mut last_user) = (0, 0);
    for (at, sign) in text.match_indices(['=', ':', '@']) {
        if at < from {
            continue;
        }
        let part = match sign {
            "@" => user_in_front(text, std::mem::replace(&mut last_user, at + 1).max(from), at),
            sign => given_behind(text, from, at, sign),
        };
        if let Some(part) = part {
            from = part.hidden.end;
            found.push(part);
        }
    }
    found
}

/// `token=…`, `--api-key=…`, `X-Api-Key: …`, `"token": "…"`
fn given_behind(text: &str, from: usize, sign_at: usize, sign: &str) -> Option<Part> {
    let near = (sign_at.saturating_sub(LONGEST_NAME).max(from)..=sign_at).find(|at| text.is_char_boundary(*at))?;
    let before = text.get(near..sign_at)?.trim_end_matches([' ', '"', '\'', '\\']);
    let name = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))).map_or(before, |at| before.get(at..).unwrap_or("").trim_start_matches(|c: char| !c.is_ascii_alphanumeric()));
    if name.is_empty() || !(names_one(name) || nearly_names_one(name)) {
        return None;
    }
    let behind = text.get(sign_at + 1..)?;
    let value = behind.trim_start_matches([' ', '"', '\'', '\\']);
    // A port, or a path: `https://token:8443/`.
    if sign == ":" && value.len() == behind.len() {
        return None;
    }
    let mut start = text.len() - value.len();
    let ends = ['"', '\'', '\\', ';', '&', ',', '}', ' ', '\n', '\r', '#'];
    let mut value = value;
    // `Authorization: Bearer …`
    let scheme = super::super::start_of(value, LONGEST).split(' ').next().unwrap_or("");
    if ["basic", "bearer", "token"].contains(&scheme.to_ascii_lowercase().as_str()) {
        value = value.get(scheme.len()..)?.trim_start_matches(' ');
        start = text.len() - value.len();
    }
    let seen = super::super::start_of(value, LONGEST).split(ends).next().unwrap_or("");
    if seen.len() < 4 || is_placeholder(seen) {
        return None;
    }
    let end = start + value.find(ends).unwrap_or(value.len());
    Some(Part { hidden: start..end, quoted: near + before.len() - name.len()..end })
}

/// `user:password@host`, of an address or in a list of hosts.
fn user_in_front(text: &str, from: usize, at: usize) -> Option<Part> {
    let near = (at.saturating_sub(LONGEST_USER).max(from)..=at).find(|at| text.is_char_boundary(*at))?;
    let before = text.get(near..at)?;
    let start = before.rfind(['/', ',', ' ', '"', '\'', ';', '|', '=', '\n']).map_or(0, |at| at + 1);
    let (user, password) = before.get(start..)?.split_once(':')?;
    let host = text.get(at + 1..)?.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '[');
    let address = ["mailto", "sip", "acct", "group", "serviceaccount"].contains(&user.to_ascii_lowercase().as_str());
    // With its user, for a word such as `kafka` may be somebody's password.
    (host && !address && !password.is_empty() && !is_placeholder(password)).then(|| Part { hidden: near + start + user.len() + 1..at, quoted: near + start..at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<&str> {
        parts(text).into_iter().map(|part| &text[part.hidden]).collect()
    }

    #[test]
    fn what_stands_behind_the_name_of_a_credential_is_hidden() {
        for text in [
            "https://x.example.com/a?token=hunter2pw",
            "https://x.example.com/a?a=b&sig=hunter2pw&c=d",
            "--token=hunter2pw",
            "kubectl --api-key=hunter2pw get pods",
            "X-Api-Key: hunter2pw",
            "Authorization: Bearer hunter2pw",
            "{\\\"token\\\": \\\"hunter2pw\\\"}",
            "user:hunter2pw@host.example.com:9092",
            "a.example.com:9092,user:hunter2pw@host.example.com:9092",
            "https://user:hunter2pw@host/",
            "pasword=hunter2pw",
        ] {
            assert_eq!(hidden(text), ["hunter2pw"], "{text}");
        }
        assert_eq!(hidden("u:abc1@h, v:def2@h"), ["abc1", "def2"]);
    }

    #[test]
    fn what_names_none_is_shown() {
        for text in ["localhost:9092", "https://token:8443/x", "a=b", "token=", "token=<token>", "page token=1", "max_tokens=4096", "mailto:a@b.example", "git@host:path", "key=value1", "password", "@", "=", ":@=", "ä=ä:ä@ä"] {
            assert_eq!(hidden(text), Vec::<&str>::new(), "{text}");
        }
    }
}
