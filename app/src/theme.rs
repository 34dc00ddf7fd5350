//! Colours, sizes and distances, as tokens: the only place where any of them is a number.

use egui::style::WidgetVisuals;
use egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, Stroke, Style, TextStyle, Theme, vec2,
};
use postil_model::ThemeChoice;

use crate::fonts;

/// Distances, in points.
pub mod space {
    /// Between things that belong together.
    pub const XS: f32 = 4.0;
    /// Between lines of a list.
    pub const S: f32 = 8.0;
    /// Between groups.
    pub const M: f32 = 12.0;
    /// Between sections.
    pub const L: f32 = 20.0;
    /// Around a page.
    pub const XL: f32 = 32.0;
}

/// Sizes of text, in points.
pub mod size {
    /// Asides.
    pub const SMALL: f32 = 12.0;
    /// The overview.
    pub const UI: f32 = 13.5;
    /// The page.
    pub const PAGE: f32 = 16.0;
    /// Code on the page.
    pub const CODE: f32 = 13.5;
    /// Headings of the page, by level 1 to 6.
    pub const HEADINGS: [f32; 6] = [30.0, 23.0, 19.0, 16.5, 15.0, 14.0];
    /// The plan's name.
    pub const TITLE: f32 = 19.0;
}

/// The widest that a line of the page gets: about 75 characters.
pub const MEASURE_PT: f32 = 680.0;

/// The colours of one theme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tokens {
    /// Behind the text that is read.
    pub paper: Color32,
    /// Behind the overview.
    pub panel: Color32,
    /// Behind what floats or is typed in.
    pub raised: Color32,
    /// Text.
    pub ink: Color32,
    /// Text that stands out.
    pub ink_strong: Color32,
    /// Text that steps back; still at least 4.5:1 on paper and panel.
    pub ink_soft: Color32,
    /// Lines between things.
    pub line: Color32,
    /// Behind code.
    pub code: Color32,
    /// What can be acted on.
    pub accent: Color32,
    /// Behind what is chosen.
    pub accent_soft: Color32,
    /// Done, saved.
    pub good: Color32,
    /// Waiting, missing.
    pub warn: Color32,
    /// Failed.
    pub bad: Color32,
    /// Under the pointer.
    pub hover: Color32,
}

const LIGHT: Tokens = Tokens {
    paper: Color32::from_rgb(0xFD, 0xFC, 0xF9),
    panel: Color32::from_rgb(0xF4, 0xF2, 0xED),
    raised: Color32::from_rgb(0xFF, 0xFF, 0xFF),
    ink: Color32::from_rgb(0x2C, 0x2B, 0x28),
    ink_strong: Color32::from_rgb(0x0F, 0x0F, 0x0D),
    ink_soft: Color32::from_rgb(0x66, 0x63, 0x5B),
    line: Color32::from_rgb(0xDD, 0xD9, 0xCF),
    code: Color32::from_rgb(0xF3, 0xF1, 0xEB),
    accent: Color32::from_rgb(0x1F, 0x5F, 0x8B),
    accent_soft: Color32::from_rgb(0xD9, 0xE6, 0xEE),
    good: Color32::from_rgb(0x2F, 0x71, 0x46),
    warn: Color32::from_rgb(0x8A, 0x58, 0x00),
    bad: Color32::from_rgb(0xA6, 0x2B, 0x2B),
    hover: Color32::from_rgb(0xE8, 0xE5, 0xDD),
};

const DARK: Tokens = Tokens {
    paper: Color32::from_rgb(0x1B, 0x1D, 0x20),
    panel: Color32::from_rgb(0x15, 0x16, 0x19),
    raised: Color32::from_rgb(0x24, 0x27, 0x2B),
    ink: Color32::from_rgb(0xD6, 0xD4, 0xCE),
    ink_strong: Color32::from_rgb(0xF7, 0xF5, 0xEF),
    ink_soft: Color32::from_rgb(0x9C, 0x9A, 0x94),
    line: Color32::from_rgb(0x36, 0x39, 0x3E),
    code: Color32::from_rgb(0x23, 0x26, 0x2A),
    accent: Color32::from_rgb(0x7F, 0xBA, 0xE0),
    accent_soft: Color32::from_rgb(0x24, 0x3C, 0x4D),
    good: Color32::from_rgb(0x86, 0xC2, 0x98),
    warn: Color32::from_rgb(0xDF, 0xB2, 0x65),
    bad: Color32::from_rgb(0xEC, 0x8F, 0x88),
    hover: Color32::from_rgb(0x2B, 0x2E, 0x33),
};

