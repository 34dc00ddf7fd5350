//! What is selected: a stretch of source, so that it outlives scrolling and knows where it came from.

use std::ops::Range;

use egui::{Context, Event, Rect, Ui, pos2, vec2};
use postil_model::markdown::{Block, BlockKind, Parsed, Rich, Unit};
use unicode_segmentation::UnicodeSegmentation as _;

/// How much a drag takes at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Grain {
    #[default]
    Letter,
    Word,
    Paragraph,
}

/// How a selection goes on when a key is pressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stride {
    /// To the next one.
    On,
    /// To the one before.
    Back,
    /// With the next one.
    More,
    /// Without the last one; beyond where it began, with the one before.
    Less,
}

/// A place in shown text, as source.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Hit {
    /// How far from the pointer it is, in points.
    pub(super) distance: f32,
    /// Whether the pointer is on the text itself, with nothing above it.
    pub(super) is_on_text: bool,
    letter: usize,
    word: Range<usize>,
    paragraph: Range<usize>,
}

impl Hit {
    /// A byte of the shown text, in a text whose block begins at `base`.
    pub(super) fn new(rich: &Rich, byte: usize, base: usize) -> Self {
        let source = |shown: Range<usize>| {
            let source = rich.source_of(shown);
            base + source.start..base + source.end
        };
        let mut words = rich.text.split_word_bound_indices();
        let word = words.find(|(start, word)| (*start..start + word.len()).contains(&byte));
        let word = word.map_or(byte..byte, |(start, word)| start..start + word.len());
        Self {
            distance: 0.0,
            is_on_text: false,
            letter: source(byte..byte).start,
            word: source(word),
            paragraph: source(0..rich.text.len()),
        }
    }

    fn range(&self, grain: Grain) -> Range<usize> {
        match grain {
            Grain::Letter => self.letter..self.letter,
            Grain::Word => self.word.clone(),
            Grain::Paragraph => self.paragraph.clone(),
        }
    }
}

/// What is selected, and how it is being changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    anchor: Range<usize>,
    head: Range<usize>,
    grain: Grain,
    is_dragged: bool,
}

impl Selection {
    /// The source of what is selected.
    pub(super) fn range(&self) -> Option<Range<usize>> {
        let start = self.anchor.start.min(self.head.start);
        let end = self.anchor.end.max(self.head.end);
        (start < end).then_some(start..end)
    }

