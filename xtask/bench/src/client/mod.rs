//! A very light HTTP/1.1 client: one connection, one buffer, blocking.
//!
//! Threads that block in `read` cost two system calls a request; every runtime costs more.

pub mod form;
mod jar;
pub mod parse;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

pub use jar::Jar;
use parse::Head;

/// No answer is waited for longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer in the connection's buffer.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// Status line and headers.
    pub head: &'a [u8],
    /// What follows them.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// Where a redirect goes.
    pub fn location(&self) -> &str {
        parse::header(self.head, "location").unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.body).into_owned()
    }

    /// The token of the page's forms.
    ///
    /// # Errors
    /// The page has none.
    pub fn token(&self) -> Result<String> {
        let token = parse::hidden(self.body, "csrf");
        token
            .map(str::to_owned)
            .with_context(|| format!("a page (status {}) without a form token", self.status))
    }
}

/// A connection that is kept.
pub struct Connection {
    to: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
    closing: bool,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens there.
    pub fn open(to: SocketAddr) -> Result<Self> {
        let stream = connect(to)?;
        Ok(Self { to, stream, buffer: vec![0; 64 * 1024], closing: false })
    }

    /// Sends bytes of a request.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        if self.closing {
            self.stream = connect(self.to)?;
            self.closing = false;
        }
        self.stream.write_all(bytes).context("sending a request")
    }

    /// Waits for the whole answer.
    ///
    /// # Errors
    /// It does not come, or is not HTTP/1.1 with a length.
    pub fn receive(&mut self) -> Result<Answer<'_>> {
        let mut filled = 0;
        let mut known: Option<Head> = None;
        loop {
            if let Some(head) = known {
                let Some(body) = head.body else { bail!("an answer without content-length") };
                let whole = head.length + body;
                if filled >= whole {
                    self.closing = head.closes;
                    let bytes = self.buffer.get(..whole).unwrap_or_default();
                    let (head_bytes, body) = bytes.split_at(head.length);
                    return Ok(Answer { status: head.status, head: head_bytes, body });
                }
                if self.buffer.len() < whole {
                    self.buffer.resize(whole, 0);
                }
            }
            let Some(room) = self.buffer.get_mut(filled..).filter(|room| !room.is_empty()) else {
                bail!("an answer with an endless head");
            };
            let read = self.stream.read(room).context("waiting for an answer")?;
            if read == 0 {
                bail!("the server closed the connection");
            }
            filled += read;
            if known.is_none() {
                known = match parse::head(self.buffer.get(..filled).unwrap_or_default()) {
                    None => None,
                    Some(Ok(head)) => Some(head),
                    Some(Err(())) => bail!("an answer that is not HTTP/1.1"),
                };
            }
        }
    }

    /// Looks at a page.
    ///
    /// # Errors
    /// As [`Connection::send`] and [`Connection::receive`].
    pub fn get(&mut self, path: &str, jar: &mut Jar) -> Result<Answer<'_>> {
        self.exchange(&form::get(path, jar, ""), jar)
    }

    /// Posts a form.
    ///
    /// # Errors
    /// As [`Connection::send`] and [`Connection::receive`].
    pub fn post(&mut self, path: &str, jar: &mut Jar, fields: &[(&str, &str)]) -> Result<Answer<'_>> {
        self.exchange(&form::post(path, jar, fields), jar)
    }

    fn exchange(&mut self, request: &[u8], jar: &mut Jar) -> Result<Answer<'_>> {
        self.send(request)?;
        let answer = self.receive()?;
        jar.take(answer.head);
        Ok(answer)
    }
}

fn connect(to: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(to).with_context(|| format!("connecting to {to}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    #[test]
    fn answers_that_come_in_pieces_are_put_together_and_the_connection_is_kept() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            for (head, body) in [
                ("HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncont", "ent-length: 3\r\n\r\none"),
                ("HTTP/1.1 404 x\r\n", "content-length: 0\r\n\r\n"),
            ] {
                let read = stream.read(&mut request).unwrap();
                assert!(request[..read].ends_with(b"\r\n\r\n"));
                stream.write_all(head.as_bytes()).unwrap();
                stream.flush().unwrap();
                stream.write_all(body.as_bytes()).unwrap();
            }
        });
        let (mut connection, mut jar) = (Connection::open(address).unwrap(), Jar::default());
        assert_eq!(connection.get("/", &mut jar).unwrap().body, b"one");
        assert_ne!(jar, Jar::default());
        assert_eq!(connection.get("/", &mut jar).unwrap().status, 404);
        server.join().unwrap();
    }
}
