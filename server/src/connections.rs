//! How many connections one address may hold open at once (R137).
//!
//! Nothing about sign-ins is decided here: it keeps one client from using up what all share, in this process alone. A proxy
//! that is ours, and this machine itself, speak for many clients and are not counted.
use crate::web::client_ip::{self, TrustedProxies};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// A browser opens six, a household or an office behind one address some dozens.
pub const MOST_PER_ADDRESS: u32 = 256;

type Counts = Arc<Mutex<HashMap<String, u32>>>;

/// Counts open connections by address.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    open: Counts,
    trusted: TrustedProxies,
}

/// A place taken by a connection; dropped with it.
#[derive(Debug)]
pub struct Place(Option<(Counts, String)>);

impl Connections {
    /// Without counting those that come from our own proxies.
    #[must_use]
    pub fn past(trusted: TrustedProxies) -> Self {
        Self { open: Counts::default(), trusted }
    }

    /// A place for one more connection of this address; `None`: it holds as many as it may.
    #[must_use]
    pub fn take(&self, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        if peer.is_loopback() || self.trusted.contain(peer) {
            return Some(Place(None));
        }
        let key = client_ip::key(peer);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(key.clone()).or_insert(0);
        if *count >= MOST_PER_ADDRESS {
            return None;
        }
        *count += 1;
        Some(Place(Some((Arc::clone(&self.open), key))))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((open, key)) = self.0.take() else { return };
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get_mut(&key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.remove(&key)),
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
    fn r137_one_address_holds_so_many_connections_and_others_are_free_of_it() {
        let connections = Connections::past(TrustedProxies::parse(&["10.0.0.0/8".to_owned()]).unwrap());
        let mut held: Vec<Place> =
            (0..MOST_PER_ADDRESS).map(|_| connections.take(ip("192.0.2.1")).unwrap()).collect();
        assert!(connections.take(ip("192.0.2.1")).is_none());
        assert!(connections.take(ip("::ffff:192.0.2.1")).is_none(), "the same address in other words");
        assert!(connections.take(ip("192.0.2.2")).is_some());
        held.pop();
        held.push(connections.take(ip("192.0.2.1")).unwrap());
        drop(held);
        assert!(connections.open.lock().unwrap().is_empty(), "nothing is left of connections that are over");
        let network: Vec<_> = (0..MOST_PER_ADDRESS)
            .map(|n| connections.take(ip(&format!("2001:db8::{n:x}"))).unwrap())
            .collect();
        assert!(connections.take(ip("2001:db8::ffff")).is_none(), "a network of 64 bits is one client");
        drop(network);
        for free in ["10.1.2.3", "127.0.0.1", "::1"] {
            let all: Vec<_> = (0..1000).map(|_| connections.take(ip(free)).unwrap()).collect();
            assert_eq!(all.len(), 1000, "{free}");
        }
    }
}
