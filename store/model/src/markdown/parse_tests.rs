//! Texts and the blocks that they fall into.

use super::*;
use proptest::prelude::*;

fn markdown(text: &str) -> Parsed {
    parse(text.into(), DocumentKind::Markdown)
}

/// Kind and excerpt of each block, a line each.
fn shape(text: &str) -> Vec<String> {
    let parsed = markdown(text);
    let one = |i: usize| {
        let kind = match &parsed.blocks()[i].kind {
            BlockKind::Heading(level) => format!("h{level}"),
            BlockKind::Item { marker, is_first } => {
                let marker = match marker {
                    Marker::Bullet => "*".to_owned(),
                    Marker::Number(n) => n.to_string(),
                    Marker::Task(is_done) => if *is_done { "[x]" } else { "[ ]" }.to_owned(),
                };
                format!("{}{marker}", if *is_first { "first " } else { "" })
            }
            kind => format!("{kind:?}"),
        };
        format!("{kind} | {}", parsed.excerpt(i).trim_end())
    };
    (0..parsed.blocks().len()).map(one).collect()
}

#[test]
fn headings_come_without_their_marks() {
    let text = "# One #\n\nTwo\n===\n\n### C# and `code`\n#\n";
    assert_eq!(
        shape(text),
        ["h1 | One", "h1 | Two", "h3 | C# and `code`", "h1 | "]
    );
    let parsed = markdown(text);
    let outline: Vec<_> = parsed
        .outline()
        .iter()
        .map(|h| (h.level, h.text.as_str()))
        .collect();
    assert_eq!(
        outline,
        [(1, "One"), (1, "Two"), (3, "C# and code"), (1, "")]
    );
    assert_eq!(parsed.title(), Some("One"));
    assert_eq!(parsed.block_of_fragment("c-and-code"), Some(2));
}

#[test]
fn equal_headings_have_slugs_of_their_own() {
    let parsed = markdown("# Setup\n\n## Setup\n\n# Über uns!\n");
    assert_eq!(parsed.block_of_fragment("setup"), Some(0));
    assert_eq!(parsed.block_of_fragment("setup-1"), Some(1));
    assert_eq!(parsed.block_of_fragment("Über-uns"), Some(2));
}

#[test]
fn items_of_a_top_level_list_are_blocks() {
    let text = "- a\n  more\n- [x] done\n- [ ] open\n  - nested\n\n7. seven\n1. eight\n\n   two\n";
    assert_eq!(
        shape(text),
        [
            "first * | a\nmore",
            "[x] | done",
            "[ ] | open\n- nested",
            "first 7 | seven",
            "8 | eight\n\ntwo",
        ]
    );
}

#[test]
fn a_nested_task_does_not_mark_its_parent() {
    assert_eq!(
        shape("- parent\n  - [x] child\n"),
        ["first * | parent\n- [x] child"]
    );
}

#[test]
fn a_block_brings_the_definitions_it_uses() {
    let text = "See [the plan][p] and [p].\n\nNothing.\n\n[p]: plan.md \"Plan\"\n[q]: other.md\n";
    assert_eq!(
        shape(text),
        [
            "Paragraph | See [the plan][p] and [p].\n\n\n[p]: plan.md \"Plan\"",
            "Paragraph | Nothing.",
        ]
    );
}

#[test]
fn footnotes_are_numbered_links() {
    let text = "One[^b], two[^a].\n\n[^a]: Alpha.\n[^b]: Beta\n    more.\n";
    assert_eq!(
        shape(text),
        [
            "Paragraph | One[¹](#postil-footnote-1), two[²](#postil-footnote-2).",
            "Footnote(2) | Alpha.",
            "Footnote(1) | Beta\nmore.",
        ]
    );
    let parsed = markdown(text);
    assert_eq!(parsed.block_of_fragment("postil-footnote-1"), Some(2));
    assert_eq!(parsed.block_of_fragment("postil-mark-2"), Some(0));
}

#[test]
fn front_matter_is_no_heading() {
    assert_eq!(
        shape("---\ntitle: x\n---\n# H\n"),
        ["FrontMatter | ---\ntitle: x\n---", "h1 | H"]
    );
    assert_eq!(shape("---\n\nText\n"), ["Rule | ---", "Paragraph | Text"]);
    assert_eq!(
        shape("---\nopen: true\n"),
        ["Rule | ---", "Paragraph | open: true"]
    );
}

#[test]
fn comments_are_not_shown() {
    assert_eq!(shape("<!-- hidden -->\n\nText\n"), ["Paragraph | Text"]);
    assert_eq!(shape("<b>shown</b>\n").len(), 1);
}

#[test]
fn what_is_too_large_or_too_deep_comes_in_pieces_that_lose_nothing() {
    for text in [
        "word ".repeat(20_000),
        "x".repeat(100_000),
        format!("```\n{}\n```\n", "line\n".repeat(20_000)),
        format!("{}a", "- ".repeat(4_000)),
        ">".repeat(10_000),
        format!("| a | b |\n|---|---|\n{}", "| 1 | 2 |\n".repeat(5_000)),
    ] {
        let parsed = markdown(&text);
        assert!(parsed.blocks().len() > 1 || text.len() < 20_000);
        let joined: String = parsed
            .blocks()
            .iter()
            .map(|b| &text[b.range.clone()])
            .collect();
        assert_eq!(joined.trim(), text.trim());
        for block in parsed.blocks() {
            assert!(block.range.len() <= MAX_BLOCK_BYTES);
            assert!(
                matches!(block.kind, BlockKind::Source { .. }),
                "{:?}",
                block.kind
            );
        }
    }
}

#[test]
fn other_kinds_are_one_code_block() {
    let parsed = parse("{\"a\": 1}".into(), DocumentKind::of_path("x.JSON"));
    assert_eq!(
        parsed.blocks()[0].kind,
        BlockKind::Code(Some("json".to_owned()))
    );
    let parsed = parse("graph TD".into(), DocumentKind::of_path("x.mmd"));
    assert_eq!(
        parsed.blocks()[0].kind,
        BlockKind::Code(Some("mermaid".to_owned()))
    );
}

proptest! {
    #[test]
    fn any_text_gives_ordered_blocks_inside_it(text in "[-a-z# \\[\\]^:>|`*0-9.\n\t(){}<!ä]{0,200}") {
        let parsed = markdown(&text);
        let mut end = 0;
        for (i, block) in parsed.blocks().iter().enumerate() {
            prop_assert!(block.range.start >= end || block.range.is_empty());
            end = end.max(block.range.end);
            prop_assert!(text.get(block.range.clone()).is_some());
            let _ = parsed.excerpt(i);
        }
        for heading in parsed.outline() {
            prop_assert!(heading.block < parsed.blocks().len());
        }
    }

    #[test]
    fn text_of_any_characters_is_survived(text in any::<String>()) {
        let parsed = markdown(&text);
        for i in 0..parsed.blocks().len() {
            let _ = parsed.excerpt(i);
        }
    }
}
