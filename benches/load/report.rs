//! Medians, the table, and the JSON lines that a later run is compared with.

use std::{collections::BTreeMap, fs, io::Write as _, path::Path};

use serde_json::{Value, json};

use crate::drive::Sample;

/// The rounds of one case.
#[derive(Default)]
pub struct Series {
    rates: Vec<f64>,
    busy: Vec<f64>,
    all: Sample,
}

impl Series {
    /// `busy`: CPU seconds that the server used per second.
    pub fn add(&mut self, sample: Sample, busy: f64) {
        self.rates.push(sample.rate());
        self.busy.push(busy);
        self.all.merge(sample);
    }

    pub fn rate(&self) -> f64 {
        median(&self.rates)
    }
}

/// The middle value, 0 of none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// The latency below which a share of all steps stayed, in milliseconds.
pub fn percentile(latencies: &mut [u64], share: f64) -> f64 {
    latencies.sort_unstable();
    let at = ((latencies.len() as f64 * share) as usize).min(latencies.len().saturating_sub(1));
    latencies.get(at).map_or(0.0, |nanoseconds| *nanoseconds as f64 / 1e6)
}

/// One line of the report.
pub struct Line {
    pub name: String,
    pub rate: f64,
    /// The raw limit that the rate is held against, per second.
    pub limit: Option<f64>,
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
    /// What the peer did in the same run, per second.
    pub peer: Option<f64>,
    /// p99 of the open loop at half of the rate, in milliseconds.
    pub open_p99: Option<f64>,
    pub busy: f64,
    pub errors: u64,
}

impl Line {
    pub fn new(name: &str, mut series: Series, limit: Option<f64>, open: Option<Sample>) -> Self {
        let errors = series.all.errors + open.as_ref().map_or(0, |sample| sample.errors);
        let first = series.all.first_error.take();
        if let Some(failure) = first.or_else(|| open.as_ref().and_then(|sample| sample.first_error.clone())) {
            println!("  {name}: {errors} errors, the first one: {failure}");
        }
        let rate = series.rate();
        let latencies = &mut series.all.latencies;
        let [p50, p99, p999] = [0.5, 0.99, 0.999].map(|share| percentile(latencies, share));
        let open_p99 = open.map(|mut sample| percentile(&mut sample.latencies, 0.99));
        Self {
            name: name.to_owned(),
            rate,
            limit,
            p50,
            p99,
            p999,
            peer: None,
            open_p99,
            busy: median(&series.busy),
            errors,
        }
    }

    fn ratio(&self) -> Option<f64> {
        self.limit.map(|limit| self.rate / limit)
    }

    fn json(&self, run: &Value) -> Value {
        json!({
            "run": run, "name": self.name, "rate": self.rate, "limit": self.limit, "ratio": self.ratio(), "p50_ms": self.p50, "peer": self.peer,
            "p99_ms": self.p99, "p999_ms": self.p999, "open_p99_ms": self.open_p99, "cpu": self.busy, "errors": self.errors,
        })
    }
}

/// A figure that is no rate: start-up time, memory, size.
pub struct Figure {
    pub name: &'static str,
    pub value: f64,
    pub unit: &'static str,
}

/// Prints the table, and the change since the last run that `file` remembers.
pub fn print(lines: &[Line], figures: &[Figure], file: &Path) {
    let before = earlier(file);
    let change = |name: &str, now: f64| {
        before.get(name).map_or_else(|| "–".to_owned(), |then| format!("{:+.1} %", (now / then - 1.0) * 100.0))
    };
    println!(
        "\n{:<34} {:>10} {:>10} {:>6} {:>8} {:>9} {:>9} {:>9} {:>11} {:>6} {:>7} {:>9}",
        "work",
        "per second",
        "limit",
        "ratio",
        "peer",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "open p99 ms",
        "CPU",
        "errors",
        "before"
    );
    let optional =
        |value: Option<f64>, digits: usize| value.map_or_else(|| "–".into(), |value| format!("{value:.digits$}"));
    for line in lines {
        println!(
            "{:<34} {:>10.0} {:>10} {:>6} {:>8} {:>9.2} {:>9.2} {:>9.2} {:>11} {:>5.0}% {:>7} {:>9}",
            line.name,
            line.rate,
            optional(line.limit, 0),
            optional(line.ratio(), 2),
            line.peer.map_or_else(|| "–".into(), |peer| format!("{:.1} x", line.rate / peer)),
            line.p50,
            line.p99,
            line.p999,
            optional(line.open_p99, 2),
            line.busy * 100.0,
            line.errors,
            change(&line.name, line.rate),
        );
    }
    println!();
    for figure in figures {
        println!(
            "{:<34} {:>10.1} {:<8} {:>9}",
            figure.name,
            figure.value,
            figure.unit,
            change(figure.name, figure.value)
        );
    }
}

/// Appends the run to `file`.
pub fn keep(lines: &[Line], figures: &[Figure], run: &Value, file: &Path) {
    let mut out = fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
    for line in lines {
        writeln!(out, "{}", line.json(run)).unwrap();
    }
    for figure in figures {
        writeln!(out, "{}", json!({ "run": run, "name": figure.name, "rate": figure.value, "unit": figure.unit }))
            .unwrap();
    }
}

/// The newest value of every name.
fn earlier(file: &Path) -> BTreeMap<String, f64> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter_map(|line| Some((line["name"].as_str()?.to_owned(), line["rate"].as_f64()?))).collect()
}
