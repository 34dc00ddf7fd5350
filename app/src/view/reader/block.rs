//! One block of the page.

use egui::{Align, FontFamily, Layout, RichText, TextStyle, Ui, vec2};
use egui_commonmark::{Alert, AlertBundle, CommonMarkCache, CommonMarkViewer};
use lucide_icons::Icon;
use postil_model::markdown::{Block, BlockKind, Marker, Parsed};

use super::code;
use crate::fonts;
use crate::theme::{Tokens, size};

/// What drawing a block needs to know of its document.
pub(super) struct Context<'a> {
    /// The document.
    pub(super) parsed: &'a Parsed,
    /// Where relative pictures are.
    pub(super) images: String,
    /// The colours.
    pub(super) tokens: Tokens,
}

/// Room above a block, which belongs to its height.
fn space_above(kind: &BlockKind, is_first: bool) -> f32 {
    if is_first {
        return 0.0;
    }
    match kind {
        BlockKind::Heading(1) => 34.0,
        BlockKind::Heading(2) => 30.0,
        BlockKind::Heading(_) => 22.0,
        BlockKind::Item {
            is_first: false, ..
        } => 6.0,
        BlockKind::Rule => 20.0,
        BlockKind::Source { .. } => 0.0,
        BlockKind::Footnote(_) => 8.0,
        _ => 14.0,
    }
}

/// A guess at the height of a block that was never laid out.
pub(super) fn estimate(block: &Block, source: &str, width: f32) -> f32 {
    let line_pt = size::PAGE * 1.6;
    let chars_per_line = (width / (size::PAGE * 0.5)).max(8.0);
    let wrapped = |text: &str| (text.len() as f32 / chars_per_line).ceil().max(1.0);
    let n_newlines = || source.trim_end().matches('\n').count() as f32;
    let content = match &block.kind {
        BlockKind::Heading(level) => size::HEADINGS[usize::from(*level).clamp(1, 6) - 1] * 1.5,
        BlockKind::Code(_) | BlockKind::FrontMatter => {
            (n_newlines() - 1.0).max(1.0) * size::CODE * 1.35 + 24.0
        }
        BlockKind::Source { is_code: true } => (n_newlines() + 1.0) * size::CODE * 1.35,
        BlockKind::Table => n_newlines() * (line_pt + 6.0),
        BlockKind::Rule => 4.0,
        BlockKind::Item { .. } | BlockKind::Quote => {
            wrapped(source).max(n_newlines() + 1.0) * line_pt
        }
        _ => wrapped(source) * line_pt,
    };
    content + space_above(&block.kind, block.range.start == 0)
}

/// Draws a block in a ui of the page's width.
pub(super) fn block_ui(
    ui: &mut Ui,
    cache: &mut CommonMarkCache,
    context: &Context<'_>,
    index: usize,
) {
    let Some(block) = context.parsed.blocks().get(index) else {
        return;
    };
    let t = &context.tokens;
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.add_space(space_above(&block.kind, index == 0));
    let excerpt = context.parsed.excerpt(index);
    match &block.kind {
        BlockKind::Heading(level) => heading_ui(ui, cache, context, *level, &excerpt),
        BlockKind::Item { marker, .. } => {
            let marker = *marker;
            marked_ui(
                ui,
                26.0,
                |ui| marker_ui(ui, marker, t),
                |ui| markdown_ui(ui, cache, context, &excerpt),
            );
        }
        BlockKind::Footnote(number) => {
            let number = *number;
            if let Some(font) = ui.style_mut().text_styles.get_mut(&TextStyle::Body) {
                font.size = size::UI;
            }
            let back = |ui: &mut Ui| {
                let link = ui.link(RichText::new(format!("{number}.")).size(size::UI));
                if link
                    .on_hover_text("Back to where it is mentioned")
                    .clicked()
                {
                    ui.ctx()
                        .open_url(egui::OpenUrl::same_tab(format!("#postil-mark-{number}")));
                }
            };
            marked_ui(ui, 26.0, back, |ui| {
                markdown_ui(ui, cache, context, &excerpt);
            });
        }
        BlockKind::Code(Some(language)) if language.eq_ignore_ascii_case("mermaid") => {
            code::captioned_ui(
                ui,
                t,
                "Diagram (Mermaid source)",
                code::fence_content(&excerpt),
            );
        }
        BlockKind::FrontMatter => {
            let yaml = excerpt.trim().trim_matches('-').trim_matches('.').trim();
            code::captioned_ui(ui, t, "Front matter", yaml);
        }
        BlockKind::Code(language) => {
            code::code_ui(ui, t, language.as_deref(), code::fence_content(&excerpt));
        }
        BlockKind::Source { is_code } => source_ui(ui, t, &excerpt, *is_code),
        BlockKind::Rule => {
            let (rect, _) =
                ui.allocate_exact_size(vec2(ui.available_width(), 2.0), egui::Sense::hover());
            ui.painter().hline(
                rect.x_range(),
                rect.center().y,
                egui::Stroke::new(1.0, t.line),
            );
            ui.add_space(6.0);
        }
        BlockKind::Paragraph
        | BlockKind::Quote
        | BlockKind::Table
        | BlockKind::Html
        | BlockKind::Other => markdown_ui(ui, cache, context, &excerpt),
    }
}

