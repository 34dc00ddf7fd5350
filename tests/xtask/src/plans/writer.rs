//! Writes one made-up document, block by block, into one growing string.

use std::fmt::Write as _;

use super::rng::Rng;
use super::words;

/// Where the links of a document may lead: paths relative to its own folder.
///
/// Every made-up document has a heading `Goal`, so that `path#goal` leads somewhere in all of them.
pub(super) type Links<'a> = &'a [String];

pub(super) struct Writer<'a> {
    rng: Rng,
    links: Links<'a>,
    out: String,
    /// The newest headings, as anchors.
    anchors: [&'static str; 4],
    n_headings: usize,
    n_footnotes: usize,
    /// How many of the footnotes still lack their text.
    n_footnotes_open: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(rng: Rng, links: Links<'a>, capacity: usize) -> Self {
        Self {
            rng,
            links,
            out: String::with_capacity(capacity + 4_096),
            anchors: ["goal"; 4],
            n_headings: 0,
            n_footnotes: 0,
            n_footnotes_open: 0,
        }
    }

    /// Writes the opening, then sections until there are `n_bytes`, and gives the text.
    ///
    /// It ends at the end of a block, so it is longer than asked for by up to a few KB.
    pub(super) fn document(mut self, title: &str, contents: &[String], n_bytes: usize) -> String {
        if self.rng.one_in(4) {
            self.front_matter(title);
        }
        _ = write!(self.out, "# {title}\n\n");
        self.paragraph(2);
        self.out.push_str("## Goal\n\n");
        self.paragraph(2);
        for path in contents {
            _ = writeln!(self.out, "- [{}]({path})", path.trim_end_matches(".md"));
        }
        if !contents.is_empty() {
            self.out.push('\n');
        }
        while self.out.len() < n_bytes {
            self.section(n_bytes);
        }
        self.footnote_texts();
        // Every block leaves one empty line behind it, and the last needs none.
        self.out.pop();
        self.out
    }

    fn front_matter(&mut self, title: &str) {
        let status = self.rng.pick(&["draft", "in progress", "blocked", "done"]);
        _ = write!(self.out, "---\ntitle: {title}\nstatus: {status}\ncreated: ");
        self.date();
        self.out.push_str("\n---\n\n");
    }

    fn section(&mut self, n_bytes: usize) {
        let level = if self.n_headings.is_multiple_of(4) {
            2
        } else {
            self.rng.between(3, 4)
        };
        if level == 2 {
            self.footnote_texts();
        }
        let heading = self.rng.pick(words::HEADINGS);
        _ = write!(self.out, "{} {heading}\n\n", &"####"[..level]);
        self.anchors[self.n_headings % self.anchors.len()] = heading;
        self.n_headings += 1;
        let n_sentences = self.rng.between(2, 5);
        self.paragraph(n_sentences);
        for _ in 0..self.rng.between(1, 4) {
            if self.out.len() >= n_bytes {
                return;
            }
            self.block();
        }
    }

    fn block(&mut self) {
        match self.rng.below(100) {
            0..24 => {
                let n_sentences = self.rng.between(2, 7);
                self.paragraph(n_sentences);
            }
            24..42 => self.bullets(),
            42..62 => self.tasks(),
            62..69 => self.ordered(),
            69..78 => self.table(),
            78..89 => self.code(),
            89..94 => self.alert(),
            94..97 => self.quote(),
            97..99 => self.mermaid(),
            _ => self.out.push_str("---\n\n"),
        }
    }

    fn paragraph(&mut self, n_sentences: usize) {
        for index in 0..n_sentences {
            if index > 0 {
                // Some people put each sentence on its own line, some do not.
                self.out.push(if index % 3 == 0 { '\n' } else { ' ' });
            }
            self.sentence(words::SENTENCES);
        }
        if self.n_footnotes_open < 3 && self.rng.one_in(12) {
            self.n_footnotes += 1;
            self.n_footnotes_open += 1;
            _ = write!(self.out, "[^{}]", self.n_footnotes);
        }
        self.out.push_str("\n\n");
    }

    fn footnote_texts(&mut self) {
        for number in self.n_footnotes - self.n_footnotes_open..self.n_footnotes {
            _ = write!(self.out, "[^{}]: ", number + 1);
            self.sentence(words::SENTENCES);
            self.out.push_str("\n\n");
        }
        self.n_footnotes_open = 0;
    }

    fn bullets(&mut self) {
        let mut depth = 0;
        for index in 0..self.rng.between(3, 8) {
            depth = if index == 0 {
                0
            } else {
                self.rng.between(0, (depth + 1).min(2))
            };
            self.out.push_str(&"    "[..2 * depth]);
            self.out.push_str("- ");
            self.sentence(words::SENTENCES);
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    fn tasks(&mut self) {
        let n_tasks = self.rng.between(3, 10);
        // Work is done from the top, more or less.
        let n_done = self.rng.between(0, n_tasks);
        for index in 0..n_tasks {
            let is_done = (index < n_done) != self.rng.one_in(10);
            self.out.push_str(if index > 0 && self.rng.one_in(5) {
                "  - ["
            } else {
                "- ["
            });
            self.out.push_str(if is_done { "x] " } else { " ] " });
            self.sentence(words::TASKS);
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    fn ordered(&mut self) {
        for number in 1..=self.rng.between(3, 7) {
            _ = write!(self.out, "{number}. ");
            self.sentence(words::SENTENCES);
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    fn table(&mut self) {
        let n_columns = self.rng.between(3, 5);
        self.out.push('|');
        for _ in 0..n_columns {
            self.expand(" @i |");
        }
        self.out.push_str("\n|");
        for column in 0..n_columns {
            self.out.push_str(if column == 0 {
                " :--- |"
            } else {
                self.rng.pick(&[" --- |", " ---: |", " :---: |"])
            });
        }
        self.out.push('\n');
        for _ in 0..self.rng.between(3, 12) {
            self.out.push('|');
            for column in 0..n_columns {
                let cell = if column == 0 {
                    " @o |"
                } else {
                    self.rng.pick(&[" @n |", " @a |", " @w |", " @d |"])
                };
                self.expand(cell);
            }
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    fn code(&mut self) {
        let (language, lines) = words::CODE[self.rng.below(words::CODE.len())];
        _ = writeln!(self.out, "```{language}");
        for _ in 0..self.rng.between(1, 3) {
            for line in lines {
                self.expand(line);
                self.out.push('\n');
            }
        }
        self.out.push_str("```\n\n");
    }

    fn alert(&mut self) {
        let kind = self.rng.pick(words::ALERTS);
        _ = write!(self.out, "> [!{kind}]\n> ");
        self.sentence(words::SENTENCES);
        self.out.push_str("\n> ");
        self.sentence(words::SENTENCES);
        self.out.push_str("\n\n");
    }

    fn quote(&mut self) {
        self.out.push_str("> ");
        self.sentence(words::QUOTES);
        self.expand("\n>\n> — @a, @d\n\n");
    }

    fn mermaid(&mut self) {
        self.out.push_str("```mermaid\nflowchart LR\n");
        for step in 0..self.rng.between(3, 7) {
            _ = write!(self.out, "    s{step}[");
            self.expand("@i @i] --> ");
            _ = write!(self.out, "s{}[", step + 1);
            self.expand("@i @i]\n");
        }
        self.out.push_str("```\n\n");
    }

    fn sentence(&mut self, templates: &[&'static str]) {
        let template = self.rng.pick(templates);
        let n_marks = template.len() - template.trim_start_matches('~').len();
        let start = self.out.len() + n_marks;
        self.expand(template);
        if let Some(first) = self.out.get_mut(start..=start) {
            first.make_ascii_uppercase();
        }
    }

    /// Appends the template with its slots filled.
    fn expand(&mut self, template: &'static str) {
        let mut parts = template.split('@');
        self.out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (slot, rest) = part.split_at(1);
            match slot {
                "a" => self.word(words::SOMEONE),
                "o" => self.word(words::THING),
                "p" => self.word(words::THINGS),
                "i" => self.word(words::IDENTIFIERS),
                "w" => self.word(words::QUALIFIERS),
                "d" => self.date(),
                "n" => {
                    let number = self.rng.between(2, 400);
                    self.number(number, 1);
                }
                "c" => self.expand("`@i --@i=@n`"),
                "l" => self.link(),
                "e" => {
                    let mark = self.rng.pick(&["*", "**"]);
                    self.out.push_str(mark);
                    self.word(words::EMPHASIS);
                    self.out.push_str(mark);
                }
                _ => unreachable!("a template has the unknown slot @{slot}"),
            }
            self.out.push_str(rest);
        }
    }

    fn word(&mut self, from: &[&'static str]) {
        let word = self.rng.pick(from);
        self.out.push_str(word);
    }

    fn date(&mut self) {
        let (year, month, day) = (
            self.rng.between(2024, 2026),
            self.rng.between(1, 12),
            self.rng.between(1, 28),
        );
        self.number(year, 4);
        self.out.push('-');
        self.number(month, 2);
        self.out.push('-');
        self.number(day, 2);
    }

    /// A number of at most four digits: `write!` takes a fifth of the time of a whole document here.
    fn number(&mut self, number: usize, n_digits_at_least: usize) {
        for (index, divisor) in [1000, 100, 10, 1].into_iter().enumerate() {
            if number >= divisor || 4 - index <= n_digits_at_least {
                self.out
                    .push(char::from(b'0' + (number / divisor % 10) as u8));
            }
        }
    }

    fn link(&mut self) {
        self.out.push('[');
        self.word(words::TOPICS);
        self.out.push_str("](");
        if self.links.is_empty() || self.rng.one_in(3) {
            self.out.push('#');
            let heading = self.anchors[self.rng.below(self.anchors.len())];
            for letter in heading.bytes() {
                self.out.push(if letter == b' ' {
                    '-'
                } else {
                    char::from(letter.to_ascii_lowercase())
                });
            }
        } else {
            let path = &self.links[self.rng.below(self.links.len())];
            self.out.push_str(path);
            if self.rng.one_in(2) {
                self.out.push_str("#goal");
            }
        }
        self.out.push(')');
    }
}
