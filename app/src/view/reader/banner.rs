//! Words around the page: what is to be known of a text before it is read, and why there is none.

use egui::{RichText, Ui};
use lucide_icons::Icon;
use postil_watcher::TextNotice;

use super::View;
use crate::fonts;
use crate::state::{Content, OpenDocument};
use crate::theme::space;

/// Why nothing is open.
pub(super) fn nothing_open_ui(ui: &mut Ui, view: &View<'_>) {
    let Some(folder) = view.state.open_folder() else {
        let words = "Choose a plan on the left, or drop a folder here.";
        centered(ui, view, Icon::Library, words);
        return;
    };
    if let Some(why) = &folder.missing {
        centered(ui, view, Icon::FolderOpen, &missing_words(why));
    } else if folder.is_scanned {
        let words = "No Markdown files here yet. They open as soon as they are written.";
        centered(ui, view, Icon::FileText, words);
    }
}

fn missing_words(why: &str) -> String {
    format!(
        "The folder is not there. Its notes and progress are kept, and it opens again when it is back.\n{why}"
    )
}

/// What is to be known of the text before it is read.
pub(super) fn banners_ui(ui: &mut Ui, view: &View<'_>, open: &OpenDocument) {
    let t = view.tokens;
    let mut banners: Vec<String> = Vec::new();
    let missing_folder = view
        .state
        .open_folder()
        .and_then(|folder| folder.missing.as_ref());
    let document = view.state.library.document(open.plan, open.id);
    let is_shown = matches!(open.content, Content::Shown(_));
    if let Some(why) = missing_folder {
        banners.push(missing_words(why));
    } else if is_shown && document.is_some_and(|document| document.missing.is_some()) {
        banners.push(
            "This file is gone from the folder. This is its last text; its notes are kept."
                .to_owned(),
        );
    }
    banners.extend(
        open.notices
            .iter()
            .filter_map(|notice| notice_words(*notice))
            .map(str::to_owned),
    );
    for text in banners {
        let margin = egui::Margin::symmetric(space::M as i8, 6);
        egui::Frame::new()
            .fill(t.hover)
            .inner_margin(margin)
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.horizontal_wrapped(|ui| {
                    ui.label(
                        RichText::new(Icon::TriangleAlert.unicode())
                            .family(fonts::icons())
                            .color(t.warn),
                    );
                    ui.label(RichText::new(text).color(t.ink));
                });
            });
    }
}

fn notice_words(notice: TextNotice) -> Option<&'static str> {
    match notice {
        TextNotice::InvalidUtf8 => {
            Some("Some bytes of this file are no text; they are shown as \u{FFFD}.")
        }
        TextNotice::NulBytes => Some("This file has NUL bytes; they are shown as ␀."),
        TextNotice::Utf16 => Some("This file is UTF-16; it is shown as text all the same."),
        TextNotice::ByteOrderMark => None,
    }
}

/// Words in the middle of the page.
pub(super) fn centered(ui: &mut Ui, view: &View<'_>, glyph: Icon, text: &str) {
    let room = ui.available_height();
    ui.vertical_centered(|ui| {
        ui.add_space((room * 0.4 - 40.0).max(space::L));
        ui.label(
            RichText::new(glyph.unicode())
                .family(fonts::icons())
                .size(34.0)
                .color(view.tokens.ink_soft),
        );
        ui.add_space(space::S);
        ui.set_max_width(440.0_f32.min(ui.available_width()));
        ui.label(RichText::new(text).size(15.0).color(view.tokens.ink));
    });
}
