//! The keys that move the page, when no field or button has them.

use egui::{Context, Event, Key, Modifiers, Ui};
use postil_model::markdown::Unit;

use super::select::Stride;
use crate::theme::space;

/// What a key press scrolls by.
const LINE_PT: f32 = 60.0;

/// What the keys select.
#[derive(Clone, Copy, Debug)]
pub(super) enum Selects {
    /// Everything.
    All,
    /// Nothing any more.
    Nothing,
    /// What of, and how the selection goes on from what it is.
    Next(Unit, Stride),
}

/// What the keys ask for in a frame.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pressed {
    /// Points to scroll down by.
    pub(super) scroll_pt: f64,
    /// What is to be selected.
    pub(super) selects: Option<Selects>,
    /// Changed blocks to step over, down or up.
    pub(super) n_changes: isize,
    /// Whether an editor is to be opened at the place.
    pub(super) edits: bool,
    /// Whether what changed is to count as read.
    pub(super) is_read: bool,
}

/// Takes the keys of this frame. `height` is that of the window on the page, `total` that of the
/// page. Escape is only taken from a selection.
pub(super) fn take(ui: &Ui, height: f32, total: f64, has_selection: bool) -> Pressed {
    let ctx = ui.ctx();
    let mut pressed = Pressed::default();
    if !is_free(ctx) {
        return pressed;
    }
    let page = f64::from((height - LINE_PT).max(LINE_PT));
    let line = f64::from(LINE_PT);
    ctx.input_mut(|input| {
        // Before the same keys without Shift, which would take them.
        for (key, modifiers, unit, stride) in [
            (Key::W, Modifiers::SHIFT, Unit::Word, Stride::Back),
            (Key::W, Modifiers::NONE, Unit::Word, Stride::On),
            (Key::S, Modifiers::SHIFT, Unit::Sentence, Stride::Back),
            (Key::S, Modifiers::NONE, Unit::Sentence, Stride::On),
            (Key::B, Modifiers::SHIFT, Unit::Paragraph, Stride::Back),
            (Key::B, Modifiers::NONE, Unit::Paragraph, Stride::On),
            (Key::ArrowRight, Modifiers::SHIFT, Unit::Word, Stride::More),
            (Key::ArrowLeft, Modifiers::SHIFT, Unit::Word, Stride::Less),
            (
                Key::ArrowDown,
                Modifiers::SHIFT,
                Unit::Paragraph,
                Stride::More,
            ),
            (
                Key::ArrowUp,
                Modifiers::SHIFT,
                Unit::Paragraph,
                Stride::Less,
            ),
        ] {
            if input.count_and_consume_key(modifiers, key) > 0 {
                pressed.selects = Some(Selects::Next(unit, stride));
            }
        }
        if has_selection && input.count_and_consume_key(Modifiers::NONE, Key::Escape) > 0 {
            pressed.selects = Some(Selects::Nothing);
        }
        if input.count_and_consume_key(Modifiers::COMMAND, Key::A) > 0 {
            pressed.selects = Some(Selects::All);
        }
        for (key, modifiers, step) in [
            (Key::ArrowDown, Modifiers::NONE, line),
            (Key::ArrowUp, Modifiers::NONE, -line),
            (Key::PageDown, Modifiers::NONE, page),
            (Key::PageUp, Modifiers::NONE, -page),
            (Key::Space, Modifiers::SHIFT, -page),
            (Key::Space, Modifiers::NONE, page),
            (Key::Home, Modifiers::NONE, -total),
            (Key::End, Modifiers::NONE, total),
            (Key::G, Modifiers::SHIFT, total),
            (Key::G, Modifiers::NONE, -total),
            (Key::J, Modifiers::NONE, line),
            (Key::K, Modifiers::NONE, -line),
            (Key::D, Modifiers::NONE, page / 2.0),
            (Key::U, Modifiers::NONE, -page / 2.0),
        ] {
            pressed.scroll_pt += step * input.count_and_consume_key(modifiers, key) as f64;
        }
        let n = input
            .count_and_consume_key(Modifiers::NONE, Key::CloseBracket)
            .cast_signed()
            - input
                .count_and_consume_key(Modifiers::NONE, Key::OpenBracket)
                .cast_signed();
        pressed.n_changes = n;
        pressed.edits = input.count_and_consume_key(Modifiers::NONE, Key::E) > 0;
        pressed.is_read = input.count_and_consume_key(Modifiers::NONE, Key::M) > 0;
        // A letter that was a key is no text for what is focused next.
        input
            .events
            .retain(|event| !matches!(event, Event::Text(_)));
    });
    pressed
}

/// Whether keys are the page's: nothing is focused and nothing is open above it.
fn is_free(ctx: &Context) -> bool {
    let has_focus = ctx.memory(|memory| memory.focused().is_some());
    let has_modal = ctx.memory(|memory| memory.top_modal_layer().is_some());
    !has_focus && !has_modal && !egui::Popup::is_any_open(ctx)
}

/// The room above the first block.
pub(super) const PADDING_PT: f32 = space::L;
