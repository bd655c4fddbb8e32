//! `scalec catalog`

use super::{CatalogArgs, CatalogFormat, Exit, Screen};
use crate::catalog;

pub fn catalog(args: &CatalogArgs, screen: &mut Screen) -> Exit {
    let text = match args.format {
        CatalogFormat::Human => catalog::human(screen.look_out().color),
        CatalogFormat::Json => format!("{:#}\n", catalog::json()),
    };
    screen.out(&text);
    Exit::Pass
}
