//! Code on the page: on a quiet ground, with its colours, never wrapped.

use egui::{Frame, Label, Margin, RichText, ScrollArea, TextStyle, Ui};
use egui_extras::syntax_highlighting::{CodeTheme, highlight};
use lucide_icons::Icon;

use crate::fonts;
use crate::theme::{Tokens, size, space};

/// A code block with the language's colours, and a button that copies it.
pub(super) fn code_ui(ui: &mut Ui, t: &Tokens, language: Option<&str>, code: &str) {
    framed(ui, t, |ui| {
        let theme = CodeTheme::from_style(ui.style());
        let job = highlight(
            ui.ctx(),
            ui.style(),
            &theme,
            code,
            language.map_or("txt", syntax),
        );
        let top_right = ui.max_rect().right_top();
        scrolled(ui, |ui| ui.add(Label::new(job).extend()));
        copy_button(ui, top_right, code);
    });
}

/// What the highlighter, which knows file extensions, calls a language that fences call by name.
fn syntax(language: &str) -> &str {
    let known = [
        ("bash", "sh"),
        ("c++", "cpp"),
        ("console", "sh"),
        ("csharp", "cs"),
        ("golang", "go"),
        ("haskell", "hs"),
        ("javascript", "js"),
        ("jsonc", "json"),
        ("markdown", "md"),
        ("python", "py"),
        ("ruby", "rb"),
        ("rust", "rs"),
        ("shell", "sh"),
        // The nearest that the highlighter has.
        ("ts", "js"),
        ("tsx", "js"),
        ("typescript", "js"),
        ("zsh", "sh"),
    ];
    known
        .iter()
        .find(|(name, _)| language.eq_ignore_ascii_case(name))
        .map_or(language, |(_, extension)| extension)
}

/// A block that is shown as its source, and says so.
pub(super) fn captioned_ui(ui: &mut Ui, t: &Tokens, caption: &str, source: &str) {
    framed(ui, t, |ui| {
        ui.label(RichText::new(caption).size(size::SMALL).color(t.ink_soft));
        ui.add_space(space::XS);
        let text = RichText::new(source)
            .text_style(TextStyle::Monospace)
            .color(t.ink);
        scrolled(ui, |ui| ui.add(Label::new(text).extend()));
    });
}

fn framed(ui: &mut Ui, t: &Tokens, content: impl FnOnce(&mut Ui)) {
    let frame = Frame::new()
        .fill(t.code)
        .corner_radius(8)
        .inner_margin(Margin::symmetric(14, 10));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().extra_text_line_spacing = 3.0;
        content(ui);
    });
}

fn scrolled(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> egui::Response) {
    ScrollArea::horizontal()
        .id_salt("code")
        .auto_shrink([false, true])
        .show(ui, content);
}

/// Seen while the pointer is over the block.
fn copy_button(ui: &mut Ui, top_right: egui::Pos2, code: &str) {
    let block = ui.min_rect();
    if !ui.rect_contains_pointer(block) {
        return;
    }
    let rect =
        egui::Rect::from_min_size(top_right - egui::vec2(26.0, 0.0), egui::Vec2::splat(26.0));
    let button = egui::Button::new(
        RichText::new(Icon::Copy.unicode())
            .family(fonts::icons())
            .size(15.0),
    );
    let button = ui
        .put(rect, button)
        .on_hover_text("Copy")
        .accessible_name("Copy the code");
    if button.clicked() {
        ui.ctx().copy_text(code.to_owned());
    }
}

/// A fence's lines without the fence; an indented block as it is; text that is no fence untouched.
pub(super) fn fence_content(source: &str) -> &str {
    let source = source.trim_end_matches(['\n', '\r']);
    let opening = source.trim_start();
    let Some(mark) = opening.chars().next().filter(|c| matches!(c, '`' | '~')) else {
        return source;
    };
    let n_marks = opening.chars().take_while(|c| *c == mark).count();
    if n_marks < 3 {
        return source;
    }
    let Some((_, content)) = source.split_once('\n') else {
        return "";
    };
    let (before, last) = content.rsplit_once('\n').unwrap_or(("", content));
    let closing = last.trim();
    let is_closed = closing.len() >= n_marks && closing.chars().all(|c| c == mark);
    if is_closed { before } else { content }
}

#[cfg(test)]
mod tests {
    use super::fence_content;

    #[test]
    fn a_fence_is_taken_off() {
        assert_eq!(
            fence_content("```rust\nlet a;\n\nlet b;\n```\n"),
            "let a;\n\nlet b;"
        );
        assert_eq!(fence_content("~~~~\n~~~\n~~~~"), "~~~");
        assert_eq!(fence_content("```\nnever closed\n"), "never closed");
        assert_eq!(fence_content("```\n```"), "");
        assert_eq!(fence_content("    indented\n"), "    indented");
        assert_eq!(fence_content("graph TD\n  a --> b"), "graph TD\n  a --> b");
        assert_eq!(fence_content("``x"), "``x");
    }
}
