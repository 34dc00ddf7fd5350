#![no_main]
#![allow(dead_code, reason = "another target runs the rest of the harness")]

#[path = "../../model/tests/fuzzed/given.rs"]
mod given;
#[path = "../../model/tests/fuzzed/placing.rs"]
mod placing;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    placing::run(bytes);
});
