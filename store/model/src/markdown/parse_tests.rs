//! Texts and the blocks that they fall into.

use super::super::Block;
use super::*;
use proptest::prelude::*;

fn markdown(text: &str) -> Parsed {
    parse(text.into(), DocumentKind::Markdown)
}

/// Kind and source of each block, a line each.
fn shape(text: &str) -> Vec<String> {
    let parsed = markdown(text);
    let one = |block: &Block| {
        let kind = match &block.kind {
            BlockKind::Heading(level) => format!("h{level}"),
            BlockKind::Item {
                marker,
                is_first,
                is_loose,
            } => {
                let marker = match marker {
                    Marker::Bullet => "*".to_owned(),
                    Marker::Number(n) => n.to_string(),
                    Marker::Task(is_done) => if *is_done { "[x]" } else { "[ ]" }.to_owned(),
                };
                let first = if *is_first { "first " } else { "" };
                format!("{first}{marker}{}", if *is_loose { " loose" } else { "" })
            }
            kind => format!("{kind:?}"),
        };
        format!("{kind} | {}", text[block.range.clone()].trim_end())
    };
    parsed.blocks().iter().map(one).collect()
}

#[test]
fn headings_are_the_outline() {
    let text = "# One #\n\nTwo\n===\n\n### C# and `code`\n#\n";
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
            "first * | - a\n  more",
            "[x] | - [x] done",
            "[ ] | - [ ] open\n  - nested",
            "first 7 loose | 7. seven",
            "8 loose | 1. eight\n\n   two",
        ]
    );
}

#[test]
fn a_nested_task_does_not_mark_its_parent() {
    assert_eq!(
        shape("- parent\n  - [x] child\n"),
        ["first * | - parent\n  - [x] child"]
    );
}

#[test]
fn a_block_looks_different_when_what_it_refers_to_does() {
    let hash = |text: &str| markdown(text).blocks()[0].hash;
    assert_eq!(hash("[p] q\n\n[p]: a.md\n"), hash("[p] q\n\n\n[p]: a.md\n"));
    assert_ne!(hash("[p] q\n\n[p]: a.md\n"), hash("[p] q\n\n[p]: b.md\n"));
    assert_eq!(hash("q\n\n[p]: a.md\n"), hash("q\n\n[p]: b.md\n"));
}

#[test]
fn footnotes_are_found_from_both_ends() {
    let parsed = markdown("One[^b], two[^a].\n\n[^a]: Alpha.\n[^b]: Beta\n    more.\n");
    assert_eq!(parsed.block_of_fragment("postil-footnote-1"), Some(2));
    assert_eq!(parsed.block_of_fragment("postil-mark-2"), Some(0));
}

#[test]
fn lines_and_bytes() {
    let parsed = markdown("a\n\nb\nc\n");
    assert_eq!(
        [1, 2, 3, 4, 9].map(|n| parsed.line_start(n)),
        [0, 2, 3, 5, 7]
    );
    assert_eq!(
        [0, 1, 2, 3, 5, 7].map(|n| parsed.line_of(n)),
        [1, 1, 2, 3, 4, 5]
    );
    assert_eq!([0, 2, 3, 6, 9].map(|n| parsed.block_at(n)), [0, 1, 1, 1, 1]);
}

#[test]
fn front_matter_is_no_heading() {
    assert_eq!(
        shape("---\ntitle: x\n---\n# H\n"),
        ["FrontMatter | ---\ntitle: x\n---", "h1 | # H"]
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
    type IsKind<'f> = &'f dyn Fn(&BlockKind) -> bool;
    let is_source = |kind: &BlockKind| matches!(kind, BlockKind::Source { .. });
    let is_words = |kind: &BlockKind| matches!(kind, BlockKind::Paragraph | BlockKind::Continued);
    let is_table = |kind: &BlockKind| matches!(kind, BlockKind::Table | BlockKind::Rows { .. });
    let cases: [(String, IsKind<'_>); 6] = [
        ("word ".repeat(20_000), &is_words),
        ("x".repeat(100_000), &is_source),
        (
            format!("```\n{}\n```\n", "line\n".repeat(20_000)),
            &is_source,
        ),
        (format!("{}a", "- ".repeat(4_000)), &is_source),
        (">".repeat(10_000), &is_source),
        (
            format!("| a | b |\n|---|---|\n{}", "| 1 | 2 |\n".repeat(5_000)),
            &is_table,
        ),
    ];
    for (text, is_kind) in cases {
        let parsed = markdown(&text);
        assert!(parsed.blocks().len() > 1 || text.len() < 20_000);
        let joined: String = parsed
            .blocks()
            .iter()
            .map(|b| &text[b.range.clone()])
            .collect();
        assert_eq!(joined.trim(), text.trim());
        for block in parsed.blocks() {
            assert!(block.range.len() <= 8 * 1024);
            assert!(is_kind(&block.kind), "{:?}", block.kind);
        }
    }
}

#[test]
fn other_kinds_are_one_code_block() {
    let parsed = parse("1".into(), DocumentKind::of_path("x.JSON"));
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
            let _ = parsed.flow(i);
        }
        for heading in parsed.outline() {
            prop_assert!(heading.block < parsed.blocks().len());
        }
    }

    #[test]
    fn text_of_any_characters_is_survived(text in any::<String>()) {
        let parsed = markdown(&text);
        for i in 0..parsed.blocks().len() {
            let _ = parsed.flow(i);
        }
    }
}

#[test]
fn a_fence_names_its_language_in_front_or_in_braces() {
    for (info, named) in [
        ("rust", Some("rust")),
        ("rust,ignore", Some("rust")),
        ("python {linenos=true}", Some("python")),
        ("{.python .input}", Some("python")),
        ("{r setup, echo=FALSE}", Some("r")),
        ("{ #first .bash }", Some("bash")),
        ("", None),
        ("{}", None),
    ] {
        let parsed = markdown(&format!("```{info}\ncode\n```\n"));
        let kind = &parsed.blocks()[0].kind;
        assert_eq!(*kind, BlockKind::Code(named.map(str::to_owned)), "{info}");
    }
}
