//! Paths and the URIs that stand for them.

use crate::source::uri::encoded;
use lsp_types::Uri;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The file that a URI names; `None` where it names none on this machine (`untitled:`, `git:`, another host).
pub fn path_of(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme()?.as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let path = uri.path().as_estr().decode().into_string().ok()?.into_owned();
    if path.contains('\0') {
        return None;
    }
    if cfg!(windows) {
        let path = path.replace('/', "\\");
        return Some(PathBuf::from(match host {
            "" | "localhost" => path.trim_start_matches('\\').to_string(),
            host => format!("\\\\{host}{path}"),
        }));
    }
    (matches!(host, "" | "localhost") && path.starts_with('/')).then(|| PathBuf::from(path))
}

/// `None` for a path that is not absolute, or that no text can hold.
pub fn uri_of(path: &Path) -> Option<Uri> {
    if !path.is_absolute() {
        return None;
    }
    let text = path.to_str()?;
    // `canonicalize` gives `\\?\C:\…` on Windows.
    let text = if cfg!(windows) { text.trim_start_matches(r"\\?\").replace('\\', "/") } else { text.to_string() };
    let slash = if text.starts_with('/') { "" } else { "/" };
    Uri::from_str(&format!("file://{slash}{}", encoded(&text))).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back() {
        for path in ["/a/b.scale", "/a b/ü#%?.scale", "/c:/x.scale", "/🦀/[x].scale"] {
            let uri = uri_of(Path::new(path)).unwrap();
            assert_eq!(path_of(&uri), Some(PathBuf::from(path)), "{}", uri.as_str());
        }
        assert!(uri_of(Path::new("a.scale")).is_none());
    }

    #[test]
    fn what_names_no_file_here_is_none() {
        for uri in ["untitled:Untitled-1", "git:/a/b.scale", "file://host/a.scale", "file:a.scale", "file:///a%00b", "file:///a%FFb", "http://x/a.scale"] {
            assert_eq!(path_of(&Uri::from_str(uri).unwrap()), None, "{uri}");
        }
        assert_eq!(path_of(&Uri::from_str("FILE://localhost/a%20b").unwrap()), Some(PathBuf::from("/a b")));
    }
}
