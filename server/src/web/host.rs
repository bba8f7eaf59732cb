//! Which `Host` is ours (R72): another one is answered 421, so that no page is made for a name we do not have.
use super::site::Site;
use std::net::IpAddr;

/// Whether a request for `host` (with or without port) is for us.
#[must_use]
pub fn is_ours(site: &Site, host: &str) -> bool {
    if site.loopback { is_loopback(name(host)) } else { host.eq_ignore_ascii_case(&site.authority) }
}

/// Whether an `Origin` is ours (R69).
#[must_use]
pub fn is_our_origin(site: &Site, origin: &str) -> bool {
    if site.loopback {
        origin.strip_prefix("http://").is_some_and(|rest| !rest.contains('/') && is_loopback(name(rest)))
    } else {
        origin.eq_ignore_ascii_case(&site.origin)
    }
}

/// The name without its port; empty where what stands behind it is no port.
fn name(authority: &str) -> &str {
    let (name, rest) = match authority.strip_prefix('[') {
        Some(inner) => inner.split_once(']').unwrap_or_default(),
        None => authority.find(':').map_or((authority, ""), |colon| authority.split_at(colon)),
    };
    let port = rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    if port || rest.is_empty() { name } else { "" }
}

/// A name or address of this machine itself.
#[must_use]
pub fn is_loopback(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.eq_ignore_ascii_case("localhost")
        || name.to_ascii_lowercase().ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(origin: &str, loopback: bool) -> Site {
        let authority = origin.split("//").nth(1).unwrap().to_owned();
        Site {
            origin: origin.into(),
            host: name(&authority).to_owned(),
            authority,
            secure: origin.starts_with("https"),
            loopback,
            brand: "Latchkey".into(),
            support_url: None,
            theme: crate::web::brand::Brand::default(),
            trusted_proxies: Default::default(),
        }
    }

    #[test]
    fn r72_a_foreign_host_is_not_ours() {
        let live = site("https://id.example.com", false);
        assert!(is_ours(&live, "id.example.com") && is_ours(&live, "ID.example.com"));
        for bad in ["evil.example", "id.example.com.evil.example", "id.example.com:444", "localhost", ""] {
            assert!(!is_ours(&live, bad), "{bad}");
        }
        let local = site("http://localhost:3000", true);
        for good in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "localhost", "app.localhost:1"] {
            assert!(is_ours(&local, good), "{good}");
        }
        for bad in [
            "localhost.evil.example",
            "192.168.1.1:3000",
            "127.0.0.1.evil.example",
            "localhost:80@evil.example",
            "localhost:evil",
            "[::1]evil.example",
            "[::1",
        ] {
            assert!(!is_ours(&local, bad), "{bad}");
        }
    }

    #[test]
    fn r69_an_origin_is_compared_whole() {
        let live = site("https://id.example.com", false);
        assert!(is_our_origin(&live, "https://id.example.com"));
        for bad in [
            "null",
            "http://id.example.com",
            "https://id.example.com.evil.example",
            "https://id.example.com:444",
            "",
        ] {
            assert!(!is_our_origin(&live, bad), "{bad}");
        }
        let local = site("http://localhost:3000", true);
        assert!(is_our_origin(&local, "http://127.0.0.1:3000"));
        assert!(!is_our_origin(&local, "http://evil.example"));
        assert!(!is_our_origin(&local, "null"));
    }
}
