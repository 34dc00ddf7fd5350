#![no_main]

#[path = "../../tests/fuzzed/rows.rs"]
mod rows;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    rows::run(bytes);
});
