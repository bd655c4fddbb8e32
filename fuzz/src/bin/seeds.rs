//! `seeds FOLDER DICTIONARY`: writes the texts that fuzzing starts from, each a file, and the words of the language in libFuzzer's form.

use std::collections::BTreeSet;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(dictionary)) = (args.next(), args.next()) else {
        eprintln!("seeds FOLDER DICTIONARY");
        std::process::exit(2);
    };
    std::fs::create_dir_all(&folder)?;
    let texts = scalec_fuzz::seeds::texts(&scalec_fuzz::root());
    for (number, text) in texts.iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{number:04}")), text)?;
    }
    let mut words = BTreeSet::new();
    words_of(&scalec::catalog::json(), &mut words);
    let lines: String = words.iter().map(|word| format!("\"{}\"\n", word.replace('\\', "\\\\").replace('"', "\\\""))).collect();
    std::fs::write(dictionary, lines)?;
    println!("{} texts, {} words", texts.len(), words.len());
    Ok(())
}

/// Every short text of the catalogue that could stand in a file.
fn words_of(value: &serde_json::Value, words: &mut BTreeSet<String>) {
    use serde_json::Value;
    match value {
        Value::String(text) if !text.is_empty() && text.len() <= 40 && text.is_ascii() && !text.contains('\n') => {
            words.insert(text.clone());
        }
        Value::Array(values) => values.iter().for_each(|v| words_of(v, words)),
        Value::Object(entries) => entries.iter().for_each(|(key, value)| {
            words.insert(key.clone());
            words_of(value, words);
        }),
        _ => {}
    }
}
