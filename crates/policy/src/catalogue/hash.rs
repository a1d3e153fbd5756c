//! Numbers from names.

/// FNV-1a, 64 bits, of the bytes with ASCII letters in lower case. Ids of system policies are made by it, so it never
/// changes. Who can choose names can make two with one hash: whoever looks up by it compares the names as well.
pub(crate) fn fnv1a<'a>(parts: impl IntoIterator<Item = &'a str>) -> u64 {
    let bytes = parts.into_iter().flat_map(str::bytes);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_published_function() {
        // From the authors' list (draft-eastlake-fnv, appendix of test vectors).
        assert_eq!(fnv1a([]), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(["a"]), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(["foo", "bar"]), 0x8594_4171_f739_67e8);
        assert_eq!(fnv1a(["FooBar"]), 0x8594_4171_f739_67e8);
    }
}
