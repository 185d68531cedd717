//! One line per request (security.md Q98, performance.md 11).

use std::{io::Write, net::IpAddr, time::Duration};

use serde::Serialize;

use super::{queries::Queries, request_id::RequestId, sink::LogSink};
use crate::{base::moment::Moment, config::LogFormat};

/// What is said about a request. Never its query, its body, its path beyond the route, a cookie or a token.
#[derive(Debug)]
pub struct RequestRecord<'a> {
    /// When it arrived.
    pub time: Moment,
    /// Its id, also in the answer's `x-request-id`.
    pub id: RequestId,
    /// Its method.
    pub method: &'a str,
    /// The route it matched, with the names of its parameters instead of their values; `-` if none.
    pub route: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// From its head to the answer's head.
    pub duration: Duration,
    /// What it asked of the database.
    pub queries: Queries,
    /// Whose it was.
    pub client: IpAddr,
    /// `User-Agent`, whole; the line holds the beginning of it.
    pub user_agent: &'a str,
}

/// Writes records; says nothing when the level is above `info`.
#[derive(Clone)]
pub struct RequestLog {
    sink: Option<LogSink>,
    format: LogFormat,
}

/// Of a user agent only so many characters are kept.
const USER_AGENT: usize = 160;

#[derive(Serialize)]
struct Line<'a> {
    timestamp: &'a str,
    level: &'static str,
    message: &'static str,
    request: &'a str,
    method: &'a str,
    route: &'a str,
    status: u16,
    duration_us: u64,
    queries: u32,
    queries_us: u64,
    client: IpAddr,
    user_agent: &'a str,
}

impl RequestLog {
    /// A log that writes to `sink`.
    pub fn new(sink: LogSink, format: LogFormat) -> Self {
        Self { sink: Some(sink), format }
    }

    /// A log that says nothing.
    pub fn silent() -> Self {
        Self { sink: None, format: LogFormat::Json }
    }

    /// Writes one record.
    pub fn write(&self, record: &RequestRecord<'_>) {
        let Some(sink) = &self.sink else { return };
        let mut line = Vec::with_capacity(512);
        let formatted = match self.format {
            LogFormat::Json => record.json(&mut line),
            LogFormat::Text => record.text(&mut line),
        };
        if formatted.is_ok() {
            line.push(b'\n');
            sink.push(&line, false);
        }
    }
}

impl RequestRecord<'_> {
    fn json(&self, line: &mut Vec<u8>) -> std::io::Result<()> {
        let end = self.user_agent.char_indices().nth(USER_AGENT).map_or(self.user_agent.len(), |(at, _)| at);
        let fields = Line {
            timestamp: &self.time.to_string(),
            level: "INFO",
            message: "request",
            request: self.id.as_str(),
            method: self.method,
            route: self.route,
            status: self.status,
            duration_us: micros(self.duration),
            queries: self.queries.count,
            queries_us: micros(self.queries.time),
            client: self.client,
            user_agent: self.user_agent.get(..end).unwrap_or_default(),
        };
        Ok(serde_json::to_writer(line, &fields)?)
    }

    fn text(&self, line: &mut Vec<u8>) -> std::io::Result<()> {
        let Self { time, id, method, route, status, duration, queries, client, .. } = self;
        let count = queries.count;
        write!(line, "{time}  INFO {status} {method} {route} {duration:.1?}, {count} queries, {client}, request {id}")
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::entropy::SystemEntropy, telemetry::sink::tests::Written};

    fn written(format: LogFormat, user_agent: &str) -> (RequestId, String) {
        let target = Written::default();
        let (sink, guard) = LogSink::start(target.clone()).unwrap();
        let record = RequestRecord {
            time: Moment::from_secs(1_795_200_000),
            id: RequestId::new(&SystemEntropy::default()),
            method: "POST",
            route: "/oauth2/token",
            status: 400,
            duration: Duration::from_micros(1234),
            queries: Queries { count: 3, time: Duration::from_micros(200) },
            client: "2001:db8::1".parse().unwrap(),
            user_agent,
        };
        RequestLog::new(sink, format).write(&record);
        drop(guard);
        (record.id, target.text())
    }

    #[test]
    fn a_record_is_one_line_of_json() {
        let (id, line) = written(LogFormat::Json, "curl/8");
        let expected = "{\"timestamp\":\"2026-11-20T18:40:00Z\",\"level\":\"INFO\",\"message\":\"request\",\
             \"request\":\"ID\",\"method\":\"POST\",\"route\":\"/oauth2/token\",\"status\":400,\"duration_us\":1234,\
             \"queries\":3,\"queries_us\":200,\"client\":\"2001:db8::1\",\"user_agent\":\"curl/8\"}\n";
        assert_eq!(line, expected.replace("ID", id.as_str()));
    }

    #[test]
    fn sec_q98_a_user_agent_forges_no_line_and_fills_no_log() {
        let (_, line) = written(LogFormat::Json, &format!("x\"}}\n{{\"level\":\"ERROR\"{}", "ü".repeat(5000)));
        assert_eq!(line.lines().count(), 1);
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["user_agent"].as_str().unwrap().chars().count(), USER_AGENT);
        assert_eq!(value["level"], "INFO");
    }

    #[test]
    fn text_lines_are_for_people() {
        let (id, line) = written(LogFormat::Text, "curl/8");
        let rest = "INFO 400 POST /oauth2/token 1.2ms, 3 queries, 2001:db8::1, request";
        assert_eq!(line, format!("2026-11-20T18:40:00Z  {rest} {id}\n"));
    }
}
