#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    signing::fuzz::sigv4(input);
});
