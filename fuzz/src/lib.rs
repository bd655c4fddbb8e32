//! What is asked of every text (`properties`), and texts that read like scenarios (`seeds`, `mutate`).

pub mod mutate;
pub mod properties;
pub mod seeds;

/// The folder of scalec.
pub fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