/// The colours of the theme that is shown.
#[must_use]
pub fn tokens(style: &Style) -> Tokens {
    if style.visuals.dark_mode { DARK } else { LIGHT }
}

/// Sets up both themes; the choice between them is [`choose`]'s.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts::definitions());
    for (theme, tokens) in [(Theme::Light, LIGHT), (Theme::Dark, DARK)] {
        ctx.style_mut_of(theme, |style| apply(style, tokens));
    }
}

/// Shows the theme that the person chose.
pub fn choose(ctx: &egui::Context, choice: ThemeChoice) {
    ctx.set_theme(match choice {
        ThemeChoice::System => egui::ThemePreference::System,
        ThemeChoice::Light => egui::ThemePreference::Light,
        ThemeChoice::Dark => egui::ThemePreference::Dark,
    });
}

fn apply(style: &mut Style, t: Tokens) {
    let proportional = FontFamily::Proportional;
    style.text_styles = [
        (
            TextStyle::Small,
            FontId::new(size::SMALL, proportional.clone()),
        ),
        (TextStyle::Body, FontId::new(size::UI, proportional.clone())),
        (TextStyle::Button, FontId::new(size::UI, proportional)),
        (
            TextStyle::Monospace,
            FontId::new(size::CODE, FontFamily::Monospace),
        ),
        (
            TextStyle::Heading,
            FontId::new(size::TITLE, fonts::semibold()),
        ),
    ]
    .into();
    style.url_in_tooltip = true;
    style.spacing.item_spacing = vec2(space::S, space::S);
    style.spacing.button_padding = vec2(space::S, space::XS);
    style.spacing.interact_size.y = 24.0;
    style.spacing.menu_margin = Margin::same(6);
    style.spacing.scroll.floating = true;
    style.spacing.scroll.bar_width = 9.0;
    style.spacing.scroll.floating_allocated_width = 6.0;

    let v = &mut style.visuals;
    v.panel_fill = t.paper;
    v.window_fill = t.raised;
    v.window_stroke = Stroke::new(1.0, t.line);
    v.window_corner_radius = CornerRadius::same(10);
    v.menu_corner_radius = CornerRadius::same(8);
    v.extreme_bg_color = t.raised;
    v.text_edit_bg_color = Some(t.raised);
    v.faint_bg_color = t.code;
    v.code_bg_color = t.code;
    v.hyperlink_color = t.accent;
    v.warn_fg_color = t.warn;
    v.error_fg_color = t.bad;
    v.weak_text_color = Some(t.ink_soft);
    v.selection.bg_fill = t.accent_soft;
    v.selection.stroke = Stroke::new(1.0, t.accent);
    v.indent_has_left_vline = false;
    let radius = CornerRadius::same(6);
    let widget = |fill: Color32, weak: Color32, stroke: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: weak,
        bg_stroke: Stroke::new(1.0, stroke),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    v.widgets.noninteractive = widget(t.panel, t.panel, t.line, t.ink);
    v.widgets.inactive = widget(t.raised, t.raised, t.line, t.ink);
    v.widgets.hovered = widget(t.hover, t.hover, t.ink_soft, t.ink_strong);
    v.widgets.active = widget(t.accent_soft, t.accent_soft, t.accent, t.ink_strong);
    v.widgets.open = widget(t.hover, t.hover, t.line, t.ink_strong);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: Color32) -> f32 {
        let channel = |value: u8| {
            let value = f32::from(value) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(color.r()) + 0.7152 * channel(color.g()) + 0.0722 * channel(color.b())
    }

    /// The contrast of WCAG 2.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_in_both_themes() {
        for t in [LIGHT, DARK] {
            for background in [t.paper, t.panel, t.raised, t.code] {
                for text in [t.ink, t.ink_strong] {
                    assert!(
                        contrast(text, background) >= 7.0,
                        "{text:?} on {background:?}"
                    );
                }
                for text in [t.ink_soft, t.accent, t.good, t.warn, t.bad] {
                    assert!(
                        contrast(text, background) >= 4.5,
                        "{text:?} on {background:?}"
                    );
                }
            }
            assert!(contrast(t.ink, t.accent_soft) >= 7.0);
            assert!(contrast(t.ink, t.hover) >= 7.0);
        }
    }
}
