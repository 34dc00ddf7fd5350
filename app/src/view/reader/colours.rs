//! The colours of code. Code is shown at once and coloured when a thread of its own has read it:
//! the first code of a language takes that thread a tenth of a second.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::ink::Ink;
use super::painter::Painter;
use crate::theme::Tokens;
use crate::worker::Worker;
use egui::{Color32, Context};

/// Codes that are remembered at most.
const MAX_REMEMBERED: usize = 4_000;

/// Stretches of a code and what they are, in order and without gaps.
#[derive(Debug, Default)]
pub(super) struct Painted(pub(super) Vec<(Range<usize>, Ink)>);

impl Painted {
    /// The stretches with their colours.
    pub(super) fn colours<'p>(
        &'p self,
        t: &'p Tokens,
    ) -> impl Iterator<Item = (Range<usize>, Color32)> + 'p {
        self.0
            .iter()
            .map(|(range, ink)| (range.clone(), colour(*ink, t)))
    }
}

fn colour(ink: Ink, t: &Tokens) -> Color32 {
    match ink {
        Ink::Plain => t.ink,
        Ink::Comment => t.code_comment,
        Ink::Keyword => t.code_keyword,
        Ink::Text => t.code_string,
        Ink::Number => t.code_number,
        Ink::Function => t.code_function,
        Ink::Type => t.code_type,
        Ink::Added => t.good,
        Ink::Removed => t.bad,
    }
}

type Key = u64;

struct Job {
    key: Key,
    language: String,
    /// What the code is in.
    text: Arc<str>,
    /// Where it begins.
    start: usize,
    /// What of it is wanted.
    piece: Range<usize>,
}

/// The colours of the codes that were seen.
#[derive(Default)]
pub(super) struct Colours {
    worker: Option<Worker<Job, (Key, Painted)>>,
    /// `None` while it is being read.
    known: HashMap<Key, Option<Arc<Painted>>>,
}

impl std::fmt::Debug for Colours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Colours").finish_non_exhaustive()
    }
}

impl Colours {
    /// The colours of a code, once they are known.
    pub(super) fn of(&mut self, ctx: &Context, language: &str, code: &str) -> Option<Arc<Painted>> {
        let key = egui::Id::unique((language, code)).value();
        let whole = || (Arc::from(code), 0, 0..code.len());
        self.ask(ctx, key, language, whole)
    }

    /// The colours of a piece of a code that begins at a byte of a text, once they are known.
    pub(super) fn of_piece(
        &mut self,
        ctx: &Context,
        language: &str,
        text: &Arc<str>,
        start: usize,
        piece: Range<usize>,
    ) -> Option<Arc<Painted>> {
        let key = egui::Id::unique((language, "piece", text.get(piece.clone())?)).value();
        self.ask(ctx, key, language, || (Arc::clone(text), start, piece))
    }

    fn ask(
        &mut self,
        ctx: &Context,
        key: Key,
        language: &str,
        what: impl FnOnce() -> (Arc<str>, usize, Range<usize>),
    ) -> Option<Arc<Painted>> {
        if is_plain(language) {
            return None;
        }
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let worker = self.worker.get_or_insert_with(|| {
            let ctx = ctx.clone();
            Worker::start(
                "colours",
                move || ctx.request_repaint(),
                || {
                    let mut painter = Painter::new();
                    move |job: Job| {
                        let Job {
                            key,
                            language,
                            text,
                            start,
                            piece,
                        } = job;
                        (key, Painted(painter.paint(&language, &text, start, piece)))
                    }
                },
            )
        });
        let (text, start, piece) = what();
        let job = Job {
            key,
            language: language.to_owned(),
            text,
            start,
            piece,
        };
        if worker.send(job) {
            self.known.insert(key, None);
        }
        None
    }

    /// Takes what has become known since the last frame.
    pub(super) fn take_news(&mut self) {
        let Some(worker) = &mut self.worker else {
            return;
        };
        if self.known.len() > MAX_REMEMBERED {
            self.known.retain(|_, painted| painted.is_none());
        }
        for (key, painted) in worker.drain() {
            self.known.insert(key, Some(Arc::new(painted)));
        }
    }

    /// Whether colours are on their way.
    pub(super) fn is_busy(&self) -> bool {
        self.worker.as_ref().is_some_and(Worker::is_busy)
    }
}

fn is_plain(language: &str) -> bool {
    [
        "",
        "text",
        "txt",
        "plain",
        "plaintext",
        "none",
        "output",
        "ascii",
    ]
    .iter()
    .any(|plain| language.eq_ignore_ascii_case(plain))
}
