//! The command line: what can be said, and one file per command for what it does.

mod catalog;
mod check;
mod completions;
mod explain;
mod fmt;
mod lsp;
mod output;
mod plan;
mod rewrite;
mod run;

pub use output::Screen;

use crate::analysis::{Analysis, Options, analyze};
use crate::diagnostics::render;
use crate::loader;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// How a command ends. 0 to 4 and 130 are part of the contract (`docs/language.md` and `--help` name them).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well; warnings are allowed.
    Pass = 0,
    /// An expectation failed or an abort condition was met; `fmt --check`: files would change.
    Failed = 1,
    /// The scenario or the command line is wrong.
    Wrong = 2,
    /// It could not run or finish.
    CouldNot = 3,
    /// Neither passed nor failed.
    Inconclusive = 4,
    /// Interrupted twice.
    Interrupted = 130,
}

const EXAMPLES: &str = "\
Examples:
  scalec check                                   every .scale file below the current folder
  scalec plan scenarios/quickstart.scale         what would be sent, and what the backlog would do
  scalec run scenarios/quickstart.scale          send it, watch, judge
  scalec explain E0301                           what a code means, with an example

Exit codes:
  0    pass
  1    an expectation failed, or an abort condition was met (fmt --check: files would change)
  2    the scenario or the command line is wrong
  3    it could not run or finish
  4    inconclusive
  130  interrupted twice";

/// Load, health and sizing of streaming pipelines, as a language.
#[derive(Debug, Parser)]
#[command(name = "scalec", version, after_help = EXAMPLES, propagate_version = false, disable_help_subcommand = true)]
#[command(arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report every mistake of every file, without running anything
    Check(CheckArgs),
    /// Lay files out in the one canonical way
    Fmt(FmtArgs),
    /// Show what a scenario would do: phases, rates, counts, predicted backlog, cost
    Plan(PlanArgs),
    /// Execute a scenario: send, watch, judge, report
    Run(RunArgs),
    /// Explain one code, with a failing example and the example mended
    Explain(ExplainArgs),
    /// Print every word of the language: keywords, units, settings, generators, functions, metrics, codes
    Catalog(CatalogArgs),
    /// Talk to an editor: the language server, on standard input and output
    Lsp(LspArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scalec check                                       every .scale file below the current folder
  scalec check scenarios/ --deny warnings            as a pull request's linter
  scalec check a.scale --set peak=30_000/s           with another value for a param
  scalec check --fix                                 mend what can be mended without changing a meaning
  scalec check --format json | jq '.diagnostics[].code'
  scalec check --format sarif > scalec.sarif         for GitHub's code scanning

Exit codes:
  0    no error (warnings are allowed)
  2    an error, or a warning with --deny warnings, or a wrong command line

A comment `# scalec: allow W0510 — reason` on the line above silences one warning.")]
pub struct CheckArgs {
    /// Files, and folders with .scale files; the current folder if none is given
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to print what was found
    #[arg(long, value_name = "FORMAT", default_value = "human", value_enum)]
    pub format: CheckFormat,
    /// Mend what has a safe fix, and report the rest
    #[arg(long)]
    pub fix: bool,
    /// With --fix: also take fixes that may change what a file means
    #[arg(long = "unsafe", requires = "fix")]
    pub unsafe_too: bool,
    /// Take warnings as seriously as errors
    #[arg(long, value_name = "WHAT")]
    pub deny: Option<Deny>,
    /// Pass over a warning everywhere (repeatable)
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// Give a param another value (repeatable)
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = set)]
    pub sets: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// The source with marks beneath
    Human,
    /// A line each
    Short,
    /// scalec.check/1
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
    /// GitLab's code quality report
    Gitlab,
}

