//! A stream that waits for its peer only so long.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// Ends a write that makes no progress, and hangs up politely: closing a socket with unread bytes resets it, and the
/// reset may overtake the answer (a 413 to somebody who still sends). So the rest is read and dropped, for a while.
pub(super) struct Patient<I> {
    stream: I,
    stall: Duration,
    farewell: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    write_closed: bool,
}

impl<I> Patient<I> {
    /// A write may stall for `stall`, the peer may take `farewell` to hang up after us.
    pub(super) fn new(stream: I, stall: Duration, farewell: Duration) -> Self {
        Self { stream, stall, farewell, timer: None, write_closed: false }
    }

    /// Whether `patience` is over; the timer starts with the first question.
    fn is_late(&mut self, patience: Duration, context: &mut Context<'_>) -> bool {
        self.timer.get_or_insert_with(|| Box::pin(sleep(patience))).as_mut().poll(context).is_ready()
    }

    fn bounded<T>(&mut self, written: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        match written {
            Poll::Pending if self.is_late(self.stall, context) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
            Poll::Ready(result) => {
                // While hanging up, hyper goes on flushing; that must not start the farewell anew.
                if !self.write_closed {
                    self.timer = None;
                }
                Poll::Ready(result)
            }
        }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Patient<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<I> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.bounded(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.bounded(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.bounded(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.write_closed {
            let closed = Pin::new(&mut self.stream).poll_shutdown(context);
            ready!(self.bounded(closed, context))?;
            self.write_closed = true;
        }
        loop {
            let farewell = self.farewell;
            if self.is_late(farewell, context) {
                return Poll::Ready(Ok(()));
            }
            let mut unread = [0; 8 * 1024];
            let mut buffer = ReadBuf::new(&mut unread);
            let read = ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const STALL: Duration = Duration::from_secs(30);
    const FAREWELL: Duration = Duration::from_secs(2);

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_stopped_reading_is_given_up() {
        let (mut peer, stream) = duplex(8);
        let mut stream = Patient::new(stream, STALL, FAREWELL);
        let writer = async { stream.write_all(b"twelve bytes").await };
        assert_eq!(writer.await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let mut read = [0; 8];
        peer.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"twelve b");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_is_waited_for_while_it_reads() {
        let (mut peer, stream) = duplex(8);
        let mut stream = Patient::new(stream, STALL, FAREWELL);
        let reader = async {
            let mut read = Vec::new();
            for _ in 0..5 {
                sleep(STALL - Duration::from_secs(1)).await;
                let mut chunk = [0; 8];
                peer.read_exact(&mut chunk).await.unwrap();
                read.extend_from_slice(&chunk);
            }
            read
        };
        let text = [7; 40];
        let (written, read) = tokio::join!(stream.write_all(&text), reader);
        assert!(written.is_ok());
        assert_eq!(read, text);
    }

    #[tokio::test(start_paused = true)]
    async fn hanging_up_takes_what_is_still_sent_but_not_for_ever() {
        let (mut peer, stream) = duplex(8);
        let mut stream = Patient::new(stream, STALL, FAREWELL);
        let sender = async {
            peer.write_all(&[1; 4096]).await.unwrap();
            peer
        };
        // The sender never closes: after the farewell we do.
        let (closed, peer) = tokio::join!(stream.shutdown(), sender);
        assert!(closed.is_ok());
        drop(peer);
    }
}
