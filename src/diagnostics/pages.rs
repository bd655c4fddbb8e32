//! The page of each code, `docs/errors/<CODE>.md`, as it is built into the program.

use super::Code;

macro_rules! pages {
    ($($code:literal)*) => {
        &[$(($code, include_str!(concat!("../../docs/errors/", $code, ".md")))),*]
    };
}

/// Code and text, in order.
pub const PAGES: &[(&str, &str)] = pages!(
    "E0101" "E0102" "E0103" "E0104" "E0105" "E0106" "E0107" "E0201" "E0202" "E0203"
    "E0204" "E0205" "E0206" "E0207" "E0208" "E0209" "E0210" "E0211" "E0212" "E0213"
    "E0301" "E0302" "E0303" "E0304" "E0305" "E0306" "E0307" "E0308" "E0309" "E0310"
    "E0311" "E0312" "E0401" "E0402" "E0403" "E0404" "E0405" "E0406" "E0407" "E0501"
    "E0502" "E0503" "E0504" "E0505" "E0506" "E0507" "E0601" "E0602" "E0603" "E0604"
    "E0605" "E0606" "E0701" "E0702" "E0703" "E0704" "E0801" "E0802" "E0803" "E0804"
    "E0805" "E0806" "E0901" "W0110" "W0220" "W0221" "W0320" "W0410" "W0411" "W0412"
    "W0413" "W0510" "W0511" "W0512" "W0513" "W0514" "W0610" "W0611" "W0612" "W0613"
    "W0614" "W0615" "W0616" "W0617" "W0710" "W0711" "W0712" "W0713" "W0810" "W0811"
    "W0812" "W0813" "W0814" "W0815" "W0910" "W0911" "W0912" "W0913"
);

/// The page of a code that this version reports.
pub fn page(code: Code) -> Option<&'static str> {
    PAGES.iter().find(|(name, _)| *name == code.as_str()).map(|(_, text)| *text)
}

/// The line above the page, without the code.
pub fn title(page: &str) -> &str {
    let line = page.lines().next().unwrap_or_default();
    line.split_once(": ").map_or(line, |(_, title)| title)
}

/// The first paragraph beneath the title, on one line.
pub fn summary(page: &str) -> String {
    let lines = page.lines().skip(1).skip_while(|line| line.trim().is_empty());
    lines.take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" ")
}

/// Markdown as it reads on a terminal: titles stand out, examples are indented, prose is wrapped.
pub fn as_text(page: &str, color: bool, width: usize) -> String {
    let paint = |code: &str, text: &str| if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() };
    let width = width.clamp(40, 100);
    let mut out = String::new();
    let mut fenced = false;
    let mut prose = String::new();
    for line in page.lines() {
        if let Some(info) = line.strip_prefix("```") {
            flush(&mut out, &mut prose, width);
            fenced = !fenced;
            let title = if fenced { fence_title(info) } else { String::new() };
            if !title.is_empty() {
                out.push_str(&format!("{}\n\n", paint("1", &title)));
            }
        } else if fenced {
            let line = if line.trim_start().starts_with('#') { paint("2", line) } else { line.to_string() };
            out.push_str(if line.is_empty() { "\n".to_string() } else { format!("    {line}\n") }.as_str());
        } else if let Some(title) = line.strip_prefix("# ") {
            flush(&mut out, &mut prose, width);
            out.push_str(&format!("{}\n", paint("1", &plain(title))));
        } else if line.trim().is_empty() {
            flush(&mut out, &mut prose, width);
            if !out.ends_with("\n\n") && !out.is_empty() {
                out.push('\n');
            }
        } else {
            if line.starts_with("- ") {
                flush(&mut out, &mut prose, width);
            }
            prose.push_str(line);
            prose.push(' ');
        }
    }
    flush(&mut out, &mut prose, width);
    out
}

/// Markdown as others show it: without the title, and with words above the examples where the page has marks of its own.
pub fn as_markdown(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut fenced = false;
    for line in page.lines().skip(1).skip_while(|line| line.trim().is_empty()) {
        match line.strip_prefix("```") {
            Some(info) if !fenced => {
                let title = fence_title(info);
                if !title.is_empty() {
                    out.push_str(&format!("**{title}**\n\n"));
                }
                out.push_str(&format!("```{}\n", info.split_whitespace().next().unwrap_or_default()));
                fenced = true;
            }
            fence => {
                fenced &= fence.is_none();
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// What stands above an example.
fn fence_title(info: &str) -> String {
    let mut words = info.split_whitespace().filter(|w| *w != "scale");
    let kind = match words.next() {
        Some("failing") => "This fails",
        Some("mended") => "This is right",
        Some("with") => "With the file",
        _ => return String::new(),
    };
    let rest: Vec<String> = words.map(|w| w.replacen("set=", "--set ", 1).replacen("file=", "", 1)).collect();
    if rest.is_empty() { format!("{kind}:") } else { format!("{kind} ({}):", rest.join(" ")) }
}

fn plain(text: &str) -> String {
    text.replace("**", "")
}

fn flush(out: &mut String, prose: &mut String, width: usize) {
    let text = plain(prose.trim());
    prose.clear();
    let indent = if text.starts_with("- ") { "  " } else { "" };
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            out.push_str(&line);
            out.push('\n');
            line = indent.to_string();
        } else if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        out.push_str(&line);
        out.push('\n');
    }
}
