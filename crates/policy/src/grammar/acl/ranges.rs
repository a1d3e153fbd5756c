//! Ranges of addresses, `first-last`, which only this grammar has: the tree holds the networks that they are made of.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The networks that a range is made of, from its first to its last. `None` where the text is no range.
pub(super) fn networks(text: &str) -> Option<Vec<String>> {
    let (first, last) = text.split_once('-')?;
    let address = |text: &str| text.parse::<IpAddr>().ok().map(|address| address.to_canonical());
    match (address(first)?, address(last)?) {
        (IpAddr::V4(first), IpAddr::V4(last)) if first <= last => {
            let print = |bits: u128| u32::try_from(bits).map_or(String::new(), |bits| Ipv4Addr::from(bits).to_string());
            Some(split(first.to_bits().into(), last.to_bits().into(), 32, print))
        }
        (IpAddr::V6(first), IpAddr::V6(last)) if first <= last => {
            Some(split(first.to_bits(), last.to_bits(), 128, |bits| Ipv6Addr::from(bits).to_string()))
        }
        _ => None,
    }
}

/// Takes the largest network that begins where the last one ended, as long as something is left.
fn split(mut first: u128, last: u128, width: u32, print: impl Fn(u128) -> String) -> Vec<String> {
    let mut networks = Vec::new();
    loop {
        let left = last - first;
        // As many bits of the host as the beginning leaves open, and as fit into what is left.
        let open = first.trailing_zeros().min(width);
        let fitting = left.checked_add(1).map_or(u128::BITS, u128::ilog2);
        let host = open.min(fitting);
        let address = print(first);
        networks.push(if host == 0 { address } else { format!("{address}/{}", width - host) });
        let end = first | u128::MAX.checked_shr(u128::BITS - host).unwrap_or(0);
        if end >= last {
            return networks;
        }
        first = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        networks(text).map(|networks| networks.join(" "))
    }

    #[test]
    fn a_range_is_made_of_networks() {
        for (range, expected) in [
            ("10.0.0.1-10.0.0.9", "10.0.0.1 10.0.0.2/31 10.0.0.4/30 10.0.0.8/31"),
            ("10.0.0.0-10.0.0.255", "10.0.0.0/24"),
            ("10.0.0.7-10.0.0.7", "10.0.0.7"),
            ("0.0.0.0-255.255.255.255", "0.0.0.0/0"),
            ("255.255.255.255-255.255.255.255", "255.255.255.255"),
            ("::ffff:10.0.0.1-10.0.0.2", "10.0.0.1 10.0.0.2"),
            ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"),
            ("2001:db8::-2001:db8::ff", "2001:db8::/120"),
        ] {
            assert_eq!(of(range).as_deref(), Some(expected), "{range}");
        }
        for none in ["10.0.0.2-10.0.0.1", "10.0.0.1-::1", "10.0.0.0/8-11.0.0.0/8", "10.0.0.1-", "-", "10.0.0.1", ""] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn nothing_is_lost_and_nothing_added() {
        for (first, last) in [(0, 255), (1, 254), (3, 200), (77, 78), (128, 255), (0, 127), (127, 128)] {
            let range = format!("10.0.0.{first}-10.0.0.{last}");
            let mut covered = vec![false; 256];
            for network in networks(&range).unwrap() {
                let (address, prefix) = network.split_once('/').unwrap_or((&network, "32"));
                let start = usize::from(address.parse::<Ipv4Addr>().unwrap().octets()[3]);
                let length = 1 << (32 - prefix.parse::<u32>().unwrap());
                covered[start..start + length].iter_mut().for_each(|one| assert!(!std::mem::replace(one, true)));
            }
            let expected: Vec<bool> = (0..256).map(|at| (first..=last).contains(&at)).collect();
            assert_eq!(covered, expected, "{range}");
        }
    }
}
