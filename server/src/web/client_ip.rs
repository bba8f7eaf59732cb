//! The client's address: the peer's, or what a trusted proxy says (R73).
use std::net::{AddrParseError, IpAddr, SocketAddr};

/// Address ranges of proxies in front of us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<(IpAddr, u8)>);

impl TrustedProxies {
    /// From addresses and CIDR ranges.
    ///
    /// # Errors
    /// Gives back the first entry that is neither.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        entries
            .iter()
            .map(|entry| range(entry).ok_or_else(|| entry.clone()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether an address is one of theirs.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|(base, bits)| prefix(*base, *bits) == prefix(address, *bits))
    }
}

fn range(entry: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = match entry.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        None => (entry, None),
    };
    let address: IpAddr = address.trim().parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    (bits <= most).then_some((address.to_canonical(), bits))
}

/// The first `bits` of an address, beside its kind: two addresses of a range have the same.
fn prefix(address: IpAddr, bits: u8) -> (bool, u128) {
    let (value, most) = match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32u8),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    };
    let drop = u32::from(most.saturating_sub(bits.min(most)));
    (address.is_ipv4(), value.checked_shr(drop).unwrap_or(0))
}

/// A hop: an address, or one with a port, as some proxies write it.
fn address_of(hop: &str) -> Result<IpAddr, AddrParseError> {
    hop.parse().or_else(|error| hop.parse::<SocketAddr>().map(|hop| hop.ip()).map_err(|_| error))
}

/// The client as limits and logs know it. `forwarded` is the whole `X-Forwarded-For`, all its lines joined by commas; it is
/// read from the right, past trusted proxies only, so that a client cannot put words in front (A26).
#[must_use]
pub fn client(peer: IpAddr, forwarded: &str, trusted: &TrustedProxies) -> IpAddr {
    let mut client = peer.to_canonical();
    let mut hops = forwarded.rsplit(',').map(str::trim).filter(|hop| !hop.is_empty()).take(32);
    while trusted.contain(client) {
        match hops.next().map(address_of) {
            Some(Ok(hop)) => client = hop.to_canonical(),
            Some(Err(_)) | None => break,
        }
    }
    client
}

/// The key that limits count under: an IPv6 network of 64 bits is one client.
#[must_use]
pub fn key(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a26_only_a_trusted_proxy_is_believed() {
        let trusted = TrustedProxies::parse(&["10.0.0.0/8".into(), "::1".into()]).unwrap();
        for (peer, forwarded, want) in [
            ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
            ("10.0.0.2", "203.0.113.9", "203.0.113.9"),
            ("10.0.0.2", "192.0.2.66, 203.0.113.9", "203.0.113.9"),
            ("10.0.0.2", "203.0.113.9, 10.0.0.3", "203.0.113.9"),
            ("10.0.0.2", "rubbish, 203.0.113.9", "203.0.113.9"),
            ("10.0.0.2", "203.0.113.9, rubbish", "10.0.0.2"),
            ("10.0.0.2", "203.0.113.9:40512", "203.0.113.9"),
            ("10.0.0.2", "[2001:db8::7]:40512", "2001:db8::7"),
            ("10.0.0.2", "", "10.0.0.2"),
            ("::ffff:10.0.0.2", "203.0.113.9", "203.0.113.9"),
        ] {
            assert_eq!(client(ip(peer), forwarded, &trusted), ip(want), "{peer} {forwarded}");
        }
    }

    #[test]
    fn r73_an_ipv6_network_is_one_client() {
        assert_eq!(key(ip("2001:db8:1:2:3:4:5:6")), key(ip("2001:db8:1:2::9")));
        assert_ne!(key(ip("2001:db8:1:2::9")), key(ip("2001:db8:1:3::9")));
        assert_eq!(key(ip("192.0.2.1")), "192.0.2.1");
    }

    #[test]
    fn what_is_no_range_is_refused_by_name() {
        for bad in ["10.0.0.0/33", "10.0.0", "::/129", "proxy.example", "10.0.0.0/x", ""] {
            assert_eq!(TrustedProxies::parse(&[bad.to_owned()]), Err(bad.to_owned()));
        }
    }
}
