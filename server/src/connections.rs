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

/// Files of this process that connections leave alone: database, assets, providers.
const OTHER_FILES: u64 = 128;

/// Connections where the system does not tell how many files a process may have.
#[cfg(not(unix))]
const MOST: u32 = 4096;

/// What is open.
#[derive(Debug, Default)]
struct Open {
    all: u32,
    by_address: HashMap<String, u32>,
}

type Counts = Arc<Mutex<Open>>;

/// Counts open connections by address.
#[derive(Clone, Debug)]
pub struct Connections {
    open: Counts,
    trusted: TrustedProxies,
    most: u32,
}

/// A place taken by a connection; dropped with it.
#[derive(Debug)]
pub struct Place {
    open: Counts,
    /// Whose; nothing for those that are not counted by address.
    key: Option<String>,
}

impl Connections {
    /// At most `most` in all. Those that come from our own proxies are not counted by address.
    #[must_use]
    pub fn new(trusted: TrustedProxies, most: u32) -> Self {
        Self { open: Counts::default(), trusted, most }
    }

    /// A place for one more connection of this address; `None`: it holds as many as it may, or all together do.
    #[must_use]
    pub fn take(&self, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        let key = (!peer.is_loopback() && !self.trusted.contain(peer)).then(|| client_ip::key(peer));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.all >= self.most {
            return None;
        }
        if let Some(key) = &key {
            let count = open.by_address.entry(key.clone()).or_insert(0);
            if *count >= MOST_PER_ADDRESS {
                return None;
            }
            *count += 1;
        }
        open.all += 1;
        Some(Place { open: Arc::clone(&self.open), key })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        let Some(key) = &self.key else { return };
        match open.by_address.get_mut(key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.by_address.remove(key)),
        }
    }
}

/// Lets this process have as many files open as the system allows it, and says how many connections that leaves room for.
#[must_use]
pub fn make_room() -> u32 {
    let left = |files: u64| u32::try_from(files.saturating_sub(OTHER_FILES).max(64)).unwrap_or(u32::MAX);
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let now = getrlimit(Resource::Nofile);
        let wanted = rustix::process::Rlimit { current: now.maximum, maximum: now.maximum };
        let limit = if setrlimit(Resource::Nofile, wanted).is_ok() { now.maximum } else { now.current };
        limit.map_or(u32::MAX, left)
    }
    #[cfg(not(unix))]
    left(u64::from(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn r137_one_address_holds_so_many_connections_and_others_are_free_of_it() {
        let connections = Connections::new(TrustedProxies::parse(&["10.0.0.0/8".to_owned()]).unwrap(), 2000);
        let mut held: Vec<Place> =
            (0..MOST_PER_ADDRESS).map(|_| connections.take(ip("192.0.2.1")).unwrap()).collect();
        assert!(connections.take(ip("192.0.2.1")).is_none());
        assert!(connections.take(ip("::ffff:192.0.2.1")).is_none(), "the same address in other words");
        assert!(connections.take(ip("192.0.2.2")).is_some());
        held.pop();
        held.push(connections.take(ip("192.0.2.1")).unwrap());
        drop(held);
        let open = |connections: &Connections| connections.open.lock().unwrap().by_address.len();
        assert_eq!(open(&connections), 0, "nothing is left of connections that are over");
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

    #[test]
    fn r137_all_together_leave_room_for_the_work() {
        let connections = Connections::new(TrustedProxies::default(), 3);
        let held: Vec<_> = (1..=3).map(|n| connections.take(ip(&format!("192.0.2.{n}"))).unwrap()).collect();
        assert!(connections.take(ip("127.0.0.1")).is_none());
        assert!(connections.take(ip("192.0.2.4")).is_none());
        drop(held);
        assert!(connections.take(ip("192.0.2.4")).is_some());
        assert!(make_room() >= 64);
    }
}
