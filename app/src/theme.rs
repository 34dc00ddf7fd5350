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
    /// Code where nothing else is said.
    pub const CODE: f32 = 13.5;
    /// The plan's name.
    pub const TITLE: f32 = 19.0;
}

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
    /// Text that steps back.
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
    /// Behind words that are marked, as with a pen.
    pub mark: Color32,
    /// Behind words that were looked for.
    pub found: Color32,
    /// Behind the one of them that is gone to.
    pub found_now: Color32,
    /// Behind words that are selected.
    pub selected: Color32,
    /// What words are highlighted with.
    pub pens: [Color32; 5],
    /// What matters most of all.
    pub important: Color32,
    /// Code's comments.
    pub code_comment: Color32,
    /// Code's keywords.
    pub code_keyword: Color32,
    /// Code's strings.
    pub code_string: Color32,
    /// Code's numbers and constants.
    pub code_number: Color32,
    /// Code's functions.
    pub code_function: Color32,
    /// Code's types.
    pub code_type: Color32,
}

const LIGHT: Tokens = Tokens {
    paper: Color32::from_rgb(0xFD, 0xFC, 0xF9),
    panel: Color32::from_rgb(0xF4, 0xF2, 0xED),
    raised: Color32::from_rgb(0xFF, 0xFF, 0xFF),
    ink: Color32::from_rgb(0x2C, 0x2B, 0x28),
    ink_strong: Color32::from_rgb(0x0F, 0x0F, 0x0D),
    ink_soft: Color32::from_rgb(0x52, 0x4F, 0x48),
    line: Color32::from_rgb(0xDD, 0xD9, 0xCF),
    code: Color32::from_rgb(0xF3, 0xF1, 0xEB),
    accent: Color32::from_rgb(0x16, 0x4F, 0x7C),
    accent_soft: Color32::from_rgb(0xD9, 0xE6, 0xEE),
    good: Color32::from_rgb(0x1F, 0x59, 0x34),
    warn: Color32::from_rgb(0x6E, 0x46, 0x00),
    bad: Color32::from_rgb(0x8F, 0x20, 0x20),
    hover: Color32::from_rgb(0xE8, 0xE5, 0xDD),
    mark: Color32::from_rgb(0xFB, 0xEB, 0xA6),
    found: Color32::from_rgb(0xFB, 0xE2, 0xB4),
    found_now: Color32::from_rgb(0xF9, 0xC0, 0x6B),
    selected: Color32::from_rgb(0xC4, 0xDD, 0xEF),
    pens: [
        Color32::from_rgb(0xFB, 0xE7, 0x8F),
        Color32::from_rgb(0xC9, 0xEB, 0xBC),
        Color32::from_rgb(0xC6, 0xE2, 0xF7),
        Color32::from_rgb(0xF8, 0xD0, 0xDE),
        Color32::from_rgb(0xE2, 0xD6, 0xF6),
    ],
    important: Color32::from_rgb(0x6A, 0x35, 0x8C),
    code_comment: Color32::from_rgb(0x52, 0x4F, 0x48),
    code_keyword: Color32::from_rgb(0x7A, 0x27, 0x73),
    code_string: Color32::from_rgb(0x22, 0x5A, 0x2C),
    code_number: Color32::from_rgb(0x84, 0x3A, 0x09),
    code_function: Color32::from_rgb(0x16, 0x4F, 0x7C),
    code_type: Color32::from_rgb(0x0A, 0x58, 0x5D),
};

const DARK: Tokens = Tokens {
    paper: Color32::from_rgb(0x1B, 0x1D, 0x20),
    panel: Color32::from_rgb(0x15, 0x16, 0x19),
    raised: Color32::from_rgb(0x24, 0x27, 0x2B),
    ink: Color32::from_rgb(0xD6, 0xD4, 0xCE),
    ink_strong: Color32::from_rgb(0xF7, 0xF5, 0xEF),
    ink_soft: Color32::from_rgb(0xB4, 0xB2, 0xAB),
    line: Color32::from_rgb(0x36, 0x39, 0x3E),
    code: Color32::from_rgb(0x23, 0x26, 0x2A),
    accent: Color32::from_rgb(0x8C, 0xC4, 0xE8),
    accent_soft: Color32::from_rgb(0x24, 0x3C, 0x4D),
    good: Color32::from_rgb(0x93, 0xCC, 0xA4),
    warn: Color32::from_rgb(0xE3, 0xB9, 0x72),
    bad: Color32::from_rgb(0xF2, 0xA5, 0x9F),
    hover: Color32::from_rgb(0x2B, 0x2E, 0x33),
    mark: Color32::from_rgb(0x45, 0x3C, 0x18),
    found: Color32::from_rgb(0x4C, 0x39, 0x14),
    found_now: Color32::from_rgb(0x66, 0x44, 0x08),
    selected: Color32::from_rgb(0x26, 0x41, 0x58),
    pens: [
        Color32::from_rgb(0x54, 0x49, 0x12),
        Color32::from_rgb(0x26, 0x4B, 0x2E),
        Color32::from_rgb(0x1F, 0x44, 0x62),
        Color32::from_rgb(0x5B, 0x2B, 0x41),
        Color32::from_rgb(0x43, 0x34, 0x66),
    ],
    important: Color32::from_rgb(0xCF, 0xAE, 0xEA),
    code_comment: Color32::from_rgb(0xB4, 0xB2, 0xAB),
    code_keyword: Color32::from_rgb(0xDD, 0xA8, 0xD8),
    code_string: Color32::from_rgb(0xA3, 0xCF, 0xA0),
    code_number: Color32::from_rgb(0xE8, 0xB4, 0x8C),
    code_function: Color32::from_rgb(0x93, 0xC5, 0xE8),
    code_type: Color32::from_rgb(0x8F, 0xD0, 0xCE),
};

/// The colours of the theme that is shown.
#[must_use]
pub fn tokens(style: &Style) -> Tokens {
    if style.visuals.dark_mode { DARK } else { LIGHT }
}

/// Sets up both themes; the choice between them is [`choose`]'s.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts::definitions());
    // The keys for it change the size of the page's letters.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
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
            }
            let signals = [t.ink_soft, t.accent, t.good, t.warn, t.bad, t.important];
            let code = [
                t.code_comment,
                t.code_keyword,
                t.code_string,
                t.code_number,
                t.code_function,
                t.code_type,
            ];
            for background in [t.paper, t.panel, t.code] {
                for text in signals.into_iter().chain(code) {
                    let contrast = contrast(text, background);
                    assert!(contrast >= 7.0, "{text:?} on {background:?}: {contrast}");
                }
            }
            for background in [t.accent_soft, t.hover, t.mark, t.found, t.selected] {
                let contrast = contrast(t.ink, background);
                assert!(contrast >= 7.0, "ink on {background:?}: {contrast}");
            }
        }
    }
}
