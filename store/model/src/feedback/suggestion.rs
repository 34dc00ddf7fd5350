//! Suggested words as a diff.

use std::borrow::Cow;
use std::ops::Range;

use super::quoting::{MAX_QUOTED_CHARS, fence, lines, quote_words};
use super::whereabouts::Whereabouts;

/// Writes what becomes of the whole lines around `range` when its bytes are replaced by `new`. Says
/// so where they already read like that.
pub(super) fn write_in_lines(
    out: &mut String,
    whereabouts: &Whereabouts<'_>,
    range: &Range<usize>,
    new: &str,
) {
    let text = whereabouts.text();
    let around = whereabouts.whole_lines(range);
    let old = &text[around.clone()];
    if old.len() > MAX_QUOTED_CHARS {
        return write_words(out, &text[range.clone()], new);
    }
    let before = &text[around.start..range.start];
    let after = &text[range.end..around.end];
    let replaced = [before, new, after].concat();
    write_diff(out, old, &replaced);
}

/// Writes the words alone, old and new; for where they stand in no known line, or in long ones.
pub(super) fn write_words(out: &mut String, old: &str, new: &str) {
    if old.len() <= MAX_QUOTED_CHARS {
        out.push_str("Of the words alone, without the rest of their lines:\n\n");
        return write_diff(out, old, new);
    }
    out.push_str("These words:\n\n");
    quote_words(out, old);
    if new.is_empty() {
        out.push_str("\nare to be deleted.\n");
    } else {
        out.push_str("\nare to be replaced by:\n\n");
        fence(out, "", lines(new).map(Cow::Borrowed));
    }
}

/// Lines that begin and end both alike are left out. New words are never cut.
fn write_diff(out: &mut String, old: &str, new: &str) {
    let old: Vec<_> = lines(old).collect();
    let new: Vec<_> = lines(new).collect();
    let n_before = same(old.iter(), new.iter());
    let (old, new) = (&old[n_before..], &new[n_before..]);
    let n_after = same(old.iter().rev(), new.iter().rev());
    let (old, new) = (&old[..old.len() - n_after], &new[..new.len() - n_after]);
    if old.is_empty() && new.is_empty() {
        out.push_str("The file reads like that already.\n");
        return;
    }
    let removed = old.iter().map(|line| Cow::Owned(format!("-{line}")));
    let added = new.iter().map(|line| Cow::Owned(format!("+{line}")));
    fence(out, "diff", removed.chain(added));
}

fn same<'a>(a: impl Iterator<Item = &'a &'a str>, b: impl Iterator<Item = &'a &'a str>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn in_lines(text: &str, old: &str, new: &str) -> String {
        let whereabouts = Whereabouts::new(text, "a.md");
        let start = text.find(old).unwrap();
        let mut out = String::new();
        write_in_lines(&mut out, &whereabouts, &(start..start + old.len()), new);
        out
    }

    #[test]
    fn the_lines_around_the_words_are_shown() {
        let text = "one\ntwo three\nfour\n";
        assert_eq!(
            in_lines(text, "three", "3"),
            "```diff\n-two three\n+two 3\n```\n"
        );
        assert_eq!(
            in_lines(text, "two three\n", ""),
            "```diff\n-two three\n```\n"
        );
        assert_eq!(
            in_lines(text, "three\n", "3 "),
            "```diff\n-two three\n-four\n+two 3 four\n```\n"
        );
        assert_eq!(
            in_lines(text, "two", "two"),
            "The file reads like that already.\n"
        );
    }

    #[test]
    fn a_fence_in_the_lines_is_no_end() {
        assert_eq!(
            in_lines("```sh\nls\n```\r\n", "ls\n```", "ls -l\n````"),
            "`````diff\n-ls\n-```\n+ls -l\n+````\n`````\n"
        );
    }

    #[test]
    fn in_a_long_line_the_words_stand_alone() {
        let text = format!("{} here {}", "word ".repeat(400), "word ".repeat(400));
        assert_eq!(
            in_lines(&text, "here", "there"),
            "Of the words alone, without the rest of their lines:\n\n```diff\n-here\n+there\n```\n"
        );
        let all = in_lines(&text, &text, "short");
        assert!(all.contains("characters are left out here"), "{all}");
        assert!(
            all.ends_with("are to be replaced by:\n\n```\nshort\n```\n"),
            "{all}"
        );
    }

    proptest! {
        /// Whoever puts the lines of the diff in place has what was suggested.
        #[test]
        fn the_diff_does_what_is_suggested(
            text in "[ab\n]{0,12}",
            new in "[ab\n]{0,6}",
            (a, b) in (0..13_usize, 0..13_usize),
        ) {
            let (a, b) = (a.min(text.len()), b.min(text.len()));
            let range = a.min(b)..a.max(b);
            let whereabouts = Whereabouts::new(&text, "a.txt");
            let mut out = String::new();
            write_in_lines(&mut out, &whereabouts, &range, &new);
            let wanted = [&text[..range.start], &new, &text[range.end..]].concat();
            let wanted: Vec<_> = lines(&wanted).collect();

            let of = |sign: char| out.lines().filter_map(move |line| line.strip_prefix(sign));
            let (removed, added): (Vec<_>, Vec<_>) = (of('-').collect(), of('+').collect());
            let old: Vec<_> = lines(&text).collect();
            let is_found = (0..=old.len() - removed.len()).any(|at| {
                old[at..at + removed.len()] == removed
                    && [&old[..at], &added, &old[at + removed.len()..]].concat() == wanted
            });
            prop_assert!(is_found, "{:?} {:?} {:?}", out, old, wanted);
        }
    }
}
