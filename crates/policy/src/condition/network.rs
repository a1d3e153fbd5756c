//! Ranges of network addresses.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range: both ends are in it, and are of one family. An IPv4 address that is mapped into IPv6 is the IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    first: IpAddr,
    last: IpAddr,
}

impl Network {
    /// Reads an address, or `10.0.0.0/8`. The acl grammar's `first-last` is in the tree as networks like these.
    pub(super) fn read(text: &str) -> Option<Self> {
        if let Some((address, prefix)) = text.split_once('/') {
            return Self::of_prefix(address.parse().ok()?, read_prefix(prefix)?);
        }
        let only = read_address(text)?;
        Some(Self { first: only, last: only })
    }

    /// Whether `address` is in it. It is in no range of the other family.
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        // Every IPv4 address is less than every IPv6 address.
        let address = address.to_canonical();
        self.first <= address && address <= self.last
    }

    fn of_prefix(address: IpAddr, prefix: u32) -> Option<Self> {
        match (address, address.to_canonical()) {
            (IpAddr::V6(_), IpAddr::V4(mapped)) if prefix >= 96 => Self::of_ipv4(mapped, prefix - 96),
            (IpAddr::V4(address), _) => Self::of_ipv4(address, prefix),
            (IpAddr::V6(address), _) => Self::of_ipv6(address, prefix),
        }
    }

    fn of_ipv4(address: Ipv4Addr, prefix: u32) -> Option<Self> {
        let host = u32::MAX.checked_shr(prefix).unwrap_or(0);
        let first = address.to_bits() & !host;
        let last = first | host;
        (prefix <= 32).then_some(Self { first: Ipv4Addr::from(first).into(), last: Ipv4Addr::from(last).into() })
    }

    fn of_ipv6(address: Ipv6Addr, prefix: u32) -> Option<Self> {
        let host = u128::MAX.checked_shr(prefix).unwrap_or(0);
        let first = address.to_bits() & !host;
        let last = first | host;
        (prefix <= 128).then_some(Self { first: Ipv6Addr::from(first).into(), last: Ipv6Addr::from(last).into() })
    }
}

/// Reads one address.
pub(super) fn read_address(text: &str) -> Option<IpAddr> {
    text.parse().ok().map(|address: IpAddr| address.to_canonical())
}

fn read_prefix(text: &str) -> Option<u32> {
    let is_plain = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}
