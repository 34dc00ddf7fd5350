#![no_main]
#![allow(dead_code, reason = "another target runs the rest of the harness")]

#[path = "../../model/tests/fuzzed/given.rs"]
mod given;
#[path = "../../model/tests/fuzzed/reading.rs"]
mod reading;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    reading::run_repeated(bytes);
});
