#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    signing::fuzz::bce_v1(input);
});
