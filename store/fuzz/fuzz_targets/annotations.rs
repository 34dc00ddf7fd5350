#![no_main]

#[path = "../../tests/fuzzed/annotations.rs"]
mod annotations;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    annotations::run(bytes);
});