fn markdown_ui(ui: &mut Ui, cache: &mut CommonMarkCache, context: &Context<'_>, text: &str) {
    let width = ui.available_width().max(1.0) as usize;
    let viewer = CommonMarkViewer::new();
    let viewer = if text.contains("[!") {
        viewer.alerts(alerts(&context.tokens))
    } else {
        viewer
    };
    viewer
        .default_implicit_uri_scheme(&context.images)
        .max_image_width(Some(width))
        .show(ui, cache, text);
}

/// GitHub's five alerts, in colours that can be read in both themes.
fn alerts(t: &Tokens) -> AlertBundle {
    let alert = |name: &str, color| Alert {
        accent_color: color,
        icon: '●',
        identifier: name.to_uppercase(),
        identifier_rendered: name.to_owned(),
    };
    AlertBundle::from_alerts(vec![
        alert("Note", t.accent),
        alert("Tip", t.good),
        alert("Important", t.accent),
        alert("Warning", t.warn),
        alert("Caution", t.bad),
    ])
}

/// A heading: inline Markdown in a face and size of its own.
fn heading_ui(
    ui: &mut Ui,
    cache: &mut CommonMarkCache,
    context: &Context<'_>,
    level: u8,
    text: &str,
) {
    let pt = size::HEADINGS[usize::from(level).clamp(1, 6) - 1];
    let style = ui.style_mut();
    if let Some(font) = style.text_styles.get_mut(&TextStyle::Body) {
        font.size = pt;
        font.family = fonts::semibold();
    }
    style.spacing.extra_text_line_spacing = 3.0;
    style.visuals.widgets.noninteractive.fg_stroke.color = context.tokens.ink_strong;
    markdown_ui(ui, cache, context, text);
    if level == 1 {
        ui.add_space(2.0);
    }
}

/// Something small to the left of the content, both beginning on one line.
fn marked_ui(
    ui: &mut Ui,
    indent: f32,
    marker: impl FnOnce(&mut Ui),
    content: impl FnOnce(&mut Ui),
) {
    ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let left = ui.cursor().left();
        marker(ui);
        let used = ui.min_rect().right() - left;
        ui.add_space((indent - used).max(6.0));
        ui.vertical(content);
    });
}

fn marker_ui(ui: &mut Ui, marker: Marker, t: &Tokens) {
    let label = match marker {
        Marker::Bullet => RichText::new("  •").color(t.ink_soft),
        Marker::Number(number) => RichText::new(format!("{number}.")).color(t.ink_soft),
        Marker::Task(true) => RichText::new(Icon::SquareCheckBig.unicode())
            .family(fonts::icons())
            .color(t.good),
        Marker::Task(false) => RichText::new(Icon::Square.unicode())
            .family(fonts::icons())
            .color(t.ink_soft),
    };
    let label = egui::Label::new(label).selectable(false);
    match marker {
        Marker::Task(is_done) => {
            let name = if is_done { "Done" } else { "Open" };
            ui.add(label).accessible_name(name);
        }
        Marker::Bullet | Marker::Number(_) => {
            ui.add(label);
        }
    }
}

/// A piece of what is too large to be laid out as Markdown.
fn source_ui(ui: &mut Ui, t: &Tokens, text: &str, is_code: bool) {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let family = if is_code {
        FontFamily::Monospace
    } else {
        FontFamily::Proportional
    };
    let pt = if is_code { size::CODE } else { size::PAGE };
    let rich = RichText::new(text)
        .font(egui::FontId::new(pt, family))
        .color(t.ink);
    ui.add(egui::Label::new(rich).wrap());
}