impl CheckFormat {
    /// One document for a program, which nothing else goes with.
    pub fn is_document(self) -> bool {
        matches!(self, CheckFormat::Json | CheckFormat::Sarif | CheckFormat::Gitlab)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    Warnings,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scalec fmt                          every .scale file below the current folder
  scalec fmt a.scale shared/          these
  scalec fmt --check                  list the files that would change, and change none
  scalec fmt - < a.scale              standard input to standard output

Exit codes:
  0    done (--check: nothing would change)
  1    --check found files that would change
  2    a file cannot be read or laid out")]
pub struct FmtArgs {
    /// Files, and folders with .scale files; `-` for standard input; the current folder if none is given
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Only list the files that would change
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scalec plan scenarios/quickstart.scale
  scalec plan doors_open.scale --set peak=15_000/s
  scalec plan doors_open.scale --format json | jq '.tests[].planned'")]
pub struct PlanArgs {
    /// The scenario
    pub file: PathBuf,
    /// How to print it: human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = plan_format)]
    pub format: PlanFormat,
    /// Give a param another value (repeatable)
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = set)]
    pub sets: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanFormat {
    Human,
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scalec run scenarios/quickstart.scale                          needs nothing but this program
  scalec run doors_open.scale --local --time-scale 60            a two-hour scenario as a two-minute smoke test
  scalec run doors_open.scale --test \"doors open\" --set peak=15_000/s
  scalec run doors_open.scale --confirm-target kafka.staging:9092

Ctrl-C once stops sending, judges what there is and writes the report; twice ends at once.

Exit codes:
  0    pass
  1    an expectation failed, or an abort condition was met
  2    the scenario or the command line is wrong
  3    it could not run or finish
  4    inconclusive
  130  interrupted twice")]
pub struct RunArgs {
    /// The scenario
    pub file: PathBuf,
    /// Run only the test with this name (repeatable)
    #[arg(long = "test", value_name = "NAME")]
    pub tests: Vec<String>,
    /// Run only the tests with this tag (repeatable)
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Give a param another value (repeatable)
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = set)]
    pub sets: Vec<(String, String)>,
    /// A broker inside scalec instead of every Kafka target, a stand-in instead of every pipeline that reads one
    #[arg(long)]
    pub local: bool,
    /// Divide the lengths of phases, windows and faults by this; rates and latency limits stay
    #[arg(long, value_name = "FACTOR")]
    pub time_scale: Option<String>,
    /// Where the folder of the run is written
    #[arg(long, value_name = "DIR", default_value = "runs")]
    pub out: PathBuf,
    /// Print the verdict only
    #[arg(long, short)]
    pub quiet: bool,
    /// Do everything up to the first connection, then stop
    #[arg(long)]
    pub dry_run: bool,
    /// Allow a target on this host, which is not this machine (repeatable)
    #[arg(long = "confirm-target", value_name = "HOST")]
    pub confirm_targets: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scalec explain E0301
  scalec explain w0510")]
pub struct ExplainArgs {
    /// A code, such as E0301
    pub code: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scalec catalog | less
  scalec catalog --format json | jq -r '.settings[] | select(.kind == \"kafka\") | .settings[].name'")]
pub struct CatalogArgs {
    /// How to print it: human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = catalog_format)]
    pub format: CatalogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogFormat {
    Human,
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scalec completions bash > ~/.local/share/bash-completion/completions/scalec
  scalec completions zsh  > ~/.zfunc/_scalec
  scalec completions fish > ~/.config/fish/completions/scalec.fish")]
pub struct CompletionsArgs {
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Editors start this command themselves; docs/lsp.md says what it can and how to set it.

Examples:
  scalec lsp --log /tmp/scalec.log         for a bug report: what was asked, and how long it took

Exit codes:
  0    the editor said goodbye
  1    the editor went without a word
  3    it could not begin")]
pub struct LspArgs {
    /// Add a line to this file for each message (never the text of a file)
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// What some editors add; there is no other way to talk
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// Does what the arguments (the program's name first) say.
pub fn main(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe behind `--help` is not an error of ours.
            let _ = error.print();
            return if error.exit_code() == 0 { Exit::Pass } else { Exit::Wrong };
        }
    };
    let mut screen = Screen::new();
    let exit = match cli.command {
        Command::Check(args) => check::check(&args, &mut screen),
        Command::Fmt(args) => fmt::fmt(&args, &mut screen),
        Command::Plan(args) => plan::plan(&args, &mut screen),
        Command::Run(args) => run::run(&args, &mut screen),
        Command::Explain(args) => explain::explain(&args, &mut screen),
        Command::Catalog(args) => catalog::catalog(&args, &mut screen),
        Command::Lsp(args) => lsp::lsp(&args, &mut screen),
        Command::Completions(args) => completions::completions(&args, &mut screen),
    };
    if screen.flush().is_err() && exit == Exit::Pass { Exit::CouldNot } else { exit }
}

/// Reads and analyzes one scenario for a command that needs a valid one. Everything there is to say of it goes to standard
/// error; with an error in it, the command ends.
pub fn analyzed(file: &Path, sets: &[(String, String)], screen: &mut Screen) -> Result<Analysis, Exit> {
    let cwd = current_folder(screen)?;
    if file.is_dir() {
        screen.error(&format!("`{}` is a folder; name the scenario file", file.display()));
        return Err(Exit::Wrong);
    }
    let analysis = analyze(loader::load(&[file.to_path_buf()], &cwd), &Options { sets: sets.to_vec(), batch: true });
    let text = render::human(&analysis.workspace.map, &analysis.diagnostics, screen.look_err());
    screen.err(&text);
    if analysis.has_errors() {
        screen.err(&format!("{}\n", check::summary(&analysis)));
        return Err(Exit::Wrong);
    }
    Ok(analysis)
}

fn current_folder(screen: &mut Screen) -> Result<PathBuf, Exit> {
    std::env::current_dir().map_err(|error| {
        screen.error(&format!("the current folder cannot be read: {error}"));
        Exit::CouldNot
    })
}

fn set(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => Ok((name.trim().to_string(), value.trim().to_string())),
        _ => Err("write it as NAME=VALUE, such as peak=30_000/s".to_string()),
    }
}

fn plan_format(text: &str) -> Result<PlanFormat, String> {
    match text {
        "human" => Ok(PlanFormat::Human),
        "json" => Ok(PlanFormat::Json),
        "svg" => Err("this version does not draw svg yet; there are human and json".to_string()),
        _ => Err("there are human and json".to_string()),
    }
}

fn catalog_format(text: &str) -> Result<CatalogFormat, String> {
    match text {
        "human" => Ok(CatalogFormat::Human),
        "json" => Ok(CatalogFormat::Json),
        _ => Err("there are human and json".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
