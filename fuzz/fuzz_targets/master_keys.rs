#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    iam::fuzz::master_keys(input);
});
