//! Modules that ship with scalec: `import aws from "std/aws"`.

use crate::diagnostics::suggest;

/// Name (without `std/`) and text.
pub const MODULES: &[(&str, &str)] = &[("aws", include_str!("../../std/aws.scale"))];

/// Names near to `path`, as they would be written.
pub fn near(path: &str) -> Vec<String> {
    let name = path.trim_start_matches("std/").trim_end_matches(".scale");
    if let Some((exact, _)) = MODULES.iter().find(|(n, _)| *n == name) {
        return vec![format!("std/{exact}")];
    }
    suggest::ranked(name, MODULES.iter().map(|(n, _)| *n)).into_iter().map(|n| format!("std/{n}")).collect()
}
