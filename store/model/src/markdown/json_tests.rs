//! JSON texts and the lines of their trees.

use proptest::prelude::*;

use crate::markdown::{BlockKind, DocumentKind, Finder, Parsed, Part, Shape, parse};

fn json(text: &str) -> Parsed {
    parse(text.into(), DocumentKind::Json)
}

/// Each line of the tree, indented, with its number and what is in it.
fn lines(text: &str) -> Vec<String> {
    let parsed = json(text);
    let mut lines = Vec::new();
    for index in 0..parsed.blocks().len() {
        for piece in parsed.flow(index).pieces {
            let text = piece.texts().next().map_or("", |rich| rich.text.as_str());
            lines.push(match piece.part {
                Part::Node { node, .. } => {
                    let indent = "  ".repeat(node.depth as usize);
                    let number = match node.number {
                        0 => String::new(),
                        number => format!("{number} "),
                    };
                    let size = match node.shape {
                        Shape::List => format!(" [{}]", node.n),
                        Shape::Object => format!(" {{{}}}", node.n),
                        Shape::Values | Shape::Rest => String::new(),
                    };
                    format!("{indent}{number}{text}{size}")
                }
                Part::Code { .. } => format!("code {text}"),
                Part::Source { .. } => format!("source {text}"),
                _ => text.to_owned(),
            });
        }
    }
    lines
}

#[test]
fn a_text_is_a_tree_of_lines() {
    let text = "\u{FEFF}{\"a\": 1, \"b\": [true, {\"c\": \"d\\n\\u00e9\\ud83d\\ude00\"},\r\n [] , { }], \"e\": {}}";
    let wanted = [
        "a:  1",
        "b [4]",
        "  1 true",
        "  2  {1}",
        "    c:  d\né😀",
        "  3 []",
        "  4 {}",
        "e:  {}",
    ];
    assert_eq!(lines(text), wanted);
    assert_eq!(lines("\"alone\""), ["code \"alone\""]);
    assert_eq!(lines(" [ ] "), ["code  [ ] "]);
    assert!(lines(" \n").is_empty());
}

#[test]
fn numbers_names_and_texts_are_shown_as_written() {
    let wanted = ["a:  1e999999", "a:  -0.10", "b\"c:  \\u0000\\ud800/\\b"];
    let text = r#"{"a": 1e999999, "a": -0.10, "b\"c": "\u0000\ud800\/\b"}"#;
    assert_eq!(lines(text), wanted);
}

#[test]
fn what_is_no_json_says_where_and_why() {
    for (text, line, column, why) in [
        ("{\"a\": }", 1, 7, "a value was expected"),
        ("[1, 2", 1, 6, "ends before"),
        ("[1,\n 2,\n]", 3, 1, "a value"),
        ("{\"ä\": 1 \"b\"}", 1, 9, "a comma or }"),
        ("{a: 1}", 1, 2, "a name in quotes"),
        ("{\"a\" 1}", 1, 6, "a colon"),
        ("[01]", 1, 2, "numbers"),
        ("[1.]", 1, 2, "numbers"),
        ("[NaN]", 1, 2, "the only words"),
        ("[\"a\nb\"]", 1, 4, "its line"),
        ("[\"\\x\"]", 1, 3, "escape"),
        ("[\"a\0\"]", 1, 4, "control"),
        ("[\"a", 1, 2, "does not end"),
        ("[1] 2", 1, 5, "more follows"),
        ("// a\n{}", 1, 1, "comments"),
        ("\0", 1, 1, "a value"),
    ] {
        let lines = lines(text);
        let place = format!("line {line}, column {column}, ");
        assert!(
            lines[0].contains(&place) && lines[0].contains(why),
            "{lines:?}"
        );
        assert_eq!(lines[1], format!("code {text}"));
    }
}

#[test]
fn lists_and_objects_fold_what_is_in_them() {
    let parsed = json("{\"a\": {\"b\": {\"c\": {\"d\": 1}}},\n\"e\": [2], \"e\": [3]}");
    let folds: Vec<_> = parsed.folds().iter().collect();
    let hidden: Vec<_> = folds.iter().map(|fold| fold.hidden.clone()).collect();
    assert_eq!(hidden, [1..4, 2..4, 3..4, 5..6, 7..8]);
    let open: Vec<bool> = folds.iter().map(|fold| fold.is_open).collect();
    assert_eq!(open, [true, true, false, true, true]);
    assert_ne!(
        folds[3].name, folds[4].name,
        "equal names fold by themselves"
    );
    let later = json("{\"new\": [0], \"a\": {\"b\": {\"c\": {\"d\": [1, 1]}}}}");
    assert_eq!(later.folds()[3].name, folds[2].name);
}

