//! The published methods and the rules of the benchmark, on cases small enough to count by hand.

use std::ops::Range;

use super::cases::{Class, Passage};
use super::document::Document;
use super::verdict::{Answer, Verdict, verdict};
use super::{method_a, method_b};

const OLD: &str = "# Tides\n\nGauges are read every ten minutes.\n\nGauges are kept dry.\n";
const NEW: &str = "# Tides\n\nGauges are read every six minutes.\n\nAll gauges are kept dry.\n";

fn passage(quote: &str, class: Class, to: Option<Range<usize>>) -> Passage {
    let start = OLD.find(quote).expect("a quote of the old text");
    Passage {
        id: "0".to_owned(),
        class,
        range: start..start + quote.len(),
        quote: quote.to_owned(),
        to,
        acceptable: Vec::new(),
    }
}

fn answers(quote: &str) -> [Answer; 2] {
    let (old, new) = (Document::new(OLD), Document::new(NEW));
    let passage = passage(quote, Class::Same, None);
    [
        method_a::place(&old, &new, &passage),
        method_b::place(&old, &new, &passage),
    ]
}

#[test]
fn the_first_method_takes_what_is_like_the_words_and_the_second_does_not() {
    let place = NEW.find("every six minutes").expect("the words");
    let changed = Answer::Sure(place..place + "every six minutes".len());
    assert_eq!(answers("every ten minutes"), [changed, Answer::Detached]);
    let place = NEW.find("are kept dry").expect("the words");
    let same = Answer::Sure(place..place + "are kept dry".len());
    assert_eq!(answers("are kept dry"), [same.clone(), same]);
}

#[test]
fn an_answer_is_judged_by_the_class_of_its_passage() {
    let same = passage("are kept dry", Class::Same, Some(10..22));
    let changed = passage("are kept dry", Class::Changed, Some(10..22));
    let gone = passage("are kept dry", Class::Gone, None);
    for (passage, answer, expected) in [
        (&same, Answer::Sure(10..22), Verdict::RightConfident),
        (&same, Answer::Sure(10..21), Verdict::WrongConfident),
        (&changed, Answer::Flagged(10..18), Verdict::RightFlagged),
        (&changed, Answer::Flagged(10..17), Verdict::WrongFlagged),
        (&changed, Answer::Detached, Verdict::Detached),
        (&gone, Answer::Flagged(10..22), Verdict::Flagged),
        (&gone, Answer::Sure(10..22), Verdict::WrongConfident),
        (&gone, Answer::Detached, Verdict::Detached),
    ] {
        assert_eq!(verdict(passage, &answer), expected, "{answer:?}");
    }
}
