//! The only user of pest: runs `grammar/scale.pest` over a text and hands its tokens to the tree's builder.

use super::brackets::Brackets;
use super::tree::{Assembly, Builder, Data, Hole, Kind, Tree};
use crate::parallel;
use crate::source::FileId;
use pest::{Parser, Token};
use std::ops::Range;

#[derive(pest_derive::Parser)]
#[grammar = "grammar/scale.pest"]
struct Scale;

/// Below this many bytes a thread costs more than it saves.
const WORTH_A_THREAD: usize = 32 * 1024;

/// The tree of `text`, by what its brackets say. A declaration in the first column ends whatever comes before it, so each is parsed by itself; those that
/// `before`, an earlier reading of the file, begins or ends with too are taken from there. The grammar is total, so that only pest's own guard can refuse:
/// where the thread has too little stack left for the nesting that is allowed. Then the tree is one error, and the second part is false.
pub(super) fn parse(file: FileId, text: &str, brackets: &Brackets<'_>, before: Option<&Tree>) -> (Tree, bool) {
    let masked = &*brackets.masked;
    let new: Vec<(&str, &str)> = cut(masked, &brackets.declarations).map(|at| (slice(text, &at), slice(masked, &at))).collect();
    let old: Vec<(&str, &str)> = before.map_or_else(Vec::new, |tree| tree.pieces().collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (new, old_behind) = (new.get(same..).unwrap_or_default(), old.get(same..).unwrap_or_default());
    let same_behind = old_behind.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let new = new.get(..new.len() - same_behind).unwrap_or_default();
    let bytes: usize = new.iter().map(|(text, _)| text.len()).sum();
    let read: Option<Vec<Vec<Data>>> = parallel::map(new, bytes / WORTH_A_THREAD, |&(text, masked)| read(text, masked)).into_iter().collect();
    let mut assembly = Assembly::new(file, text, masked);
    let Some(read) = read else {
        return (assembly.unread(), false);
    };
    let take = |assembly: &mut Assembly, pieces: Range<usize>| {
        if let Some(before) = before {
            pieces.for_each(|piece| assembly.taken(before, piece));
        }
    };
    take(&mut assembly, 0..same);
    read.iter().for_each(|piece| assembly.read(piece));
    take(&mut assembly, old.len() - same_behind..old.len());
    (assembly.finish(), true)
}

fn slice<'t>(text: &'t str, at: &Range<usize>) -> &'t str {
    text.get(at.clone()).unwrap_or("")
}

/// From declaration to declaration, of those that the grammar takes for one.
fn cut<'t>(masked: &'t str, declarations: &'t [usize]) -> impl Iterator<Item = Range<usize>> + 't {
    let begins = |at: &usize| *at > 0 && Scale::parse(Rule::item_ahead, masked.get(*at..).unwrap_or("")).is_ok();
    let mut start = 0;
    let ends = declarations.iter().copied().filter(begins).chain([masked.len()]);
    ends.map(move |end| std::mem::replace(&mut start, end)..end)
}

/// The nodes of a piece; nothing where the stack is too small.
fn read(text: &str, masked: &str) -> Option<Vec<Data>> {
    let mut builder = Builder::new(text);
    for token in Scale::parse(Rule::file, masked).ok()?.tokens() {
        match token {
            Token::Start { rule, pos } => {
                if let Some(kind) = kind(rule) {
                    builder.open(kind, pos.pos());
                }
            }
            Token::End { rule, pos } => {
                if kind(rule).is_some() {
                    builder.close(pos.pos());
                }
            }
        }
    }
    Some(builder.finish())
}

