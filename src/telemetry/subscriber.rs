//! What `tracing` does with an event: one line, with the id of the request that it belongs to.

use std::{fmt, io};

use tracing::{Event, Subscriber, field::Field, field::Visit};
use tracing_subscriber::{
    EnvFilter,
    filter::{LevelFilter, ParseError},
    fmt::{
        FmtContext,
        format::{FormatEvent, FormatFields, Writer},
    },
    registry::LookupSpan,
};

use super::{
    record::RequestLog,
    request_id::RequestId,
    sink::{LogGuard, LogSink},
};
use crate::{base::clock::SharedClock, config::LogFormat};

/// The log cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// `[log] level` is neither a level nor a filter.
    #[error("log.level {0:?} is not a level such as \"info\" or a filter such as \"warn,usher=debug\"")]
    Level(String, #[source] ParseError),
    /// The thread that writes could not start.
    #[error("the log cannot be written")]
    Io(#[from] io::Error),
}

/// The log of a process.
pub struct Log {
    /// Where requests are recorded.
    pub requests: RequestLog,
    /// Keep it to the end of `main`: dropping it writes what waits.
    pub guard: LogGuard,
}

/// Sends events at `level` (a level or an `EnvFilter` directive) to standard error, and requests as well if `level`
/// lets `info` through. A second call in one process (tests) starts a log of its own for requests only.
pub fn start(format: LogFormat, level: &str, clock: SharedClock) -> Result<Log, LogError> {
    let filter = filter(level)?;
    let records = filter.max_level_hint().is_none_or(|most| most >= LevelFilter::INFO);
    let (sink, guard) = LogSink::start(io::stderr())?;
    let requests = if records { RequestLog::new(sink.clone(), format) } else { RequestLog::silent() };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .event_format(Lines { format, clock })
        .with_writer(sink)
        .finish();
    // Only one subscriber can be the process's; a later one of the same process has nothing to add.
    drop(tracing::subscriber::set_global_default(subscriber));
    Ok(Log { requests, guard })
}

/// Libraries speak up when something is wrong; what they do otherwise is theirs.
fn filter(level: &str) -> Result<EnvFilter, LogError> {
    let directives = if level.contains([',', '=']) { level.to_owned() } else { format!("warn,usher={level}") };
    let quiet = level.eq_ignore_ascii_case("off") || level.eq_ignore_ascii_case("error");
    let directives = if quiet { level.to_owned() } else { directives };
    EnvFilter::try_new(directives).map_err(|error| LogError::Level(level.to_owned(), error))
}

struct Lines {
    format: LogFormat,
    clock: SharedClock,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let time = self.clock.now();
        let meta = event.metadata();
        match self.format {
            LogFormat::Json => {
                let mut line = serde_json::Map::new();
                line.insert("timestamp".to_owned(), time.to_string().into());
                line.insert("level".to_owned(), meta.level().as_str().into());
                line.insert("message".to_owned(), fields.message.into());
                line.insert("target".to_owned(), meta.target().into());
                if let Some(id) = RequestId::current() {
                    line.insert("request".to_owned(), id.as_str().into());
                }
                line.extend(fields.rest);
                writeln!(writer, "{}", serde_json::Value::Object(line))
            }
            LogFormat::Text => {
                write!(writer, "{time} {:>5} {}", meta.level(), fields.message)?;
                for (name, value) in &fields.rest {
                    write!(writer, ", {name} {value}")?;
                }
                match RequestId::current() {
                    Some(id) => writeln!(writer, ", request {id}"),
                    None => writeln!(writer),
                }
            }
        }
    }
}

/// The fields of an event. JSON strings in either format: a value cannot break its line.
#[derive(Default)]
struct Fields {
    message: String,
    rest: serde_json::Map<String, serde_json::Value>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<serde_json::Value>) {
        self.rest.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.put(field, format!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.put(field, value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_error(&mut self, field: &Field, error: &(dyn std::error::Error + 'static)) {
        let chain = std::iter::successors(Some(error), |error| error.source());
        self.put(field, chain.map(ToString::to_string).collect::<Vec<_>>().join(": "));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        base::{clock::Clock, entropy::SystemEntropy, moment::Moment},
        telemetry::sink::tests::Written,
    };

    struct Fixed;

    impl Clock for Fixed {
        fn now(&self) -> Moment {
            Moment::from_secs(1_795_200_000)
        }
    }

    fn logged(format: LogFormat, level: &str, work: impl FnOnce()) -> String {
        let written = Written::default();
        let (sink, guard) = LogSink::start(written.clone()).unwrap();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(filter(level).unwrap())
            .event_format(Lines { format, clock: Arc::new(Fixed) })
            .with_writer(sink)
            .finish();
        tracing::subscriber::with_default(subscriber, work);
        drop(guard);
        written.text()
    }

    #[test]
    fn an_event_is_one_line_of_json_with_the_chain_of_its_error() {
        let line = logged(LogFormat::Json, "info", || {
            let error = LogError::Io(io::Error::other("disk\nfull"));
            let error = &error as &(dyn std::error::Error + 'static);
            tracing::warn!(error, attempts = 3, "cannot {}", "write");
        });
        assert_eq!(line.lines().count(), 1, "{line}");
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["timestamp"], "2026-11-20T18:40:00Z");
        assert_eq!(value["level"], "WARN");
        assert_eq!(value["message"], "cannot write");
        assert_eq!(value["error"], "the log cannot be written: disk\nfull");
        assert_eq!(value["attempts"], 3);
        assert!(value.get("request").is_none());
    }

    #[tokio::test]
    async fn an_event_carries_the_id_of_its_request() {
        let id = RequestId::new(&SystemEntropy::default());
        let work = async { logged(LogFormat::Text, "debug", || tracing::debug!(step = "a\nb", "here")) };
        assert_eq!(id.scope(work).await, format!("2026-11-20T18:40:00Z DEBUG here, step \"a\\nb\", request {id}\n"));
    }

    #[test]
    fn the_level_decides_what_is_heard() {
        let speak = || {
            tracing::info!("ours");
            tracing::info!(target: "hyper", "theirs");
            tracing::error!(target: "hyper", "wrong");
        };
        let heard = |level| logged(LogFormat::Text, level, speak).matches("Z ").count();
        assert_eq!(
            [heard("off"), heard("error"), heard("warn"), heard("info"), heard("info,hyper=info")],
            [0, 1, 1, 2, 3]
        );
        assert!(matches!(filter("loud=very=much"), Err(LogError::Level(..))));
    }
}
