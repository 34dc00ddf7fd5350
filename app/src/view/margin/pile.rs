//! Where cards stand: each as near to its words as the others allow, none over another.

/// The tops of cards that would like to stand at their own, in order: `(wanted top, height)`. The
/// one that is `first` gets its wish, those above it give way upwards and those below it downwards;
/// without one, all give way downwards.
pub(super) fn pile(cards: &[(f32, f32)], first: Option<usize>, between: f32) -> Vec<f32> {
    let mut tops: Vec<f32> = cards.iter().map(|(top, _)| *top).collect();
    let from = first.unwrap_or(0);
    for i in from + 1..cards.len() {
        let above = tops[i - 1] + cards[i - 1].1 + between;
        tops[i] = tops[i].max(above);
    }
    for i in (0..from.min(cards.len())).rev() {
        let below = tops[i + 1] - cards[i].1 - between;
        tops[i] = tops[i].min(below);
    }
    tops
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cards_stand_at_their_words_where_there_is_room() {
        let cards = [(10.0, 50.0), (100.0, 50.0), (400.0, 50.0)];
        assert_eq!(pile(&cards, None, 8.0), [10.0, 100.0, 400.0]);
        assert_eq!(pile(&[], None, 8.0), [0.0; 0]);
    }

    #[test]
    fn the_chosen_one_stays_and_the_others_give_way() {
        let cards = [(10.0, 50.0), (20.0, 50.0), (30.0, 50.0)];
        assert_eq!(pile(&cards, None, 8.0), [10.0, 68.0, 126.0]);
        assert_eq!(pile(&cards, Some(1), 8.0), [-38.0, 20.0, 78.0]);
    }

    proptest! {
        #[test]
        fn none_stands_over_another(
            mut cards in prop::collection::vec((0.0..2_000.0_f32, 10.0..200.0_f32), 0..20),
            first in prop::option::of(0..20_usize),
        ) {
            cards.sort_by(|a, b| a.0.total_cmp(&b.0));
            let first = first.filter(|first| *first < cards.len());
            let tops = pile(&cards, first, 8.0);
            for i in 1..tops.len() {
                prop_assert!(tops[i] >= tops[i - 1] + cards[i - 1].1 + 7.9);
            }
            if let Some(first) = first {
                prop_assert!((tops[first] - cards[first].0).abs() < 0.01);
            }
        }
    }
}