#[test]
fn values_of_one_line_share_a_block_and_long_ones_come_in_parts() {
    let parsed = json(&format!("[{}\n1,\n1]", "1, ".repeat(100)));
    assert_eq!(parsed.blocks().len(), 7 + 2);
    let numbers = lines(&format!("[{}\n1]", "1, ".repeat(100)));
    assert_eq!(numbers[16..18], ["17 1", "18 1"]);
    for unit in ["x", "ä", "\\\\", "\\ud83d\\ude00", "some words ", "\\\""] {
        let text = format!("{{\"a\": \"{}\"}}", unit.repeat(20_000));
        let parsed = json(&text);
        let shown: String = lines(&text).concat();
        assert!(
            parsed
                .blocks()
                .iter()
                .all(|block| block.range.len() < 4_096)
        );
        let one = lines(&format!("{{\"a\": \"{unit}\"}}"));
        let one = one[0].strip_prefix("a:  ").expect("a name");
        assert_eq!(shown, format!("a:  {}", one.repeat(20_000)));
    }
    let name = "n".repeat(9_000);
    let long = lines(&format!("{{\"{name}\": 1, \"{name}\": [2]}}"));
    assert_eq!(
        long.iter()
            .filter(|line| line.starts_with("source"))
            .count(),
        10
    );
    assert_eq!(long[5], "1");
    assert_eq!(long[11..], [" [1]", "  1 2"]);
}

#[test]
fn a_tree_of_too_many_lines_ends_in_source() {
    let text = "{\"a\": 1,\n\"b\": [2],\n\"c\": {\"d\":\n3, \"e\": [[4]]},\n\"f\": 5,\n\"g\": 6}";
    let tree = super::read::tree_within(text, 3).ok().flatten();
    let tree = tree.expect("a tree");
    let sources: Vec<&str> = tree.blocks.iter().map(|b| &text[b.range.clone()]).collect();
    let rest = "\"f\": 5,\n\"g\": 6";
    let object = "\"c\": {\"d\":\n3, \"e\": [[4]]}";
    assert_eq!(sources, ["\"a\": 1", "\"b\": [", "2", object, rest]);
}

#[test]
fn depth_is_no_matter() {
    let n = 100_000;
    let parsed = json(&format!("{}1{}", "[".repeat(n), "]".repeat(n)));
    assert_eq!(parsed.blocks().len(), n);
    assert_eq!(parsed.folds().len(), n - 1);
    assert!(matches!(
        json(&"[".repeat(n)).blocks()[0].kind,
        BlockKind::Malformed { .. }
    ));
}

#[test]
fn words_of_a_text_lead_back_to_their_source() {
    let text = r#"{"task": "Dig \"two\" beds"}"#;
    let parsed = json(text);
    let finder = Finder::new("two", true, false).expect("words");
    let places = finder.places(&parsed, 0);
    assert_eq!(places.len(), 1);
    assert_eq!(&text[places[0].clone()], "two");
    let none = json("[1,");
    assert!(
        Finder::new("JSON", true, false)
            .expect("words")
            .places(&none, 0)
            .is_empty()
    );
}

proptest! {
    #[test]
    fn any_text_is_survived_and_leads_back(text in "[\\[\\]{}\",:0-9a\\\\u ä\n]{0,80}") {
        let parsed = json(&text);
        let mut end = 0;
        for (index, block) in parsed.blocks().iter().enumerate() {
            prop_assert!(block.range.start >= end);
            end = block.range.end;
            for piece in parsed.flow(index).pieces {
                for rich in piece.texts() {
                    for run in rich.runs.iter().filter(|run| run.is_verbatim) {
                        let source = &text[block.range.clone()][run.source.clone()];
                        prop_assert_eq!(source, &rich.text[run.shown.clone()]);
                    }
                }
            }
        }
    }

    #[test]
    fn all_that_is_written_is_shown(values in prop::collection::vec("[a-zä😀 ]{1,9}", 1..40), breaks in any::<u64>()) {
        let mut text = "[".to_owned();
        for (i, value) in values.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            let end = if breaks >> (i % 64) & 1 == 1 { "\n" } else { " " };
            text += comma;
            text += end;
            text += "\"";
            text += value;
            text += "\"";
        }
        text += "]";
        let shown = lines(&text);
        let wanted: Vec<String> = values.iter().enumerate().map(|(i, v)| format!("{} {v}", i + 1)).collect();
        prop_assert_eq!(shown, wanted);
    }
}
