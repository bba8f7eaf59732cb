//! A stand-in for Twilio that takes every message at once and remembers when it came: what it costs is the server's, not its own.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::client::parse;
use crate::clock::now;
use crate::people::Person;

/// The account, and the token that its callbacks are signed with; they open nothing.
pub const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
/// See [`ACCOUNT`].
pub const TOKEN: &str = "made-up-auth-token";

/// A message that was handed over.
#[derive(Clone, Debug)]
pub struct Message {
    /// When the whole request was there.
    pub at: Instant,
    /// Its id.
    pub sid: String,
    /// The path of its status callback.
    pub callback: String,
    /// The code in it.
    pub code: String,
}

#[derive(Default)]
struct Taken {
    count: u64,
    newest: HashMap<String, Message>,
}

/// A running one; it ends with the process.
pub struct Provider {
    address: SocketAddr,
    taken: Arc<Mutex<Taken>>,
}

impl Provider {
    /// Listens on a free port of this machine.
    ///
    /// # Errors
    /// There is none.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let provider = Self { address: listener.local_addr()?, taken: Arc::default() };
        let taken = Arc::clone(&provider.taken);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let taken = Arc::clone(&taken);
                // A connection that breaks takes its thread with it.
                thread::spawn(move || serve(stream, &taken));
            }
        });
        Ok(provider)
    }

    /// What makes a server send through it.
    pub fn settings(&self) -> Vec<(String, String)> {
        [
            ("PROVIDERS", "[\"twilio\"]".to_owned()),
            ("TWILIO__ACCOUNT_SID", ACCOUNT.to_owned()),
            ("TWILIO__AUTH_TOKEN", TOKEN.to_owned()),
            ("TWILIO__FROM_NUMBER", "+15005550006".to_owned()),
            ("TWILIO__BASE_URL", format!("http://{}", self.address)),
            ("TWILIO__CALLBACKS", "always".to_owned()),
        ]
        .map(|(name, value)| (format!("LATCHKEY_SMS__{name}"), value))
        .to_vec()
    }

    /// The newest message to somebody.
    ///
    /// # Errors
    /// None came.
    pub fn newest(&self, person: &Person) -> Result<Message> {
        let taken = lock(&self.taken);
        taken.newest.get(&person.phone).cloned().context("no message came to the provider")
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(mut stream: TcpStream, taken: &Mutex<Taken>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(4096);
    loop {
        let Some(body) = request(&mut stream, &mut buffer)? else { return Ok(()) };
        let at = now();
        let sid = keep(&body, at, &mut lock(taken));
        let json = format!(r#"{{"sid":"{sid}","status":"queued","num_segments":"1"}}"#);
        let length = json.len();
        let head = format!(
            "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all(format!("{head}{json}").as_bytes())?;
    }
}

/// The body of the next request; nothing where the connection ends.
fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Option<Vec<u8>>> {
    buffer.clear();
    let mut piece = [0; 4096];
    loop {
        let end = memchr::memmem::find(buffer, b"\r\n\r\n").map(|at| at + 4);
        if let Some((head, body)) = end.and_then(|end| buffer.split_at_checked(end)) {
            let length = parse::header(head, "content-length").and_then(|length| length.parse().ok());
            if let Some(body) = body.get(..length.unwrap_or(0)) {
                return Ok(Some(body.to_vec()));
            }
        }
        let read = stream.read(&mut piece)?;
        if read == 0 {
            return Ok(None);
        }
        buffer.extend_from_slice(piece.get(..read).unwrap_or_default());
    }
}

fn keep(body: &[u8], at: Instant, taken: &mut Taken) -> String {
    taken.count += 1;
    let sid = format!("SM{:032x}", taken.count);
    let field = |name| field(body, name).unwrap_or_default();
    let address = field("StatusCallback");
    let callback = address.find("/webhooks/").and_then(|at| address.get(at..)).unwrap_or_default();
    let code = field("Body").rsplit('#').next().unwrap_or_default().to_owned();
    let message = Message { at, sid: sid.clone(), callback: callback.to_owned(), code };
    taken.newest.insert(field("To"), message);
    sid
}

/// A field of a form, decoded.
fn field(body: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let value = text.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Connection, Jar};

    #[test]
    fn a_message_is_remembered_with_its_code_and_callback() {
        let provider = Provider::start().unwrap();
        let mut connection = Connection::open(provider.address).unwrap();
        let fields = [
            ("To", "+12012000001"),
            ("Body", "Your code is 123456.\n\n@localhost #123456"),
            ("StatusCallback", "http://localhost:3000/webhooks/twilio/status/abc"),
        ];
        for _ in 0..2 {
            let answer = connection.post("/Messages.json", &mut Jar::default(), &fields).unwrap();
            assert_eq!(answer.status, 201);
        }
        let person = Person { name: String::new(), phone: "+12012000001".to_owned() };
        let message = provider.newest(&person).unwrap();
        assert_eq!(message.sid, "SM00000000000000000000000000000002");
        assert_eq!(message.code, "123456");
        assert_eq!(message.callback, "/webhooks/twilio/status/abc");
    }
}
