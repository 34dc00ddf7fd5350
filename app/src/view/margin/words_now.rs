//! What became of the words of a note, where they are not what they were.

use egui::{Color32, RichText, Ui};
use postil_model::Placement;

use super::card::Card;
use crate::command::UserCommand;
use crate::margin::MarginCommand;
use crate::theme::size;
use crate::view::View;

/// Says it, and asks what only the person knows.
pub(super) fn place_ui(ui: &mut Ui, view: &mut View<'_>, card: &Card<'_>) {
    let t = view.tokens;
    let note = card.note;
    let Some(passage) = note.passage() else {
        return;
    };
    let text = view.state.shown().map(|parsed| parsed.text());
    let words_at = |range: &std::ops::Range<usize>| {
        text.and_then(|text| text.get(range.clone())).unwrap_or("")
    };
    match card.placement {
        Some(Placement::Changed { range, .. }) => {
            notice(ui, t.warn, "The words have changed");
            let (old, new) = from_difference(&passage.sought().quote, words_at(range));
            let old = RichText::new(old).size(size::SMALL);
            ui.label(old.color(t.bad).strikethrough());
            ui.label(RichText::new(new).size(size::SMALL).color(t.good));
            if ui
                .button("Confirm")
                .on_hover_text("It is about the new words")
                .clicked()
            {
                let bind = MarginCommand::Bind(note.id, range.clone());
                view.ask(UserCommand::Margin(bind));
            }
        }
        Some(Placement::Moved { .. }) => notice(ui, t.ink_soft, "The words were moved here"),
        Some(Placement::Ambiguous { candidates }) => {
            notice(
                ui,
                t.warn,
                "Several places have these words. Which is meant?",
            );
            let mut chosen = None;
            for candidate in candidates.iter().take(4) {
                let line = view
                    .state
                    .shown()
                    .map_or(0, |parsed| parsed.line_of(candidate.start));
                let words = format!("Line {line}: {}", shortened(words_at(candidate)));
                let button = egui::Button::new(RichText::new(words).size(size::SMALL)).truncate();
                if ui.add(button).clicked() {
                    chosen = Some(candidate.clone());
                }
            }
            if let Some(range) = chosen {
                view.ask(UserCommand::Margin(MarginCommand::Bind(note.id, range)));
            }
        }
        _ => {}
    }
}

fn notice(ui: &mut Ui, color: Color32, words: &str) {
    ui.label(RichText::new(words).size(size::SMALL).color(color));
}

/// Two texts as [`shortened`] does it, each from a little before where they begin to differ.
fn from_difference(old: &str, new: &str) -> (String, String) {
    /// Both are shown whole up to a difference that is no further in.
    const LEAD_CHARS: usize = 40;
    let pairs = old.char_indices().zip(new.chars());
    let same = pairs
        .take_while(|((_, a), b)| a == b)
        .map(|((at, _), _)| at);
    let same: Vec<usize> = same.collect();
    let Some(from) = same.len().checked_sub(LEAD_CHARS).map(|n| same[n]) else {
        return (shortened(old), shortened(new));
    };
    // From the next word on, if there is one before the difference.
    let lead = &old[from..];
    let from = from + lead.find(' ').filter(|at| *at < LEAD_CHARS).unwrap_or(0);
    let rest = |text: &str| format!("…{}", shortened(&text[from..]));
    (rest(old), rest(new))
}

/// The first words of a text, on one line.
pub(in crate::view) fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 120;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_CHARS {
        return line;
    }
    let short: String = line.chars().take(MAX_CHARS).collect();
    format!("{short}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_shown_from_where_they_differ() {
        let same = "So how do you know which type of integer to use? If you are unsure, ";
        let (old, new) = from_difference(&format!("{same}integers"), &format!("{same}Integers"));
        assert!(
            old.starts_with('…') && old.ends_with("unsure, integers"),
            "{old}"
        );
        assert!(
            new.starts_with('…') && new.ends_with("unsure, Integers"),
            "{new}"
        );
        let (old, new) = from_difference("Two beds", "Three beds");
        assert_eq!((old.as_str(), new.as_str()), ("Two beds", "Three beds"));
        let (old, new) = from_difference(&"é ".repeat(90), "é");
        assert!(!old.is_empty() && new == "é");
    }
}
