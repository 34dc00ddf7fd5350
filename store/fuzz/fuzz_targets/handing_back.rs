#![no_main]

#[path = "../../model/tests/fuzzed/given.rs"]
mod given;
#[path = "../../model/tests/fuzzed/handing_back.rs"]
mod handing_back;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    handing_back::run(bytes);
});
