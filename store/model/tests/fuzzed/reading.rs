//! Any text as a document: its blocks, what they show, and the way back to the source.

use std::ops::Range;

use postil_model::markdown::{
    BlockKind, DocumentKind, Finder, Flow, Parsed, Part, Place, Rich, Role, compare, follow,
    link_target, parse,
};

use super::given::Given;

/// Reads a document, and looks whether all that is said of it is so.
///
/// # Panics
/// If it is not.
pub(crate) fn run(bytes: &[u8]) {
    let mut given = Given::new(bytes);
    let kind = match given.number() % 8 {
        0 => DocumentKind::Mermaid,
        1 => DocumentKind::Json,
        _ => DocumentKind::Markdown,
    };
    let (from, n) = (given.number(), given.number());
    let [text] = given.texts();
    let parsed = parse(text.as_str().into(), kind);
    assert_eq!(&**parsed.text(), text);
    blocks(&parsed);
    for block in 0..parsed.blocks().len() {
        let flow = parsed.flow(block);
        shown(&parsed, block, &flow);
        selected(&parsed, block, &flow, from, n);
    }
    let again = parse(text.as_str().into(), kind);
    assert!(compare(&parsed, &again).is_empty(), "equal texts differ");
    let place = Place {
        block: from,
        offset_pt: 1.0,
    };
    let followed = follow(&parsed, &again, place).block;
    assert!(followed == from || followed < parsed.blocks().len().max(1));
    found(&parsed, from, n);
}

/// Every block is bytes of the text behind those of the one before.
fn blocks(parsed: &Parsed) {
    let (text, blocks) = (parsed.text(), parsed.blocks());
    let mut end = 0;
    for block in blocks {
        assert!(block.range.start >= end, "{:?} after {end}", block.range);
        assert!(text.get(block.range.clone()).is_some(), "{:?}", block.range);
        end = block.range.end;
    }
    for (at, _) in text.char_indices() {
        assert!(parsed.block_at(at) < blocks.len().max(1));
    }
    for heading in parsed.outline() {
        assert!((1..=6).contains(&heading.level) && heading.block < blocks.len());
    }
    for fold in parsed.folds() {
        let hidden = &fold.hidden;
        assert!(fold.head < hidden.start && hidden.end <= blocks.len());
        assert!(hidden.start <= hidden.end, "{fold:?}");
    }
}

/// What a block shows leads back to bytes of the block, in order.
fn shown(parsed: &Parsed, block: usize, flow: &Flow) {
    let of_block = &parsed.text()[parsed.blocks()[block].range.clone()];
    for piece in &flow.pieces {
        assert!(
            of_block.get(piece.source.clone()).is_some(),
            "{:?} of {of_block:?}",
            piece.source
        );
        for rich in piece.texts() {
            runs(rich, of_block);
        }
    }
    let all = flow.plain(&(0..of_block.len()));
    assert!(
        all.len()
            <= flow
                .pieces
                .iter()
                .flat_map(postil_model::markdown::Piece::texts)
                .map(|r| r.text.len() + 1)
                .sum()
    );
}

fn runs(rich: &Rich, of_block: &str) {
    let (mut shown, mut source) = (0, 0);
    for run in &rich.runs {
        assert_eq!(run.shown.start, shown, "{rich:?}");
        assert!(run.source.start >= source, "{rich:?}");
        assert!(run.source.start <= run.source.end, "{rich:?}");
        let of_run = rich.text.get(run.shown.clone()).expect("shown text");
        let of_source = of_block.get(run.source.clone()).expect("source");
        assert!(
            !run.is_verbatim || is_spelled(of_run, of_source),
            "{rich:?}"
        );
        (shown, source) = (run.shown.end, run.source.end);
        if let Some(link) = run.link {
            let _ = link_target(&rich.links[link].target, "some/where.md");
        }
    }
    assert_eq!(shown, rich.text.len(), "{rich:?}");
}

/// Byte for byte the same, but for line ends, which code shows as spaces.
fn is_spelled(shown: &str, source: &str) -> bool {
    let mut bytes = shown.bytes().zip(source.bytes());
    shown.len() == source.len()
        && bytes.all(|(a, b)| a == b || a == b' ' && matches!(b, b'\r' | b'\n'))
}

