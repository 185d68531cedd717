//! Where log lines go: into memory at once, to standard error by a thread of its own.
//!
//! A slow terminal or a full pipe then delays no request. The memory is bounded; what does not fit is counted.

use std::{
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// Lines wait this long for company.
const PAUSE: Duration = Duration::from_millis(100);
/// With so many bytes waiting the thread writes at once.
const PLENTY: usize = 64 * 1024;
/// More than this is not kept.
const CAPACITY: usize = 4 * 1024 * 1024;

/// Takes lines from everywhere. Clones write to the same place.
#[derive(Clone)]
pub struct LogSink(Arc<Shared>);

struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    urgent: bool,
    closed: bool,
    lost: u64,
}

/// Owns the writing thread; when dropped, everything that waits is written first.
#[must_use = "dropping it ends the log"]
pub struct LogGuard {
    sink: LogSink,
    thread: Option<JoinHandle<()>>,
}

impl LogSink {
    /// Starts the thread that writes to `out`.
    pub fn start(out: impl Write + Send + 'static) -> io::Result<(Self, LogGuard)> {
        let shared = Shared { waiting: Mutex::default(), changed: Condvar::new() };
        let sink = Self(Arc::new(shared));
        let writer = sink.clone();
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(move || writer.run(out))?;
        Ok((sink.clone(), LogGuard { sink, thread: Some(thread) }))
    }

    /// Adds one line, newline included. `urgent` lines are written without waiting for others.
    pub fn push(&self, line: &[u8], urgent: bool) {
        let mut waiting = self.waiting();
        if waiting.lines.len() + line.len() > CAPACITY {
            waiting.lost += 1;
            return;
        }
        let was_empty = waiting.lines.is_empty();
        let had_plenty = waiting.lines.len() >= PLENTY;
        waiting.lines.extend_from_slice(line);
        waiting.urgent |= urgent;
        if was_empty || urgent || (waiting.lines.len() >= PLENTY && !had_plenty) {
            self.0.changed.notify_one();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, mut out: impl Write) {
        let mut lines = Vec::new();
        loop {
            let (lost, closed) = self.collect(&mut lines);
            // Nobody is left to tell if standard error itself is broken.
            drop(out.write_all(&lines));
            if lost > 0 {
                drop(writeln!(out, "{{\"level\":\"WARN\",\"message\":\"log lines were lost\",\"count\":{lost}}}"));
            }
            drop(out.flush());
            lines.clear();
            if closed {
                return;
            }
        }
    }

    /// Waits for lines and swaps them into `lines`.
    fn collect(&self, lines: &mut Vec<u8>) -> (u64, bool) {
        let nothing = |waiting: &mut Waiting| waiting.lines.is_empty() && !waiting.closed;
        let waiting = self.0.changed.wait_while(self.waiting(), nothing).unwrap_or_else(PoisonError::into_inner);
        let little = |waiting: &mut Waiting| waiting.lines.len() < PLENTY && !waiting.urgent && !waiting.closed;
        let (mut waiting, _) =
            self.0.changed.wait_timeout_while(waiting, PAUSE, little).unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(lines, &mut waiting.lines);
        waiting.urgent = false;
        (std::mem::take(&mut waiting.lost), waiting.closed)
    }
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.sink.waiting().closed = true;
        self.sink.0.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl<'a> MakeWriter<'a> for LogSink {
    type Writer = Event<'a>;

    fn make_writer(&'a self) -> Event<'a> {
        Event(self)
    }
}

/// Writes one event of `tracing`, which arrives whole. Events are rare and may be the last words: urgent.
pub struct Event<'a>(&'a LogSink);

impl Write for Event<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.push(line, true);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A place to write that a test can read.
    #[derive(Clone, Default)]
    pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

    impl Written {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn everything_pushed_is_written_in_order_before_the_guard_is_gone() {
        let written = Written::default();
        let (sink, guard) = LogSink::start(written.clone()).unwrap();
        for number in 0..10_000 {
            sink.push(format!("{number}\n").as_bytes(), number % 1000 == 0);
        }
        drop(guard);
        let expected: String = (0..10_000).map(|number| format!("{number}\n")).collect();
        assert_eq!(written.text(), expected);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let (entered, entry) = std::sync::mpsc::channel();
        let (release, gate) = std::sync::mpsc::channel();
        let written = Written::default();
        let stuck = Stuck { entered: Some(entered), gate, written: written.clone() };
        let (sink, guard) = LogSink::start(stuck).unwrap();
        sink.push(b"first\n", true);
        entry.recv().unwrap();
        let megabyte = vec![b'x'; 1024 * 1024];
        (0..6).for_each(|_| sink.push(&megabyte, false));
        release.send(()).unwrap();
        drop(guard);
        assert_eq!(written.text().len(), b"first\n".len() + 4 * megabyte.len() + lost_line(2).len());
        assert!(written.text().ends_with(&lost_line(2)));
    }

    fn lost_line(count: u64) -> String {
        format!("{{\"level\":\"WARN\",\"message\":\"log lines were lost\",\"count\":{count}}}\n")
    }

    /// Blocks in its first write until the test lets it go.
    struct Stuck {
        entered: Option<std::sync::mpsc::Sender<()>>,
        gate: std::sync::mpsc::Receiver<()>,
        written: Written,
    }

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if let Some(entered) = self.entered.take() {
                entered.send(()).unwrap();
                self.gate.recv().unwrap();
            }
            self.written.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
