//! The properties that fuzzing asks of random texts (`fuzz/src/properties.rs`), asked of every text that once broke one of them, and of every
//! text that fuzzing starts from.

#[path = "../fuzz/src/properties.rs"]
#[allow(dead_code)]
mod properties;
#[path = "../fuzz/src/seeds.rs"]
mod seeds;

use std::panic::catch_unwind;

#[test]
fn every_text_has_the_properties() {
    let texts = seeds::texts(std::path::Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(texts.len() > 500, "{} texts", texts.len());
    let ask = |text: &String| {
        let asked: [(&str, fn(&str)); 4] = [("parse", properties::parse), ("format", properties::format), ("check", properties::check), ("fixes", properties::fixes)];
        asked.into_iter().filter(|(_, property)| catch_unwind(|| property(text)).is_err()).map(|(name, _)| format!("── {name}\n{text}")).collect::<Vec<_>>()
    };
    // On the test's own threads: what a panic says is printed as it happens.
    let wrong: Vec<String> = scalec::parallel::map(&texts, 4, ask).concat();
    assert!(wrong.is_empty(), "{} broken properties\n{}", wrong.len(), wrong.join("\n"));
}