/// The source of words that are selected shows them: by the map, and read as a document of its own.
fn selected(parsed: &Parsed, block: usize, flow: &Flow, from: usize, n: usize) {
    let of_block = &parsed.text()[parsed.blocks()[block].range.clone()];
    for piece in &flow.pieces {
        for rich in piece.texts().filter(|rich| !rich.text.is_empty()) {
            let start = rich.text.floor_char_boundary(from % rich.text.len());
            let end = rich
                .text
                .ceil_char_boundary((start + 1 + n % 64).min(rich.text.len()));
            let narrow = rich.source_of(start..end);
            assert!(of_block.get(narrow.clone()).is_some(), "{narrow:?}");
            if narrow.is_empty() {
                continue;
            }
            let back = rich.shown_of(narrow.clone()).expect("what was shown");
            // A blank that HTML leaves of several need not have a source of its own.
            let is_blank = |from: usize, to: usize| {
                let missed = rich.text.get(from..to.max(from));
                missed.expect("whole characters").trim().is_empty()
            };
            assert!(
                is_blank(start, back.start) && is_blank(back.end, end),
                "{back:?} of {start}..{end} in {rich:?}"
            );
            let whole = rich.whole_source_of(start..end);
            assert!(whole.start <= narrow.start && narrow.end <= whole.end);
            let source = of_block.get(whole).expect("whole source");
            let is_paragraph = matches!(
                piece.part,
                Part::Text {
                    role: Role::Paragraph,
                    ..
                }
            );
            let is_plain = matches!(parsed.blocks()[block].kind, BlockKind::Paragraph);
            // What means something else without the rest of the document: marks of footnotes, links
            // by reference, tags, dollar signs that pair with others, and lines that begin something.
            let is_alone = !["[^", "][", "<", "$"]
                .iter()
                .any(|mark| of_block.contains(mark))
                && !source.contains(['\n', '\r']);
            if is_paragraph && is_plain && is_alone && piece.levels.is_empty() {
                reads_as(source, &rich.text[start..end]);
            }
        }
    }
}

/// The letters of the words are shown by their source too. It stands behind a word, since a selection
/// rarely begins its line.
fn reads_as(source: &str, words: &str) {
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    };
    let text = format!("x {source}");
    let parsed = parse(text.as_str().into(), DocumentKind::Markdown);
    let shown = (0..parsed.blocks().len()).map(|i| parsed.flow(i).plain(&(0..text.len())));
    let shown = letters(&shown.collect::<String>());
    assert!(
        shown.contains(&letters(words)),
        "{source:?} shows {shown:?} and not {words:?}"
    );
}

/// Words are found where they are shown, and nothing that a person types to look for fails.
fn found(parsed: &Parsed, from: usize, n: usize) {
    let text: Range<usize> = Range {
        start: parsed
            .text()
            .floor_char_boundary(from % (parsed.text().len() + 1)),
        end: parsed.text().len(),
    };
    let words: String = parsed.text()[text].chars().take(1 + n % 12).collect();
    let _ = parsed.block_of_fragment(&words);
    let _ = parsed.line_of(from);
    let _ = parsed.line_start(n);
    for is_pattern in [false, true] {
        let Ok(finder) = Finder::new(&words, from.is_multiple_of(2), is_pattern) else {
            continue;
        };
        for block in 0..parsed.blocks().len() {
            for place in finder.places(parsed, block) {
                assert!(parsed.text().get(place.clone()).is_some(), "{place:?}");
            }
        }
    }
}

/// A unit over and over between a beginning and an end, as large as plans come: time must grow with
/// the length alone, so that a fuzzer's limit for one input finds what does not.
pub(crate) fn run_repeated(bytes: &[u8]) {
    const N_BYTES: usize = 100_000;
    let given = Given::new(bytes);
    let [head, unit, tail]: [String; 3] = given.texts();
    if unit.is_empty() {
        return;
    }
    let text = format!("{head}{}{tail}", unit.repeat(N_BYTES / unit.len()));
    for kind in [DocumentKind::Markdown, DocumentKind::Json] {
        let parsed = parse(text.as_str().into(), kind);
        blocks(&parsed);
        for block in 0..parsed.blocks().len() {
            let flow = parsed.flow(block);
            shown(&parsed, block, &flow);
        }
    }
}
