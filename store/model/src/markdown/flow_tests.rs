//! What blocks show, and the way back to their source.

use super::*;
use crate::markdown::{DocumentKind, FindProblem, Finder, Parsed, Style, parse};
use proptest::prelude::*;

fn markdown(text: &str) -> Parsed {
    parse(text.into(), DocumentKind::Markdown)
}

/// Each piece of a document in a line: what it stands in, what it is, its shown text.
fn shape(text: &str) -> Vec<String> {
    let parsed = markdown(text);
    let flows = (0..parsed.blocks().len()).map(|i| parsed.flow(i));
    flows
        .flat_map(|flow| flow.pieces)
        .map(|piece| {
            let nests: String = piece.levels.iter().map(|level| nest(&level.nest)).collect();
            format!("{nests}{}", part(&piece.part))
        })
        .collect()
}

fn nest(nest: &Nest) -> String {
    match nest {
        Nest::Item { marker, .. } => match marker {
            Marker::Bullet => "• ".to_owned(),
            Marker::Number(n) => format!("{n}. "),
            Marker::Task(true) => "[x] ".to_owned(),
            Marker::Task(false) => "[ ] ".to_owned(),
        },
        Nest::Quote(None) => "> ".to_owned(),
        Nest::Quote(Some(alert)) => format!("> {}: ", alert.name()),
        Nest::Footnote(n) => format!("^{n} "),
        Nest::Definition => ": ".to_owned(),
        Nest::Fold { .. } => "v ".to_owned(),
    }
}

fn part(part: &Part) -> String {
    match part {
        Part::Text { role, rich } => match role {
            Role::Heading(level) => format!("h{level} {}", styled(rich)),
            Role::Paragraph => styled(rich),
            Role::Term => format!("term {}", styled(rich)),
        },
        Part::Code { language, rich } => {
            format!(
                "code {} {:?}",
                language.as_deref().unwrap_or("-"),
                rich.text
            )
        }
        Part::Formula { rich } => format!("formula {:?}", rich.text),
        Part::Table(table) => {
            let rows = table
                .rows
                .iter()
                .map(|row| row.iter().map(styled).collect::<Vec<_>>().join(" | "));
            format!("table {}", rows.collect::<Vec<_>>().join(" / "))
        }
        Part::Image { target, alt, link } => {
            format!("image {target} {alt} {}", link.as_deref().unwrap_or("-"))
        }
        Part::Rule => "rule".to_owned(),
        Part::Properties(properties) => {
            let all = properties.iter();
            let all = all.map(|property| (property.name.as_str(), property.value.text.as_str()));
            format!("{:?}", all.collect::<Vec<_>>())
        }
        Part::Summary { rich, .. } => format!("summary {}", styled(rich)),
        Part::Source { rich, .. } => format!("source {:?}", rich.text),
        Part::Node { rich, .. } => format!("node {:?}", rich.text),
    }
}

/// The text with a letter before each run that is more than plain.
fn styled(rich: &Rich) -> String {
    let signs = [
        (Style::BOLD, 'b'),
        (Style::ITALIC, 'i'),
        (Style::CODE, 'c'),
        (Style::STRIKE, 's'),
        (Style::MARK, 'm'),
        (Style::UNDERLINE, 'u'),
        (Style::RAISED, '^'),
        (Style::KEY, 'k'),
        (Style::SOURCE, '<'),
        (Style::PICTURE, 'p'),
    ];
    let runs = rich.runs.iter().map(|run| {
        let text = &rich.text[run.shown.clone()];
        let signs: String = signs
            .iter()
            .filter(|(style, _)| run.style.has(*style))
            .map(|(_, sign)| *sign)
            .collect();
        match run.link.map(|link| rich.links[link].target.as_str()) {
            Some(target) => format!("{signs}[{text}]({target})"),
            None if signs.is_empty() => text.to_owned(),
            None => format!("{signs}{{{text}}}"),
        }
    });
    runs.collect()
}

