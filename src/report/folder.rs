//! The folder of a run: `runs/<date>-<test>-<id>/`. What can be kept is kept: one file that cannot be written does not stop the others.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use super::{Report, hlog, json, parquet};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
}

/// Something that could not be written, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub path: PathBuf,
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl RunFolder {
    /// Makes `out` where it is missing, and a folder in it that nobody else has. Do it before the run starts: a place that cannot be written is then
    /// known while nothing is lost.
    pub fn create(out: &Path, started_at_ns: i128, test: &str, run_id: &str) -> Result<RunFolder, Problem> {
        fs::create_dir_all(out).map_err(|e| problem(out, "make the folder for runs", &e, "choose another place with --out"))?;
        let date: String = json::timestamp(started_at_ns).chars().take(10).collect();
        let name = format!("{date}-{}-{}", slug(test), slug(run_id));
        for attempt in 1..100 {
            let path = if attempt == 1 { out.join(&name) } else { out.join(format!("{name}-{attempt}")) };
            match fs::create_dir(&path) {
                Ok(()) => return Ok(RunFolder { path }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(problem(&path, "make the folder of this run", &error, "choose another place with --out")),
            }
        }
        let path = out.join(&name);
        Err(Problem { message: format!("cannot make the folder of this run: {} and its next hundred names are taken", path.display()), path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies into `scenario/`, byte for byte: (path as imported, content). Secrets are never among them, for a scenario holds only their names.
    pub fn keep_scenario(&self, files: &[(&str, &[u8])]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (name, content) in files {
            let path = self.path.join("scenario").join(inside(name));
            let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| whole(&path, |to| to.write_all(content)));
            if let Err(error) = written {
                problems.push(problem(&path, "keep a copy of the scenario", &error, ""));
            }
        }
        problems
    }

    /// Writes `run.json` first, then the rest.
    pub fn write(&self, report: &Report) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut write = |name: &str, content: &mut dyn FnMut(&mut BufWriter<File>) -> io::Result<()>| {
            let path = self.path.join(name);
            if let Err(error) = whole(&path, content) {
                problems.push(problem(&path, &format!("write {name}"), &error, "free some space; what could be written is kept"));
            }
        };
        write("run.json", &mut |to| to.write_all(json::text(report).as_bytes()));
        write("latency.hlog", &mut |to| hlog::write(report.recording, &report.facts.run_id, to));
        write("series.parquet", &mut |to| parquet::write(report.test, report.recording, to).map_err(of_parquet));
        problems
    }
}

/// Under its name only once it is whole: a full disk leaves no half of a file.
fn whole(path: &Path, content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = File::create(&part).and_then(|file| {
        let mut to = BufWriter::new(file);
        content(&mut to)?;
        to.flush()?;
        // A full disk may show only now.
        to.get_ref().sync_all()
    });
    match written.and_then(|()| fs::rename(&part, path)) {
        Ok(()) => Ok(()),
        Err(error) => {
            let _ = fs::remove_file(&part);
            Err(error)
        }
    }
}

/// The error of the file beneath, where it is one: then what to do is known.
fn of_parquet(error: ::parquet::errors::ParquetError) -> io::Error {
    match error {
        ::parquet::errors::ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(inner) => io::Error::other(inner),
        },
        error => io::Error::other(error),
    }
}

fn problem(path: &Path, what: &str, error: &io::Error, otherwise: &str) -> Problem {
    let advice = match error.kind() {
        ErrorKind::PermissionDenied => "you may not write there; choose another place with --out",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full; free some space, or choose another place with --out",
        ErrorKind::ReadOnlyFilesystem => "it is read-only; choose another place with --out",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "a file stands where a folder should be; choose another place with --out",
        _ => otherwise,
    };
    let advice = if advice.is_empty() { String::new() } else { format!("\n  help: {advice}") };
    Problem { path: path.to_path_buf(), message: format!("cannot {what} ({}): {error}{advice}", path.display()) }
}

/// Letters and digits, in lower case, and single dashes.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        // A name takes at most 255 bytes on common file systems.
        if slug.len() >= 60 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "test".into() } else { slug.into() }
}

/// A path that cannot leave the folder it is joined to.
fn inside(name: &str) -> PathBuf {
    let kept: PathBuf = Path::new(name).components().filter(|c| matches!(c, Component::Normal(_))).collect();
    if kept.as_os_str().is_empty() { PathBuf::from("scenario.scale") } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_in_a_path() {
        assert_eq!(slug("ride out a burst"), "ride-out-a-burst");
        assert_eq!(slug("payloads (size = 100B)"), "payloads-size-100b");
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug("***"), "test");
        assert_eq!(slug("Größe"), "größe");
        assert!(slug(&"x".repeat(500)).len() <= 64);
    }

    #[test]
    fn a_copy_cannot_leave_its_folder() {
        assert_eq!(inside("../../etc/passwd"), Path::new("etc/passwd"));
        assert_eq!(inside("/etc/passwd"), Path::new("etc/passwd"));
        assert_eq!(inside("scenarios/shared/shop.scale"), Path::new("scenarios/shared/shop.scale"));
        assert_eq!(inside(".."), Path::new("scenario.scale"));
    }
}
