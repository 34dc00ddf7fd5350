//! How the page is set: sizes, leading, faces and the measure, from what the person chose.

use egui::{Color32, FontFamily, FontId, Stroke, TextFormat, Ui};
use postil_model::Page;
use postil_model::markdown::Style;

use crate::fonts::Faces;
use crate::theme::Tokens;

/// A page's type.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct TypeArea {
    page: Page,
    /// Height of prose's letters.
    pub(super) text_pt: f32,
    /// From one line of prose to the next: the unit of all distances down the page.
    pub(super) line_pt: f32,
    /// Height of code's letters.
    pub(super) code_pt: f32,
    /// From one line of code to the next.
    pub(super) code_line_pt: f32,
    /// Height of the letters of asides.
    pub(super) small_pt: f32,
    /// Width of a full line.
    pub(super) measure_pt: f32,
    faces: Faces,
}

/// Sizes of headings in heights of prose's letters, by level.
const HEADINGS: [f32; 6] = [1.95, 1.5, 1.22, 1.06, 1.0, 0.92];

impl TypeArea {
    pub(super) fn new(ui: &Ui, page: Page) -> Self {
        let faces = Faces::of(page.typeface);
        let text_pt = page.text_size;
        let font = FontId::new(text_pt, faces.regular.clone());
        Self {
            text_pt,
            line_pt: (text_pt * page.line_height).round(),
            code_pt: (text_pt * 0.86 * 2.0).round() / 2.0,
            code_line_pt: (text_pt * 0.86 * page.line_height.min(1.5)).round(),
            small_pt: (text_pt * 0.86 * 2.0).round() / 2.0,
            measure_pt: (mean_width(ui, &font) * f32::from(page.measure)).round(),
            page,
            faces,
        }
    }

    /// Whether it is the type of these settings.
    pub(super) fn is_of(&self, page: Page) -> bool {
        self.page == page
    }

    /// Height of a heading's letters.
    pub(super) fn heading_pt(&self, level: u8) -> f32 {
        let factor = HEADINGS[usize::from(level).clamp(1, 6) - 1];
        (self.text_pt * factor * 2.0).round() / 2.0
    }

    /// From one line of a heading to the next.
    pub(super) fn heading_line_pt(&self, level: u8) -> f32 {
        let leading = if level <= 2 { 1.22 } else { 1.3 };
        (self.heading_pt(level) * leading).round()
    }

    /// Plain prose.
    pub(super) fn prose(&self, t: &Tokens) -> Look {
        Look {
            pt: self.text_pt,
            line_pt: self.line_pt,
            color: t.ink,
            is_bold: false,
            is_code: false,
            is_tabular: false,
        }
    }

    /// A heading.
    pub(super) fn heading(&self, level: u8, t: &Tokens) -> Look {
        Look {
            pt: self.heading_pt(level),
            line_pt: self.heading_line_pt(level),
            color: if level >= 6 { t.ink_soft } else { t.ink_strong },
            is_bold: true,
            is_code: false,
            is_tabular: false,
        }
    }

    /// Code that stands alone.
    pub(super) fn code(&self, t: &Tokens) -> Look {
        Look {
            pt: self.code_pt,
            line_pt: self.code_line_pt,
            color: t.ink,
            is_bold: false,
            is_code: true,
            is_tabular: false,
        }
    }

    /// Footnotes and captions.
    pub(super) fn aside(&self, t: &Tokens) -> Look {
        Look {
            pt: self.small_pt,
            line_pt: (self.small_pt * self.line_pt / self.text_pt).round(),
            color: t.ink,
            is_bold: false,
            is_code: false,
            is_tabular: false,
        }
    }

    /// How a run is set in text that looks like this.
    pub(super) fn format(
        &self,
        look: &Look,
        style: Style,
        is_link: bool,
        t: &Tokens,
    ) -> TextFormat {
        let is_code = style.has(Style::CODE) || style.has(Style::SOURCE) || style.has(Style::KEY);
        let is_raised = style.has(Style::RAISED) || style.has(Style::LOWERED);
        let is_bold = look.is_bold || style.has(Style::BOLD);
        let family = if is_code || look.is_code {
            FontFamily::Monospace
        } else {
            let is_italic = style.has(Style::ITALIC) || style.has(Style::MATH);
            self.faces.face(is_bold, is_italic).clone()
        };
        let pt = match (is_code && !look.is_code, is_raised) {
            (_, true) => look.pt * 0.72,
            (true, false) => look.pt * 0.88,
            (false, false) => look.pt,
        };
        let color = if is_link {
            t.accent
        } else if style.has(Style::SOURCE) || style.has(Style::REMOVED) {
            t.ink_soft
        } else if is_bold && !look.is_bold {
            t.ink_strong
        } else {
            look.color
        };
        let is_struck = style.has(Style::STRIKE) || style.has(Style::REMOVED);
        let line = |is_drawn: bool, color: Color32| {
            let stroke = Stroke::new(1.0, color);
            if is_drawn { stroke } else { Stroke::NONE }
        };
        TextFormat {
            font_id: FontId::new(pt, family),
            line_height: Some(if is_raised {
                look.line_pt * 0.72
            } else {
                look.line_pt
            }),
            color,
            strikethrough: line(is_struck, color),
            valign: if style.has(Style::RAISED) {
                egui::Align::TOP
            } else {
                egui::Align::BOTTOM
            },
            extra_letter_spacing: if look.is_bold && look.pt > self.text_pt * 1.3 {
                look.pt * -0.012
            } else {
                0.0
            },
            ..TextFormat::default()
        }
    }
}

/// How a text is set as a whole.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Look {
    /// Height of the letters.
    pub(super) pt: f32,
    /// From one line to the next.
    pub(super) line_pt: f32,
    /// Of letters that nothing else is said of.
    pub(super) color: Color32,
    /// Whether all of it is bold.
    pub(super) is_bold: bool,
    /// Whether it is code.
    pub(super) is_code: bool,
    /// Whether its figures are of one width.
    pub(super) is_tabular: bool,
}

/// The width of a letter of running English text, blanks counted.
fn mean_width(ui: &Ui, font: &FontId) -> f32 {
    const SAMPLE: &str =
        "and the rest of what a plan has to say is set in letters of common width ";
    let sum: f32 = ui.fonts_mut(|fonts| SAMPLE.chars().map(|c| fonts.glyph_width(font, c)).sum());
    sum / SAMPLE.len() as f32
}
