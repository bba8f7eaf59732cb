//! Many requests at one moment: all but their last byte is sent beforehand.

use std::net::SocketAddr;

use anyhow::{Context, Result};

use crate::client::{Connection, Jar};

/// What is kept of an answer.
pub struct Kept {
    /// The status code.
    pub status: u16,
    /// Where it redirects to; empty where it does not.
    pub location: String,
    /// The body.
    pub text: String,
    /// The cookies of the browser behind the answer.
    pub jar: Jar,
}

/// Holds a connection for each request, then lets all of them go; the answers come in the order of the requests.
///
/// # Errors
/// A connection breaks.
pub fn send(address: SocketAddr, jar: &Jar, requests: &[Vec<u8>]) -> Result<Vec<Kept>> {
    let mut held = Vec::with_capacity(requests.len());
    for request in requests {
        let (last, before) = request.split_last().context("an empty request")?;
        let mut connection = Connection::open(address)?;
        connection.send(before)?;
        held.push((connection, *last));
    }
    for (connection, last) in &mut held {
        connection.send(&[*last])?;
    }
    let answer = |(connection, _): &mut (Connection, u8)| {
        let answer = connection.receive()?;
        let mut jar = jar.clone();
        jar.take(answer.head);
        Ok(Kept { status: answer.status, location: answer.location().to_owned(), text: answer.text(), jar })
    };
    held.iter_mut().map(answer).collect()
}
