//! Files that `fmt` and `check --fix` change: wholly or not at all.

use std::io::Write;
use std::path::Path;

/// Puts `new` in the place of `old`, by way of a file beside it that takes its name. What somebody else has changed in between is left alone;
/// permissions are kept, and of a symbolic link the file behind it is replaced. `shown` is the path as people know it.
pub fn rewrite(path: &Path, shown: &str, old: &str, new: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("cannot write `{shown}`: {error}");
    let real = path.canonicalize().map_err(failed)?;
    if std::fs::read(&real).map_err(failed)? != old.as_bytes() {
        return Err(format!("`{shown}` has been changed since it was read: nothing was written; run it again"));
    }
    let permissions = std::fs::metadata(&real).map_err(failed)?.permissions();
    if permissions.readonly() {
        return Err(format!("cannot write `{shown}`: it is read-only"));
    }
    let name = real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = real.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&beside)?;
        file.write_all(new.as_bytes())?;
        file.set_permissions(permissions)?;
        file.sync_all()?;
        std::fs::rename(&beside, &real)
    })();
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        failed(error)
    })
}
