//! What bytes that nobody chose make of the model. Each harness takes bytes and panics where a promise
//! is broken; here proptest hands them in, in `store/fuzz` a fuzzer does. What that found is here too.

mod given;
mod handing_back;
mod placing;
mod reading;

use proptest::prelude::*;

/// Pieces that make a text hard to read, and bytes that are no text.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => "[a-c \n]{1,8}".prop_map(String::into_bytes),
        4 => "[#*_`~>|:=\\[\\]()!<&;\\\\-]{1,3}".prop_map(String::into_bytes),
        1 => Just("| a | b |\n|---|---|\n".as_bytes().to_vec()),
        1 => Just("<details>\n\n</details>\n".as_bytes().to_vec()),
        1 => Just("e\u{301}👩\u{200d}👧 \u{feff}\0\r\n".as_bytes().to_vec()),
        1 => Just(vec![0xFF]),
        1 => prop::collection::vec(any::<u8>(), 1..6),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_document_is_read(bytes in bytes()) {
        reading::run(&bytes);
    }

    #[test]
    fn notes_on_any_text_are_placed_in_any_other(bytes in bytes()) {
        placing::run(&bytes);
    }

    #[test]
    fn any_notes_are_handed_back(bytes in bytes()) {
        handing_back::run(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_repeats_itself_is_read_and_placed(bytes in bytes()) {
        reading::run_repeated(&bytes);
        placing::run_repeated(&bytes);
    }
}

/// What a fuzzer found in reading, each selected from every place.
#[test]
fn finds_stay_mended() {
    for text in [
        // Code over two lines of a quote led back to the mark of the second.
        "> `a\n> b` c\n",
        // In a list and in a definition to the blanks in front of it.
        "- `a\n  b` c\n",
        "[\n: `\n  @`@\n",
        // A blank that ends a line took the way back of all of the code with it.
        "- `u\n `\n",
        ">`x\n>`\n",
        // A line of HTML took in the line end in front of the definition behind it, and led back
        // to all of itself from each word.
        "[foo]:*\n<i>\n[foo] /",
    ] {
        for (from, n) in (0..text.len()).flat_map(|from| [(from, 0), (from, 5)]) {
            let numbers = [n, from, 2].map(|number| u16::to_le_bytes(number as u16));
            reading::run(&[text.as_bytes(), numbers.as_flattened()].concat());
        }
    }
}

/// And in placing: the nearest words ended in a blank of two bytes, and were cut within it.
#[test]
fn finds_in_placing_stay_mended() {
    placing::run(
        b"| | | |&\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\xa4\
      \xa4\xa4\xa4\xa4GETsmall) ---\n\x9b\x9bs reopened, discusse\x1f\x1f\x1f\x1f\xc2\xa0\x1f\
      \x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\x1f\xffn\x1f\x1f\x1f\x1f\x1f\x00\
      tasks) is done\n- s do[n hase 2](02-build-the-ledger.mdks) is done\n- s do[n ",
    );
}
