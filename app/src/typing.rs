//! Keys wait for what was done before them.
//!
//! A frame takes all that came since the last one. When frames are slow, a click into a field and
//! the words typed after it come in one of them, and the field has the keys only from the next:
//! the words would be taken for the page's single keys. So what may move the focus ends the input
//! of its frame for the keyboard, and what comes after it waits, in order, until it has had its
//! effect.

use egui::{Context, Event, Key, Modifiers, Plugin, RawInput};

/// The frames that a click or a key has for its effect before the next key: one takes it, in the
/// next the state follows and a field that it opened asks for the focus.
const N_FRAMES: u8 = 2;

/// Holds keys back that came too early. See the module.
#[derive(Debug, Default)]
pub(crate) struct Typing {
    waiting: Vec<Event>,
    /// How many frames the last click or key still has.
    n_frames: u8,
    /// What is held down, whose repetition is no other key.
    held_down: Option<(Key, Modifiers)>,
}

impl Plugin for Typing {
    fn debug_name(&self) -> &'static str {
        "typing"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let came = std::mem::take(&mut input.events);
        input.events = self.take(came, ctx.text_edit_focused());
        if self.n_frames > 0 || !self.waiting.is_empty() {
            ctx.request_repaint();
        }
    }
}

impl Typing {
    /// What of the events this frame is to see; the rest waits for a later one.
    fn take(&mut self, came: Vec<Event>, is_writing: bool) -> Vec<Event> {
        self.n_frames = self.n_frames.saturating_sub(1);
        let mut events = std::mem::take(&mut self.waiting);
        events.extend(came);
        let mut follows_key = false;
        for (index, event) in events.iter().enumerate() {
            // The letter of a key comes right behind it and belongs to it.
            let belongs = follows_key && matches!(event, Event::Text(_));
            follows_key = press_of(event).is_some();
            let is_repeated = self.held_down.is_some() && press_of(event) == self.held_down;
            if self.n_frames > 0 && is_typed(event) && !belongs && !is_repeated {
                self.waiting = events.split_off(index);
                break;
            }
            if may_move_focus(event, is_writing) {
                self.n_frames = N_FRAMES;
                self.held_down = press_of(event);
            } else if let Event::Key { pressed: false, .. } = event {
                self.held_down = None;
            }
        }
        events
    }
}

fn press_of(event: &Event) -> Option<(Key, Modifiers)> {
    match event {
        Event::Key {
            key,
            pressed: true,
            modifiers,
            ..
        } => Some((*key, *modifiers)),
        _ => None,
    }
}

/// Whether it goes to what has the focus, or means something where nothing has it.
fn is_typed(event: &Event) -> bool {
    let is_words = matches!(
        event,
        Event::Text(_) | Event::Paste(_) | Event::Cut | Event::Copy | Event::Ime(_)
    );
    is_words || press_of(event).is_some()
}

/// Whether what is typed next may be for something else than what is typed now.
fn may_move_focus(event: &Event, is_writing: bool) -> bool {
    if let Event::PointerButton { .. } = event {
        return true;
    }
    let Some((key, modifiers)) = press_of(event) else {
        return false;
    };
    let leaves = matches!(key, Key::Tab | Key::Enter | Key::Escape);
    !is_writing || leaves || modifiers.command || modifiers.alt
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: Key) -> Event {
        Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        }
    }

    fn text(words: &str) -> Event {
        Event::Text(words.to_owned())
    }

    fn button(pressed: bool) -> Event {
        Event::PointerButton {
            pos: egui::Pos2::ZERO,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        }
    }

    /// What each frame sees when all came before the first of them.
    fn frames(came: &[Event], is_writing: impl Fn(usize) -> bool) -> Vec<Vec<Event>> {
        let mut typing = Typing::default();
        let mut came = came.to_vec();
        (0..9)
            .map(|frame| typing.take(std::mem::take(&mut came), is_writing(frame)))
            .collect()
    }

    #[test]
    fn words_typed_after_a_click_wait_until_the_field_has_the_keys() {
        let (click, typed) = (
            [button(true), button(false)],
            [key(Key::A), text("a"), key(Key::S), text("s")],
        );
        let came: Vec<Event> = click.iter().chain(&typed).cloned().collect();
        let seen = frames(&came, |frame| frame > 0);
        assert_eq!(seen[0], click);
        assert!(seen[1].is_empty());
        assert_eq!(seen[2], typed);
        assert!(seen[3..].iter().all(Vec::is_empty));
    }

    #[test]
    fn a_single_key_has_its_effect_before_the_words_that_follow() {
        let came = [key(Key::C), text("c"), key(Key::S), text("s")];
        let seen = frames(&came, |frame| frame > 1);
        assert_eq!(seen[0], came[..2]);
        assert_eq!(seen[2], came[2..]);
    }

    #[test]
    fn what_is_typed_into_a_field_never_waits_until_it_is_left() {
        let came = [
            key(Key::A),
            text("a"),
            key(Key::B),
            text("b"),
            key(Key::Tab),
            key(Key::S),
            button(true),
        ];
        let seen = frames(&came, |frame| frame == 0);
        assert_eq!(seen[0], came[..5]);
        assert_eq!(seen[2], came[5..]);
    }

    #[test]
    fn a_key_held_down_moves_the_page_as_fast_as_it_repeats() {
        let came = [key(Key::J), text("j"), key(Key::J), text("j"), key(Key::J)];
        assert_eq!(frames(&came, |_| false)[0], came);
    }

    #[test]
    fn nothing_is_dropped_and_nothing_overtakes() {
        let came = [
            key(Key::C),
            button(true),
            button(false),
            key(Key::Enter),
            Event::Paste("words".to_owned()),
            Event::PointerGone,
        ];
        assert_eq!(frames(&came, |_| false).concat(), came);
    }
}