/// `None` for rules that only look ahead.
fn kind(rule: Rule) -> Option<Kind> {
    Some(match rule {
        Rule::file => Kind::File,
        Rule::orphans => Kind::Orphans,
        Rule::import => Kind::Import,
        Rule::let_decl => Kind::Let,
        Rule::param => Kind::Param,
        Rule::target => Kind::Target,
        Rule::source => Kind::Source,
        Rule::event => Kind::Event,
        Rule::mix => Kind::Mix,
        Rule::metric => Kind::Metric,
        Rule::pipeline => Kind::Pipeline,
        Rule::cluster => Kind::Cluster,
        Rule::node => Kind::Node,
        Rule::sizing => Kind::Sizing,
        Rule::alert => Kind::Alert,
        Rule::test => Kind::Test,
        Rule::family => Kind::Family,
        Rule::for_each => Kind::ForEach,
        Rule::as_clause => Kind::AsClause,
        Rule::by_clause => Kind::ByClause,
        Rule::every_clause => Kind::EveryClause,
        Rule::for_clause => Kind::ForClause,
        Rule::bad_level => Kind::BadLevel,
        Rule::reserved_name => Kind::ReservedName,
        Rule::kind_name => Kind::KindName,
        Rule::body | Rule::unopened_body => Kind::Body,
        Rule::setting => Kind::Setting,
        Rule::field_entry => Kind::FieldEntry,
        Rule::weighted => Kind::Weighted,
        Rule::misspelt_field => Kind::MisspeltField,
        Rule::unassigned => Kind::Unassigned,
        Rule::bare => Kind::Bare,
        Rule::null_clause => Kind::NullClause,
        Rule::test_block | Rule::unopened_block => Kind::TestBlock,
        Rule::misplaced => Kind::Misplaced,
        Rule::test_setting => Kind::TestSetting,
        Rule::unassigned_setting => Kind::UnassignedSetting,
        Rule::send => Kind::Send,
        Rule::destinations => Kind::Destinations,
        Rule::repeat => Kind::Repeat,
        Rule::fault => Kind::Fault,
        Rule::undo => Kind::Undo,
        Rule::expect => Kind::Expect,
        Rule::sustain => Kind::Sustain,
        Rule::abort => Kind::Abort,
        Rule::fault_action => Kind::FaultAction,
        Rule::fault_time => Kind::FaultTime,
        Rule::phase => Kind::Phase,
        Rule::phase_block => Kind::PhaseBlock,
        Rule::hold => Kind::Hold,
        Rule::ramp => Kind::Ramp,
        Rule::step => Kind::Step,
        Rule::sine => Kind::Sine,
        Rule::spike => Kind::Spike,
        Rule::pause => Kind::Pause,
        Rule::flood => Kind::Flood,
        Rule::replay => Kind::Replay,
        Rule::search => Kind::Search,
        Rule::window => Kind::Window,
        Rule::always => Kind::Always,
        Rule::during => Kind::During,
        Rule::eventually => Kind::Eventually,
        Rule::within => Kind::Within,
        Rule::at_end => Kind::AtEnd,
        Rule::per => Kind::Per,
        Rule::phases => Kind::Phases,
        Rule::phase_ref => Kind::PhaseRef,
        Rule::sizing_block | Rule::unopened_sizing => Kind::SizingBlock,
        Rule::size_by => Kind::SizeBy,
        Rule::sizing_rule => Kind::Rule,
        Rule::otherwise => Kind::Otherwise,
        Rule::arms | Rule::unopened_arms => Kind::Arms,
        Rule::arm => Kind::Arm,
        Rule::orphan_arms => Kind::OrphanArms,
        Rule::action => Kind::Action,
        Rule::keep => Kind::Keep,
        Rule::scale_out => Kind::ScaleOut,
        Rule::scale_in => Kind::ScaleIn,
        Rule::scale_up => Kind::ScaleUp,
        Rule::scale_what => Kind::ScaleWhat,
        Rule::split => Kind::Split,
        Rule::throttle => Kind::Throttle,
        Rule::investigate => Kind::Investigate,
        Rule::size => Kind::Size,
        Rule::construct => Kind::Construct,
        Rule::record => Kind::Record,
        Rule::field_name => Kind::FieldName,
        Rule::expr => Kind::Expr,
        Rule::param_value => Kind::ParamValue,
        Rule::chain => Kind::Chain,
        Rule::member => Kind::Member,
        Rule::arguments => Kind::Arguments,
        Rule::index => Kind::Index,
        Rule::paren => Kind::Paren,
        Rule::list => Kind::List,
        Rule::bom => Kind::Bom,
        Rule::word => Kind::Word,
        Rule::name => Kind::Name,
        Rule::reserved => Kind::Reserved,
        Rule::quantity => Kind::Quantity,
        Rule::bad_quantity => Kind::BadQuantity,
        Rule::bad_percent => Kind::BadPercent,
        Rule::bracketed => Kind::Bracketed,
        Rule::text => Kind::Text,
        Rule::unclosed_text => Kind::UnclosedText,
        Rule::eq => Kind::Eq,
        Rule::bad_eq => Kind::BadEq,
        Rule::arrow => Kind::Arrow,
        Rule::dots => Kind::Dots,
        Rule::dot => Kind::Dot,
        Rule::comma => Kind::Comma,
        Rule::open_brace => Kind::OpenBrace,
        Rule::close_brace => Kind::CloseBrace,
        Rule::open_paren => Kind::OpenParen,
        Rule::close_paren => Kind::CloseParen,
        Rule::open_bracket => Kind::OpenBracket,
        Rule::close_bracket => Kind::CloseBracket,
        Rule::stray => Kind::Stray,
        Rule::stray_entry => Kind::StrayEntry,
        Rule::stray_head => Kind::StrayHead,
        Rule::stray_in => Kind::StrayIn,
        Rule::stray_comma => Kind::StrayComma,
        Rule::stray_close => Kind::StrayClose,
        Rule::no_name => Kind::Hole(Hole::Name),
        Rule::no_text_name => Kind::Hole(Hole::TextName),
        Rule::no_path => Kind::Hole(Hole::Path),
        Rule::no_eq => Kind::Hole(Hole::Eq),
        Rule::no_kind => Kind::Hole(Hole::Kind),
        Rule::no_block => Kind::Hole(Hole::Block),
        Rule::no_value => Kind::Hole(Hole::Value),
        Rule::no_operand => Kind::Hole(Hole::Operand),
        Rule::no_member => Kind::Hole(Hole::Member),
        Rule::no_range => Kind::Hole(Hole::Range),
        Rule::no_list => Kind::Hole(Hole::List),
        Rule::no_text => Kind::Hole(Hole::Text),
        Rule::no_unit => Kind::Hole(Hole::Unit),
        Rule::no_label => Kind::Hole(Hole::Label),
        Rule::no_level => Kind::Hole(Hole::Level),
        Rule::no_condition => Kind::Hole(Hole::Condition),
        Rule::no_window => Kind::Hole(Hole::Window),
        Rule::no_thing => Kind::Hole(Hole::Thing),
        Rule::no_target => Kind::Hole(Hole::Target),
        Rule::no_pipeline => Kind::Hole(Hole::Pipeline),
        Rule::no_node => Kind::Hole(Hole::Node),
        Rule::no_metric => Kind::Hole(Hole::Metric),
        Rule::no_shape => Kind::Hole(Hole::Shape),
        Rule::no_rate => Kind::Hole(Hole::Rate),
        Rule::no_length => Kind::Hole(Hole::Length),
        Rule::no_step => Kind::Hole(Hole::Step),
        Rule::no_count => Kind::Hole(Hole::Count),
        Rule::no_factor => Kind::Hole(Hole::Factor),
        Rule::no_share => Kind::Hole(Hole::Share),
        Rule::no_precision => Kind::Hole(Hole::Precision),
        Rule::no_offset => Kind::Hole(Hole::Offset),
        Rule::no_instance => Kind::Hole(Hole::Instance),
        Rule::no_stretch => Kind::Hole(Hole::Stretch),
        Rule::no_phase => Kind::Hole(Hole::Phase),
        Rule::no_action => Kind::Hole(Hole::Action),
        Rule::no_direction => Kind::Hole(Hole::Direction),
        Rule::no_fault_time => Kind::Hole(Hole::FaultTime),
        Rule::no_arrow => Kind::Hole(Hole::Arrow),
        Rule::no_from => Kind::Hole(Hole::From),
        Rule::no_in => Kind::Hole(Hole::In),
        Rule::no_of => Kind::Hole(Hole::Of),
        Rule::no_to => Kind::Hole(Hole::To),
        Rule::no_for => Kind::Hole(Hole::For),
        Rule::no_over => Kind::Hole(Hole::Over),
        Rule::no_by => Kind::Hole(Hole::By),
        Rule::no_every => Kind::Hole(Hole::Every),
        Rule::no_period => Kind::Hole(Hole::Period),
        Rule::no_hold => Kind::Hole(Hole::Hold),
        Rule::no_within => Kind::Hole(Hole::Within),
        Rule::no_after => Kind::Hole(Hole::After),
        Rule::no_into => Kind::Hole(Hole::Into),
        Rule::no_during => Kind::Hole(Hole::During),
        Rule::no_end => Kind::Hole(Hole::End),
        Rule::no_when => Kind::Hole(Hole::When),
        Rule::no_comma => Kind::Hole(Hole::Comma),
        Rule::no_open_brace => Kind::Hole(Hole::OpenBrace),
        Rule::no_close_brace => Kind::Hole(Hole::CloseBrace),
        Rule::no_close_paren => Kind::Hole(Hole::CloseParen),
        Rule::no_close_bracket => Kind::Hole(Hole::CloseBracket),
        Rule::kw_import | Rule::kw_let | Rule::kw_param | Rule::kw_target | Rule::kw_source | Rule::kw_event | Rule::kw_mix | Rule::kw_metric
        | Rule::kw_pipeline | Rule::kw_cluster | Rule::kw_node | Rule::kw_sizing | Rule::kw_alert | Rule::kw_test | Rule::kw_send | Rule::kw_phase
        | Rule::kw_repeat | Rule::kw_fault | Rule::kw_undo | Rule::kw_expect | Rule::kw_sustain | Rule::kw_abort | Rule::kw_rule | Rule::kw_otherwise
        | Rule::kw_size | Rule::kw_field | Rule::kw_level | Rule::kw_verb | Rule::kw_and | Rule::kw_in | Rule::kw_of | Rule::kw_to
        | Rule::kw_over | Rule::kw_by | Rule::kw_at | Rule::kw_for | Rule::kw_from | Rule::kw_per | Rule::kw_during | Rule::kw_eventually
        | Rule::kw_within | Rule::kw_always | Rule::kw_every | Rule::kw_period | Rule::kw_after | Rule::kw_when | Rule::kw_as | Rule::kw_null
        | Rule::kw_hold | Rule::kw_settle | Rule::kw_into | Rule::kw_start | Rule::kw_end | Rule::kw_rest | Rule::kw_all | Rule::kw_ramp
        | Rule::kw_step | Rule::kw_sine | Rule::kw_spike | Rule::kw_pause | Rule::kw_flood | Rule::kw_replay | Rule::kw_search | Rule::kw_scale
        | Rule::kw_keep | Rule::kw_out | Rule::kw_up | Rule::kw_split | Rule::kw_throttle | Rule::kw_investigate => Kind::Keyword,
        Rule::op_or | Rule::op_and | Rule::op_not | Rule::op_compare | Rule::op_in | Rule::op_of | Rule::op_add | Rule::op_multiply | Rule::op_negate => Kind::Operator,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{brackets, parse as parse_whole, parse_again};
    use super::*;
    use std::path::{Path, PathBuf};

    /// Each scenario of the repository as it is, without a line, and cut off in the middle of a line.
    fn texts() -> Vec<String> {
        fn files(folder: &Path, out: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    files(&entry, out);
                } else if entry.extension().is_some_and(|e| e == "scale") {
                    out.push(entry);
                }
            }
        }
        let mut paths = Vec::new();
        ["tests", "scenarios", "std"].iter().for_each(|folder| files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths));
        paths.sort();
        assert!(paths.len() > 300, "{}", paths.len());
        let mut texts = Vec::new();
        for (number, path) in paths.iter().enumerate() {
            let Ok(text) = std::fs::read_to_string(path) else { continue };
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            for without in (number % 7..lines.len()).step_by(7) {
                texts.push(lines.iter().enumerate().filter(|(i, _)| *i != without).map(|(_, line)| *line).collect());
                let half = lines[without].len() / 2;
                let half = (0..=half).rev().find(|at| lines[without].is_char_boundary(*at)).unwrap();
                texts.push(format!("{}{}\n{}", lines[..without].concat(), &lines[without][..half], lines[without + 1..].concat()));
                texts.push(format!("{}\"\"\"{}", lines[..without].concat(), lines[without..].concat()));
                texts.push(format!("{}{{ [\n{}", lines[..without].concat(), lines[without..].concat()));
            }
            texts.push(text);
        }
        // Line ends and indents of other machines, and one text for several processors.
        let kept: Vec<String> = texts.iter().step_by(40).cloned().collect();
        texts.extend(kept.iter().map(|text| format!("\u{feff}{}", text.replace('\n', "\r\n"))));
        texts.extend(kept.iter().map(|text| text.replace("  ", "\t")));
        texts.extend(kept.iter().map(|text| text.replacen(' ', "\r", 3)));
        let long: String = kept.iter().flat_map(|text| [text.as_str(), "\n"]).collect();
        assert!(long.len() > 4 * WORTH_A_THREAD, "{}", long.len());
        texts.push(long);
        texts
    }

    /// Parsed by declarations is parsed: nothing reaches from one into the next.
    #[test]
    fn pieces_are_read_as_the_whole_is() {
        for text in texts() {
            let brackets = brackets::scan(&text);
            let (tree, complete) = parse(FileId(0), &text, &brackets, None);
            assert!(complete);
            let whole = read(&text, &brackets.masked).unwrap();
            assert!(tree.data() == whole, "{text}\n{:?}", tree.root());
        }
    }

    /// What is left of an earlier reading is what would have been read.
    #[test]
    fn reading_again_is_reading() {
        let texts = texts();
        let mut before = parse_whole(FileId(0), "");
        for text in &texts {
            let again = parse_again(FileId(0), text, Some(&before.tree));
            let fresh = parse_whole(FileId(0), text);
            assert!(again.tree.data() == fresh.tree.data(), "{}\n-- then --\n{text}", before.tree.text());
            assert_eq!(again.diagnostics, fresh.diagnostics);
            before = again;
        }
    }
}
