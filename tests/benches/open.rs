//! From exec to the first painted part of a 10 MB document, against pulldown-cmark's own parse of
//! the same text and a bare eframe window.

use std::hint::black_box;
use std::sync::Arc;

use postil_model::markdown::{self, DocumentKind};
use postil_tests::bench::look::{Program, SIZE};
use postil_tests::bench::{Samples, goal, run, say, title};
use postil_tests::disk;
use postil_tests::window::Display;
use pulldown_cmark::{Options, Parser};

const N_STARTS: usize = 7;
const N_BYTES: usize = 10_000_000;

fn main() -> anyhow::Result<()> {
    run(open)
}

fn open() -> anyhow::Result<()> {
    let Some(display) = Display::start(SIZE.0, SIZE.1)? else {
        return Ok(());
    };
    let dir = tempfile::tempdir()?;
    let document = dir.path().join("plan/large.md");
    let text = postil_xtask::plans::document(7, N_BYTES);
    disk::write(&document, &text)?;
    let bare = Program::bare(env!("CARGO_BIN_EXE_bare_window"));
    let postil = Program::postil(&dir.path().join("data"), Some(&document), 200)?;
    let contents = (bare.content(&display)?, postil.content(&display)?);
    let [mut of_bare, mut of_postil, mut of_parse, mut of_blocks] = [const { Samples::new() }; 4];
    for _ in 0..N_STARTS {
        of_parse.time(|| parse(&text));
        let shared = Arc::from(text.as_str());
        black_box(of_blocks.time(|| markdown::parse(shared, DocumentKind::Markdown)));
        of_bare.add(bare.time_to(&contents.0, &display)?);
        of_postil.add(postil.time_to(&contents.1, &display)?);
    }
    title("open: exec to the first painted part of a 10 MB document, warm files");
    say("pulldown-cmark's parse", &of_parse);
    say("Postil's, which finds the blocks", &of_blocks);
    say("bare eframe window with one label", &of_bare);
    say("Postil", &of_postil);
    let (parse, bare) = (of_parse.median_ms(), of_bare.median_ms());
    goal(
        "(Postil - bare window) / parse",
        (of_postil.median_ms() - bare) / parse,
        2.0,
    );
    goal(
        "Postil / (2 parses + bare window)",
        of_postil.median_ms() / (2.0 * parse + bare),
        1.0,
    );
    Ok(())
}

/// The whole text once, with what Postil's reader and egui's viewer know of Markdown.
fn parse(text: &str) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_DEFINITION_LIST;
    for event in Parser::new_ext(text, options) {
        black_box(event);
    }
}
