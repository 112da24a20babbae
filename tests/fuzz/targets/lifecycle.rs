#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| closte_fuzz::lifecycle::check(bytes));
