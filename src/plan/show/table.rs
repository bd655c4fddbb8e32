//! Columns that line up.

use super::Ink;
use unicode_width::UnicodeWidthStr;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Align {
    Left,
    Right,
}

pub(super) struct Table {
    heads: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
    total: Option<Vec<String>>,
}

impl Table {
    pub(super) fn new(heads: &[(&str, Align)]) -> Table {
        Table { heads: heads.iter().map(|(name, align)| ((*name).to_owned(), *align)).collect(), rows: Vec::new(), total: None }
    }
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
    pub(super) fn total(&mut self, cells: Vec<String>) {
        self.total = Some(cells);
    }

    pub(super) fn print(&self, ink: Ink) -> String {
        let heads: Vec<String> = self.heads.iter().map(|(name, _)| name.clone()).collect();
        let all = || std::iter::once(&heads).chain(&self.rows).chain(&self.total);
        let widths: Vec<usize> = (0..heads.len()).map(|i| all().filter_map(|r| r.get(i)).map(|c| c.width()).max().unwrap_or(0)).collect();
        let line = |cells: &Vec<String>| {
            let mut out = String::from(" ");
            for ((cell, width), (_, align)) in cells.iter().zip(&widths).zip(&self.heads) {
                let gap = " ".repeat(width - cell.width());
                out.push(' ');
                out.push_str(&if *align == Align::Left { format!("{cell}{gap} ") } else { format!("{gap}{cell} ") });
            }
            out.trim_end().to_owned()
        };
        let mut out = format!("{}\n", ink.title(&line(&heads)));
        for row in &self.rows {
            out.push_str(&line(row));
            out.push('\n');
        }
        if let Some(total) = &self.total {
            let wide: usize = widths.iter().map(|w| w + 2).sum::<usize>().saturating_sub(2);
            out.push_str(&format!("  {}\n{}\n", ink.quiet(&ink.pick("─", "-").repeat(wide)), line(total)));
        }
        out
    }
}