    /// Whether it is still being made.
    pub(super) fn is_dragged(&self) -> bool {
        self.is_dragged
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Selects everything.
    pub(super) fn all(&mut self, parsed: &Parsed) {
        self.clear();
        self.head = 0..parsed.text().len();
    }

    /// What was selected in one piece or by the pointer, as its first and its last unit.
    fn take_ends(&mut self, parsed: &Parsed, unit: Unit) {
        let is_forth = self.anchor.start <= self.head.start;
        let ends = |range: &Range<usize>| {
            let first = parsed.unit_from(unit, range.start);
            let last = parsed.unit_before(unit, range.end);
            (
                first.unwrap_or(range.clone()),
                last.unwrap_or(range.clone()),
            )
        };
        let (anchor, head) = (ends(&self.anchor), ends(&self.head));
        (self.anchor, self.head) = if is_forth {
            (anchor.0, head.1)
        } else {
            (anchor.1, head.0)
        };
    }

    /// Goes on by keys, from the byte at the top of the page where nothing is selected. Gives the
    /// byte that is to be in sight.
    pub(super) fn stride(
        &mut self,
        parsed: &Parsed,
        (unit, stride): (Unit, Stride),
        top: usize,
    ) -> Option<usize> {
        let selected = self.range();
        if matches!(stride, Stride::More | Stride::Less) && selected.is_some() {
            self.take_ends(parsed, unit);
        }
        let next = match (&selected, stride) {
            (None, _) => parsed.unit_from(unit, top),
            // From a word to the sentence around it.
            (Some(range), Stride::On) => match parsed.unit_from(unit, range.start) {
                Some(around) if around != *range && around.end >= range.end => Some(around),
                _ => parsed.unit_from(unit, range.end),
            },
            (Some(range), Stride::Back) => parsed.unit_before(unit, range.start),
            (Some(_), Stride::More) => parsed.unit_from(unit, self.head.end),
            (Some(_), Stride::Less) => parsed.unit_before(unit, self.head.start),
        }?;
        if selected.is_none() || matches!(stride, Stride::On | Stride::Back) {
            self.anchor = next.clone();
        }
        self.grain = Grain::Word;
        self.head = next;
        Some(self.head.start)
    }

    /// Follows the pointer. `hit` is the text nearest to it on `page`. Gives how far the page is to
    /// scroll, while a drag goes beyond its edges.
    pub(super) fn follow(&mut self, ui: &Ui, page: Rect, hit: Option<&Hit>) -> f32 {
        /// Points that a frame scrolls by for each point beyond the edge.
        const SPEED: f32 = 0.12;
        let (pressed, down, double, triple, shift, at) = ui.input(|input| {
            let pointer = &input.pointer;
            let button = egui::PointerButton::Primary;
            (
                pointer.primary_pressed(),
                pointer.primary_down(),
                pointer.button_double_clicked(button),
                pointer.button_triple_clicked(button),
                input.modifiers.shift,
                pointer.interact_pos(),
            )
        });
        if pressed {
            match hit.filter(|hit| hit.is_on_text) {
                Some(hit) if shift && self.range().is_some() => {
                    self.head = hit.range(self.grain);
                    self.is_dragged = true;
                }
                Some(hit) => {
                    self.grain = Grain::Letter;
                    self.anchor = hit.range(self.grain);
                    self.head = self.anchor.clone();
                    self.is_dragged = true;
                }
                None if at.is_some_and(|at| page.contains(at) && is_bare(ui, at)) => self.clear(),
                None => {}
            }
        }
        if let Some(hit) = hit.filter(|hit| hit.is_on_text)
            && (double || triple)
        {
            self.grain = if triple {
                Grain::Paragraph
            } else {
                Grain::Word
            };
            self.anchor = hit.range(self.grain);
            self.head = self.anchor.clone();
        }
        if !down {
            self.is_dragged = false;
        }
        let (true, Some(at), Some(hit)) = (self.is_dragged, at, hit) else {
            return 0.0;
        };
        if !pressed {
            self.head = hit.range(self.grain);
        }
        let beyond = if at.y > page.bottom() {
            at.y - page.bottom()
        } else {
            (at.y - page.top()).min(0.0)
        };
        if beyond != 0.0 {
            ui.ctx().request_repaint();
        }
        beyond * SPEED
    }

    /// What is selected, as it is shown.
    pub(super) fn plain(&self, parsed: &Parsed) -> String {
        let Some(range) = self.range() else {
            return String::new();
        };
        let mut plain = String::new();
        for index in parsed.block_at(range.start)..parsed.blocks().len() {
            let Block {
                kind, range: block, ..
            } = &parsed.blocks()[index];
            if block.start >= range.end {
                break;
            }
            let from = range.start.saturating_sub(block.start);
            let text = parsed.flow(index).plain(&(from..range.end - block.start));
            if !plain.is_empty() && !text.is_empty() {
                // Parts of a paragraph are cut between words.
                let is_continued = *kind == BlockKind::Continued;
                plain.push(if is_continued { ' ' } else { '\n' });
            }
            plain += &text;
        }
        plain
    }

    /// What is selected as Markdown, with all that its marks enclose.
    pub(super) fn markdown(&self, parsed: &Parsed) -> String {
        let Some(mut range) = self.range() else {
            return String::new();
        };
        for index in [parsed.block_at(range.start), parsed.block_at(range.end - 1)] {
            let Some(block) = parsed.blocks().get(index) else {
                continue;
            };
            let base = block.range.start;
            let flow = parsed.flow(index);
            for rich in flow
                .pieces
                .iter()
                .flat_map(postil_model::markdown::Piece::texts)
            {
                let within = range.start.saturating_sub(base)..range.end.saturating_sub(base);
                if let Some(shown) = rich.shown_of(within) {
                    let whole = rich.whole_source_of(shown);
                    range.start = range.start.min(base + whole.start);
                    range.end = range.end.max(base + whole.end);
                }
            }
        }
        parsed.text().get(range).unwrap_or_default().to_owned()
    }
}

/// Whether nothing floats above the page there.
fn is_bare(ui: &Ui, at: egui::Pos2) -> bool {
    ui.ctx().layer_id_at(at) == Some(ui.layer_id())
}

/// Whether this frame asks to copy, and no field has the keys.
pub(super) fn is_copy_asked(ctx: &Context) -> bool {
    !ctx.text_edit_focused() && ctx.input(|i| i.events.iter().any(|e| matches!(e, Event::Copy)))
}

/// Where letters stand: the rectangles of a stretch of characters, a row each, from the galley's
/// corner.
pub(super) fn rects_of(galley: &egui::Galley, chars: &Range<usize>) -> Vec<(usize, Rect)> {
    use egui::epaint::text::CharIndex;
    let mut rects = Vec::new();
    let mut start = 0;
    for (i, row) in galley.rows.iter().enumerate() {
        let end = start + row.glyphs.len();
        let (from, to) = (chars.start.max(start), chars.end.min(end));
        if from < to {
            let left = row.x_offset(CharIndex(from - start));
            let right = row.x_offset(CharIndex(to - start));
            let min = pos2(row.pos.x + left, row.pos.y);
            rects.push((i, Rect::from_min_size(min, vec2(right - left, row.size.y))));
        }
        start = end + usize::from(row.ends_with_newline);
        if start >= chars.end {
            break;
        }
    }
    rects
}

#[cfg(test)]
#[path = "select_tests.rs"]
mod tests;
