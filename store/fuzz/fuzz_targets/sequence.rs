#![no_main]

#[path = "../../tests/fuzzed/sequence.rs"]
mod sequence;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sequence::run(bytes);
});