#[test]
fn formulas_are_words_or_lines_of_their_own_and_money_is_text() {
    assert_eq!(
        shape("a $x_1 * y_1$ b\n\n> $$\n> a *b* c\n> $$\n> and $5 or **10**$.\n"),
        [
            "a $x_1 * y_1$ b",
            "> formula \"$$\\na *b* c\\n$$\"",
            "> and $5 or **10**$.",
        ]
    );
    assert_eq!(shape("$5 or **10**$\n"), ["$5 or b{10}$"]);
    assert_eq!(shape("```math\nx\n```\n"), ["formula \"x\""]);
    let parsed = markdown("in $x$ words");
    let flow = parsed.flow(0);
    let rich = flow.pieces[0].texts().next().unwrap();
    assert_eq!(rich.whole_source_of(4..5), 3..6, "a formula is not cut");
}

#[test]
fn long_paragraphs_and_tables_come_in_parts_that_show_all_of_them() {
    let n = |n: usize, line: &dyn Fn(usize) -> String| (0..n).map(line).collect::<String>();
    let words = n(9_000, &|i| format!("word{i} *and* [l]({i}) `c`[^1]\n"));
    let text = format!("{words}\n[^1]: Note.\n");
    let parsed = markdown(&text);
    assert!(parsed.blocks().len() > 100);
    let flows = (0..parsed.blocks().len() - 1).map(|i| (i, parsed.flow(i)));
    let mut shown = String::new();
    for (i, flow) in flows {
        assert_eq!(flow.pieces.len(), 1, "{:?}", flow.pieces);
        let rich = flow.pieces[0].texts().next().unwrap();
        let base = parsed.blocks()[i].range.start;
        for run in rich.runs.iter().filter(|run| run.is_verbatim) {
            let source = &text[base + run.source.start..base + run.source.end];
            assert_eq!(source, &rich.text[run.shown.clone()]);
        }
        shown.push_str(&rich.text);
        shown.push(' ');
    }
    let expected = n(9_000, &|i| format!("word{i} and l c1 "));
    assert_eq!(shown, expected);

    let rows = n(5_000, &|i| format!("| row {i} | **b** |\n"));
    let text = format!("| a | n |\n|---|--:|\n{rows}");
    let parsed = markdown(&text);
    let mut n_rows = 0;
    for i in 0..parsed.blocks().len() {
        let flow = parsed.flow(i);
        let Part::Table(table) = &flow.pieces[0].part else {
            panic!("{flow:?}");
        };
        assert_eq!(table.goes_on, i > 0);
        assert_eq!(table.alignments, [Alignment::Left, Alignment::Right]);
        for row in &table.rows[usize::from(i == 0)..] {
            assert_eq!(row[0].text, format!("row {n_rows}"));
            let at = parsed.blocks()[i].range.start + row[1].source_of(0..1).start;
            assert_eq!(&text[at..=at], "b");
            n_rows += 1;
        }
    }
    assert_eq!(n_rows, 5_000);
}

#[test]
fn emphasis_code_links_and_breaks() {
    assert_eq!(
        shape("A **b *c*** `d` ~~e~~ [f **g**](h.md \"t\") &amp; \\*i\\*  \nj\nk <https://l.m>\n"),
        ["A b{b }bi{c} c{d} s{e} [f ](h.md)b[g](h.md) & *i*\nj k [https://l.m](https://l.m)"]
    );
}

#[test]
fn lists_in_lists_and_tasks() {
    assert_eq!(
        shape("1. a\n   - b\n     > c\n   - [x] d\n9. e\n\n   f\n"),
        ["1. a", "1. • b", "1. • > c", "1. [x] d", "2. e", "2. f"]
    );
    assert_eq!(shape("-\n- [ ] a\n"), ["• ", "[ ] a"]);
    assert_eq!(
        shape("   - a\n\n         code\n   - b\n"),
        ["• a", "• code - \"code\"", "• b"]
    );
}

#[test]
fn definitions_of_the_document_reach_every_block() {
    assert_eq!(
        shape("- [a] and [^n]\n\n> [a][]\n\n[a]: x.md\n\n[^n]: Foot [a].\n"),
        [
            "• [a](x.md) and ^[1](#postil-footnote-1)",
            "> [a](x.md)",
            "^1 Foot [a](x.md)."
        ]
    );
}

