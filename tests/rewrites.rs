//! What an editor can ask for, held to every scenario: changes leave files laid out and without new mistakes, and half a file never stops an answer.

use scalec::analysis::{Analysis, Options, analyze};
use scalec::format::format;
use scalec::ide::actions::{Action, Elsewhere, actions};
use scalec::ide::completion::{Nearby, complete};
use scalec::ide::{View, hints, hover, lenses, signature};
use scalec::loader::Live;
use scalec::source::FileId;
use scalec::syntax::{self, tree};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn scenarios() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["tests/corpus/ok", "scenarios"] {
        let mut found: Vec<PathBuf> = std::fs::read_dir(root.join(folder)).expect("a folder").map(|e| e.expect("an entry").path()).collect();
        found.retain(|p| p.extension().is_some_and(|e| e == "scale"));
        found.sort();
        files.extend(found);
    }
    files
}

fn analysis(live: &mut Live, path: &Path) -> Analysis {
    analyze(live.load(path, path.parent()), &Options::default())
}

/// At most so many of them, from all over.
fn spread<T>(all: Vec<T>, most: usize) -> Vec<T> {
    let step = all.len().div_ceil(most).max(1);
    all.into_iter().step_by(step).collect()
}

struct Nobody;

impl Elsewhere for Nobody {
    fn naming(&mut self, _: &str) -> Result<Vec<(Arc<Analysis>, FileId)>, String> {
        Ok(Vec::new())
    }
}

#[test]
fn changes_leave_files_laid_out_and_sound() {
    let mut live = Live::default();
    let (mut wrong, mut done) = (Vec::new(), [0; 3]);
    for path in scenarios() {
        let before = analysis(&mut live, &path);
        let view = View::new(&before, before.workspace.roots[0]);
        let unit = view.unit().expect("a file");
        let leaves: Vec<tree::Node<'_>> = unit.tree.leaves().collect();
        let quantities: Vec<_> = leaves.iter().filter(|l| l.kind() == tree::Kind::Quantity).map(|l| l.start()..l.end()).collect();
        let named = |word: &str| leaves.windows(3).filter(|w| w[0].text() == word && w[0].kind() == tree::Kind::Keyword).map(|w| w[2].start()..w[2].start()).collect::<Vec<_>>();
        let mut places = spread(quantities, 4);
        places.extend(spread(named("let"), 3));
        places.extend(spread(named("phase"), 2));
        for place in places {
            for Action { title, kind, text, .. } in actions(&view, place.clone(), &mut Nobody) {
                let Ok(text) = text else { continue };
                done[kind as usize] += 1;
                let parsed = syntax::parse(FileId(0), &text);
                if format(&syntax::parse(FileId(0), view.text())).as_deref() == Some(view.text()) && format(&parsed).as_deref() != Some(text.as_str()) {
                    wrong.push(format!("{}: {title}: not laid out", path.display()));
                }
                let real = live.edit(&path, text.as_str().into());
                let after = analysis(&mut live, &path);
                live.release(&real);
                if after.has_errors() {
                    wrong.push(format!("{}: {title}: {:?}", path.display(), after.diagnostics.iter().find(|d| d.is_error()).map(|d| &d.message)));
                }
            }
        }
    }
    assert!(done.iter().all(|n| *n >= 8), "extract, inline, add: {done:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn half_a_file_is_answered_too() {
    let mut live = Live::default();
    for path in scenarios() {
        let whole = std::fs::read_to_string(&path).expect("a scenario");
        let cuts: Vec<usize> = whole.char_indices().map(|(at, _)| at).collect();
        for cut in spread(cuts, 12) {
            let text = &whole[..cut];
            let real = live.edit(&path, text.into());
            let analysis = analysis(&mut live, &path);
            live.release(&real);
            let view = View::new(&analysis, analysis.workspace.roots[0]);
            for offset in [cut, cut / 2, cut + 1] {
                let items = complete(&view, offset, &Nearby::default());
                assert!(items.iter().all(|i| i.range.start <= i.range.end && i.range.end <= text.len() && text.is_char_boundary(i.range.start) && text.is_char_boundary(i.range.end)));
                hover::hover(&view, offset);
                signature::help(&view, offset);
            }
            assert!(hints::hints(&view, 0..text.len(), |_| true).iter().all(|h| text.is_char_boundary(h.at)));
            lenses::lenses(&view, true);
        }
    }
}
