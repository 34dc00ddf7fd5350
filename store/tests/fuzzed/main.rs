//! What bytes that nobody chose make of the store. Each harness takes bytes and panics where a promise
//! is broken; here proptest hands them in, in `store/fuzz` a fuzzer does.

#![allow(
    clippy::unwrap_used,
    reason = "clippy lets tests unwrap, but not what they share"
)]

mod annotations;
mod rows;
mod sequence;

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn whatever_is_done_undone_and_started_again_the_store_is_the_reference(
        bytes in prop::collection::vec(any::<u8>(), 0..160),
    ) {
        sequence::run(&bytes);
    }

    #[test]
    fn whatever_a_sound_envelope_holds_is_read_or_set_aside(
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        rows::run(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    /// Half of an annotation, with anything in any place of it.
    #[test]
    fn any_file_is_read_as_annotations_or_refused(
        cut in any::<prop::sample::Index>(),
        put in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            prop::sample::select(vec!["null", "[]", "{}", "-1", "\"\"", "\"body\":[],", "[{}]"])
                .prop_map(|json| json.as_bytes().to_vec()),
        ],
        n in 0_usize..40,
    ) {
        let at = cut.index(ANNOTATION.len());
        let end = (at + n).min(ANNOTATION.len());
        annotations::run(&[&ANNOTATION[..at], &put, &ANNOTATION[end..]].concat());
    }
}

/// A note and an answer to it, and a last byte that says that strays are kept.
const ANNOTATION: &[u8] = br#"[{"id":"urn:uuid:00000000-0000-0001-0000-000000000000","type":"Annotation",
"motivation":["editing"],"created":"2026-01-02T03:04:05Z","body":[{"type":"TextualBody","value":"bed",
"purpose":"editing"},{"value":"risk","purpose":"tagging"}],"target":{"source":"notes/01%20dig.md",
"selector":[{"type":"TextQuoteSelector","exact":"Beet","prefix":"das ","suffix":" gie"},
{"type":"TextPositionSelector","start":15,"end":19}],"postil:block":true},"postil:kind":"replacement"},
{"motivation":"replying","body":"Why?","target":"urn:uuid:00000000-0000-0001-0000-000000000000"}] "#;

#[test]
fn an_annotation_is_read() {
    assert!(annotations::run(ANNOTATION));
}

/// The trial on trial: bytes that are known to do all that there is.
#[test]
fn a_sequence_of_everything_is_done() {
    // Two changes, each after a pause; back and forth; then an end, a kill and a backup.
    let round = |i: u8| [9, i, i * 9, 200, 9, i + 1, i * 5, 200, 2, 4, 0, 1, 7];
    let bytes: Vec<u8> = (0..16).flat_map(round).collect();
    let done = sequence::run(&bytes);
    assert!(
        done.changes > 20 && done.undone > 2 && done.redone > 2,
        "{done:?}"
    );
    assert!(
        done.starts > 2 && done.kills > 2 && done.backups > 2,
        "{done:?}"
    );
}
