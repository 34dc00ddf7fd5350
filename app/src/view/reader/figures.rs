//! Figures of one width, so that those of a table stand below each other.

use std::collections::HashMap;

use egui::text::{LayoutJob, TextFormat};
use egui::{FontFamily, FontId, Ui};
use postil_model::markdown::{Rich, Style};

use super::sheet::Sheet;
use super::type_area::Look;

/// The widths of the ten figures in the faces that were met, in points.
#[derive(Debug, Default)]
pub(super) struct Figures(HashMap<(u32, FontFamily), [f32; 10]>);

impl Figures {
    /// What is to be left free on either side of each figure.
    fn rooms(&mut self, ui: &Ui, font: &FontId) -> [f32; 10] {
        let widths = self.0.entry((font.size.to_bits(), font.family.clone()));
        let widths = widths.or_insert_with(|| {
            let figure = |i| char::from(b'0' + i as u8);
            ui.fonts_mut(|fonts| std::array::from_fn(|i| fonts.glyph_width(font, figure(i))))
        });
        let widest = widths.iter().copied().fold(0.0, f32::max);
        widths.map(|width| (widest - width) / 2.0)
    }

    /// Adds a text whose figures are to be of one width.
    pub(super) fn append(&mut self, ui: &Ui, text: &str, format: &TextFormat, job: &mut LayoutJob) {
        let rooms = self.rooms(ui, &format.font_id);
        let mut room = 0.0;
        for part in text.split_inclusive(|c: char| c.is_ascii_digit()) {
            let words = part.trim_end_matches(|c: char| c.is_ascii_digit());
            if !words.is_empty() {
                job.append(words, room, format.clone());
                room = 0.0;
            }
            let figure = &part[words.len()..];
            if let Some(digit) = figure.bytes().next() {
                let own = rooms[usize::from(digit - b'0')];
                job.append(figure, room + own, format.clone());
                room = own;
            }
        }
    }
}

/// Whether a cell holds a number, with or without a unit: words are read, not compared.
pub(super) fn is_number(text: &str) -> bool {
    let n_figures = text.bytes().filter(u8::is_ascii_digit).count();
    let n_letters = text.chars().filter(|c| c.is_alphabetic()).count();
    n_figures > 0 && n_letters <= n_figures + 3
}

impl Sheet<'_> {
    /// What is to be left free behind the last figure of a cell.
    pub(super) fn figure_tail(&mut self, ui: &Ui, cell: &Rich, look: &Look) -> f32 {
        let last = cell.text.bytes().last().filter(u8::is_ascii_digit);
        let Some(last) = last.filter(|_| is_number(&cell.text)) else {
            return 0.0;
        };
        let style = cell.runs.last().map_or(Style::default(), |run| run.style);
        let font = self.set.format(look, style, false, self.t).font_id;
        self.kept.widths.figures.rooms(ui, &font)[usize::from(last - b'0')]
    }
}