#[test]
fn tables_alerts_and_definition_lists() {
    assert_eq!(
        shape(
            "| a | **b** |\n|--:|---|\n| 1 | `2` |\n\n> [!TIP]\n> Use `x`.\n\nterm\n: meaning [l](m)\n"
        ),
        [
            "table a | b{b} / 1 | c{2}",
            "> Tip: Use c{x}.",
            "term term",
            ": meaning [l](m)"
        ]
    );
}

#[test]
fn what_people_mean_without_saying() {
    assert_eq!(
        shape("See [[a#b|c *d*]], [[e]], ==f **g**==, https://h.i/j_(k). `[[l]]` a@b.cd www.x.y!\n"),
        ["See [c ](a)i[d](a), [e]([[e]]), m{f }bm{g}, [https://h.i/j_(k)](https://h.i/j_(k)). c{[[l]]} \
          [a@b.cd](mailto:a@b.cd) [www.x.y](http://www.x.y)!"
            .replace("[c ](a)i[d](a)", "[c ]([[a#b]])i[d]([[a#b]])")]
    );
    assert_eq!(shape("a == b == c\n"), ["a == b == c"]);
}

#[test]
fn html_is_shown_as_what_it_means() {
    assert_eq!(
        shape("Press <kbd>Ctrl</kbd>+<b>c</b><br>d <!-- no -->e <foo>f</foo> H<sub>2</sub>O\n"),
        ["Press k{Ctrl}+b{c}\nd e <{<foo>}f<{</foo>} H2O"]
    );
    assert_eq!(
        shape(
            "<div align=\"center\">\n<h1>Ti &amp; tle</h1>\n<p>One\n<a href=\"x.md\">two</a></p>\n<hr>\n</div>\n"
        ),
        ["h1 Ti & tle", "One [two](x.md)", "rule"]
    );
    assert_eq!(
        shape(
            "<table><tr><th>a</th><th>b</th></tr>\n<tr><td>c</td><td><code>d</code></td></tr></table>\n"
        ),
        ["table a | b / c | c{d}"]
    );
    assert_eq!(
        shape("<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ["• a", "• b"]
    );
}

#[test]
fn details_fold_what_is_in_them() {
    assert_eq!(
        shape("<details><summary>S <b>t</b></summary>\ninner\n</details>\n"),
        ["summary S b{t}", "v inner"]
    );
    let parsed =
        markdown("<details open>\n<summary>S</summary>\n\ntext\n\n- a\n\n</details>\n\nafter\n");
    let fold = &parsed.folds()[0];
    assert_eq!(
        (fold.head, fold.hidden.clone(), fold.is_open),
        (0, 1..3, true)
    );
}

#[test]
fn pictures_of_the_plan_and_from_elsewhere() {
    assert_eq!(
        shape(
            "a ![b *c*](d.png) e\n\n[![f](g.svg)](h)\n\n![i](https://j/k.png) [![l](//m/n)](o)\n"
        ),
        [
            "a ",
            "image d.png b c -",
            " e",
            "image g.svg f h",
            "p[i](https://j/k.png) p[l](o)"
        ]
        .map(|line| line.trim_end().trim_start_matches(' ').to_owned())
        .map(|line| if line == "e" { " e".to_owned() } else { line })
    );
}

#[test]
fn the_source_of_a_selection() {
    let source = "A **bold** `x*y` &amp; \\*z\\* [l](m.md)\n";
    let flow = markdown(source).flow(0);
    let rich = flow.pieces[0].texts().next().expect("a text");
    let of = |words: &str| {
        let at = rich.text.find(words).expect("shown words");
        let shown = at..at + words.len();
        (
            &source[rich.source_of(shown.clone())],
            &source[rich.whole_source_of(shown)],
        )
    };
    assert_eq!(of("bold"), ("bold", "bold"));
    assert_eq!(of("A bo"), ("A **bo", "A **bold**"));
    assert_eq!(of("x*y"), ("x*y", "`x*y`"));
    assert_eq!(of("&"), ("&amp;", "&amp;"));
    assert_eq!(of("*z*"), ("\\*z\\*", "\\*z\\*"));
    assert_eq!(of("* l"), ("\\* [l", "\\* [l](m.md)"));
    let shown = rich.shown_of(source.find("bold").map(|at| at..at + 4).expect("there"));
    assert_eq!(&rich.text[shown.expect("shown")], "bold");
}

#[test]
fn words_are_found_where_they_are_shown() {
    let text = "One **two** three.\n\n- two [two](x)\n";
    let parsed = markdown(text);
    let finder = Finder::new("TWO", false, false).expect("words");
    let found: Vec<&str> = (0..2)
        .flat_map(|i| finder.places(&parsed, i))
        .map(|range| &text[range])
        .collect();
    assert_eq!(found, ["two", "two", "two"]);
    assert_eq!(finder.places(&parsed, 0)[0].start, 6);
    let across = Finder::new("e two t", true, false).expect("words");
    assert_eq!(&text[across.places(&parsed, 0)[0].clone()], "e **two** t");
    assert!(matches!(
        Finder::new("(", true, true),
        Err(FindProblem::Pattern(_))
    ));
}

/// All that is shown by the blocks of a text, words apart.
fn words(text: &str) -> Vec<String> {
    let parsed = markdown(text);
    let all = 0..text.len();
    let plain = (0..parsed.blocks().len()).map(|i| parsed.flow(i).plain(&all));
    let plain = plain.collect::<Vec<_>>().join("\n");
    plain.split_whitespace().map(str::to_owned).collect()
}

const ANY: &str =
    "([-a-c# \\[\\]^:>|`*_~=!0-9.\n\t(){}<&;\\\\ä]|\\*\\*|  \n|\\]\\(|<b>|&amp;){0,80}";

proptest! {
    /// The map leads from any shown words to source that shows them.
    #[test]
    fn the_source_of_any_words_shows_them(text in ANY, from in 0_usize..40, n in 1_usize..20) {
        let parsed = markdown(&text);
        for i in 0..parsed.blocks().len() {
            let start = parsed.blocks()[i].range.start;
            for piece in parsed.flow(i).pieces {
                let Part::Text { role: Role::Paragraph, rich } = &piece.part else {
                    continue;
                };
                let chars: Vec<(usize, char)> = rich.text.char_indices().collect();
                if from >= chars.len() {
                    continue;
                }
                let end = chars.get(from + n).map_or(rich.text.len(), |c| c.0);
                let shown = chars[from].0..end;
                let narrow = rich.source_of(shown.clone());
                prop_assert!(text.get(start + narrow.start..start + narrow.end).is_some());
                let back = rich.shown_of(narrow).expect("what was shown");
                prop_assert!(back.start <= shown.start && shown.end <= back.end);
                let source = rich.whole_source_of(shown.clone());
                prop_assert!(text.get(start + source.start..start + source.end).is_some());
            }
        }
    }

    /// Words of letters alone: what stands between marks cannot change what they are.
    #[test]
    fn whole_source_shows_the_words(
        parts in prop::collection::vec(
            prop::sample::select(vec!["ab", "**cd**", "*ef*", "`gh`", "[ij](kl)", "~~mn~~", "**op *qr***", "&amp;", "\\*"]),
            1..8,
        ),
        from in 0_usize..30,
        n in 1_usize..30,
    ) {
        let text = format!("x {} x", parts.join(" "));
        let parsed = markdown(&text);
        let flow = parsed.flow(0);
        let rich = flow.pieces[0].texts().next().expect("a text");
        let from = from.min(rich.text.len() - 1);
        let to = (from + n).min(rich.text.len());
        let selected = rich.text[from..to].trim();
        let range = rich.whole_source_of(from..to);
        let shown = words(&text[range]).join(" ");
        prop_assert!(shown.contains(selected), "{shown:?} lacks {selected:?}");
    }

    #[test]
    fn nothing_makes_it_panic(text in any::<String>()) {
        words(&text);
    }

    #[test]
    fn nothing_of_html_makes_it_panic(
        text in "(<details>|</details>|<summary>|</summary>|<li>|</li>|<table>|<tr>|<td>|</td>|</table>|<pre>|<b>|</b>|<img src=a>|<script>|</script>| |\n|a|<!--|-->|> |- ){0,30}",
    ) {
        words(&text);
    }
}
