//! The small bar at what is selected: what can be said of it.

use std::ops::Range;

use egui::{Area, Frame, Id, Key, Margin, Modifiers, Order, Rect, Sense, Ui, pos2, vec2};
use lucide_icons::Icon;
use postil_model::AnnotationKind;

use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::theme::space;
use crate::view::View;
use crate::view::parts::icon_button;

/// Paints the bar at the last line of what is selected, and takes its keys. True if something was
/// said of it: then it is selected no more.
pub(in crate::view) fn bar_ui(
    ui: &Ui,
    view: &mut View<'_>,
    page: Rect,
    selected: &Range<usize>,
    last_line: Option<Rect>,
    words: impl FnOnce() -> String,
) -> bool {
    let mut kind = key_of(ui);
    if let Some(line) = last_line {
        let size = vec2(250.0, 38.0);
        let above = line.top() - size.y - 26.0;
        let y = if line.bottom() + size.y + 14.0 < page.bottom() {
            line.bottom() + 6.0
        } else {
            above
        };
        let x = (line.right() - size.x / 2.0).clamp(page.left() + 8.0, page.right() - size.x - 8.0);
        Area::new(Id::unique("selection bar"))
            .order(Order::Foreground)
            .fixed_pos(pos2(x, y))
            .show(ui.ctx(), |ui| {
                Frame::popup(ui.style())
                    .inner_margin(Margin::same(space::XS as i8))
                    .show(ui, |ui| {
                        ui.horizontal(|ui| {
                            ui.spacing_mut().item_spacing.x = 2.0;
                            kind = buttons_ui(ui, view).or(kind.take());
                        });
                    });
            });
    }
    let Some(mut kind) = kind else {
        return false;
    };
    if let AnnotationKind::Replacement { words: other } = &mut kind {
        *other = words();
    }
    view.ask(UserCommand::Margin(MarginCommand::Annotate {
        range: selected.clone(),
        kind,
        is_block: false,
    }));
    true
}

fn buttons_ui(ui: &mut Ui, view: &View<'_>) -> Option<AnnotationKind> {
    let t = view.tokens;
    let mut kind = None;
    for (colour, pen) in t.pens.iter().enumerate() {
        let (rect, response) = ui.allocate_exact_size(vec2(20.0, 26.0), Sense::click());
        let radius = if response.hovered() { 8.5 } else { 7.0 };
        ui.painter()
            .circle(rect.center(), radius, *pen, (1.0, t.line));
        let colour = colour as u8;
        let name = view.state.library.settings().colour_name(colour);
        let key = if colour == 0 { " (H)" } else { "" };
        response.widget_info(|| {
            let words = format!("Highlight: {name}");
            egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, words)
        });
        if response
            .on_hover_text(format!("Highlight: {name}{key}"))
            .clicked()
        {
            kind = Some(AnnotationKind::Highlight { colour });
        }
    }
    ui.add_space(space::XS);
    for (icon, name, of) in [
        (Icon::MessageSquare, "Comment (C)", AnnotationKind::Comment),
        (Icon::CircleHelp, "Question (Q)", AnnotationKind::Question),
        (Icon::PencilLine, "Suggest other words (R)", other_words()),
        (
            Icon::Strikethrough,
            "Suggest to delete (X)",
            AnnotationKind::Deletion,
        ),
    ] {
        if icon_button(ui, icon, name).clicked() {
            kind = Some(of);
        }
    }
    kind
}

fn other_words() -> AnnotationKind {
    AnnotationKind::Replacement {
        words: String::new(),
    }
}

/// What a single key says of what is selected, while no field has the keys.
fn key_of(ui: &Ui) -> Option<AnnotationKind> {
    let ctx = ui.ctx();
    let is_taken = ctx.memory(|memory| memory.focused().is_some())
        || ctx.memory(|memory| memory.top_modal_layer().is_some());
    if is_taken {
        return None;
    }
    let kinds = [
        (Key::H, AnnotationKind::Highlight { colour: 0 }),
        (Key::C, AnnotationKind::Comment),
        (Key::Q, AnnotationKind::Question),
        (Key::R, other_words()),
        (Key::X, AnnotationKind::Deletion),
    ];
    let mut pressed = kinds.into_iter();
    ui.input_mut(|input| {
        let found = pressed.find(|(key, _)| input.consume_key(Modifiers::NONE, *key));
        if found.is_some() {
            // A letter that was a key is no text for the note that it begins.
            input
                .events
                .retain(|event| !matches!(event, egui::Event::Text(_)));
        }
        found.map(|(_, kind)| kind)
    })
}
