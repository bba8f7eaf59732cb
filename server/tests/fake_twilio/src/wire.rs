//! The connection itself: resets that no HTTP answer can express.
use crate::state::State;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// The switch that resets the connection a request came on.
#[derive(Clone)]
pub(crate) struct Line(Arc<AtomicBool>);

impl Line {
    /// From now on nothing is written: the connection ends in a reset.
    pub(crate) fn cut(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Connected<IncomingStream<'_, ScriptedListener>> for Line {
    fn connect_info(stream: IncomingStream<'_, ScriptedListener>) -> Self {
        Self(Arc::clone(&stream.io().cut))
    }
}

/// Accepts connections, and resets those a script says.
pub(crate) struct ScriptedListener {
    listener: TcpListener,
    state: Arc<State>,
}

impl ScriptedListener {
    pub(crate) fn new(listener: TcpListener, state: Arc<State>) -> Self {
        Self { listener, state }
    }
}

impl Listener for ScriptedListener {
    type Io = CutStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) if self.state.connected() => reset(&stream),
                Ok((stream, peer)) => return (CutStream { stream, cut: Arc::default() }, peer),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// Closing with a linger time of zero sends RST instead of FIN.
fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}

/// A stream that can be cut.
pub(crate) struct CutStream {
    stream: TcpStream,
    cut: Arc<AtomicBool>,
}

impl CutStream {
    fn alive(&self) -> io::Result<()> {
        if self.cut.load(Ordering::SeqCst) {
            reset(&self.stream);
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for CutStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for CutStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.alive() {
            Ok(()) => Pin::new(&mut self.stream).poll_write(cx, buf),
            Err(cut) => Poll::Ready(Err(cut)),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.alive() {
            Ok(()) => Pin::new(&mut self.stream).poll_flush(cx),
            Err(cut) => Poll::Ready(Err(cut)),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.alive() {
            Ok(()) => Pin::new(&mut self.stream).poll_shutdown(cx),
            Err(cut) => Poll::Ready(Err(cut)),
        }
    }
}
