//! Runs a workload on many connections and measures it, closed loop and open loop.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::{sync::Mutex, task::yield_now, time::sleep};

use crate::http::{Connection, Failure};

/// What one worker does again and again on its own connection. A step is one operation: it may be several requests.
pub trait Workload {
    async fn step(&mut self, connection: &mut Connection) -> Result<(), Failure>;
}

/// A worker and its connection.
pub struct Worker<W> {
    pub workload: W,
    pub connection: Connection,
}

/// What a run saw.
#[derive(Default)]
pub struct Sample {
    pub elapsed: Duration,
    /// Nanoseconds of every step that succeeded, in no order.
    pub latencies: Vec<u64>,
    pub errors: u64,
    pub first_error: Option<Failure>,
}

impl Sample {
    /// Successful steps per second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    fn record(&mut self, began: Instant, outcome: Result<(), Failure>) {
        match outcome {
            Ok(()) => self.latencies.push(began.elapsed().as_nanos() as u64),
            Err(failure) => {
                self.errors += 1;
                self.first_error.get_or_insert(failure);
            }
        }
    }

    pub fn merge(&mut self, other: Sample) {
        self.elapsed = self.elapsed.max(other.elapsed);
        self.latencies.extend(other.latencies);
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }
}

/// Every worker starts its next step as soon as the last one is answered.
pub async fn closed_loop<W: Workload>(workers: &mut [Worker<W>], length: Duration) -> Sample {
    let began = Instant::now();
    let runs = workers.iter_mut().map(async |worker| {
        let mut sample = Sample::default();
        while began.elapsed() < length {
            let step_began = Instant::now();
            let outcome = worker.workload.step(&mut worker.connection).await;
            sample.record(step_began, outcome);
        }
        sample
    });
    gather(began, join_all(runs).await)
}

/// Steps are due at a fixed rate, whether the server keeps up or not. A latency counts from when the step was due, so
/// that a server that stalls cannot hide it by not being asked.
pub async fn open_loop<W: Workload>(workers: &mut [Worker<W>], length: Duration, per_second: f64) -> Sample {
    let began = Instant::now();
    let steps = (per_second * length.as_secs_f64()) as u64;
    let (next, turn) = (Cell::new(0_u64), Mutex::new(()));
    let runs = workers.iter_mut().map(async |worker| {
        let mut sample = Sample::default();
        loop {
            let due = {
                // One worker waits for the next due time, the others for their turn.
                let _turn = turn.lock().await;
                let step = next.get();
                if step >= steps {
                    return sample;
                }
                next.set(step + 1);
                let due = began + Duration::from_secs_f64(step as f64 / per_second);
                until(due).await;
                due
            };
            let outcome = worker.workload.step(&mut worker.connection).await;
            sample.record(due, outcome);
        }
    });
    gather(began, join_all(runs).await)
}

/// Tokio's timer counts milliseconds: the last two are spent polling.
async fn until(due: Instant) {
    if let Some(early) = due.checked_duration_since(Instant::now() + Duration::from_millis(2)) {
        sleep(early).await;
    }
    while Instant::now() < due {
        yield_now().await;
    }
}

fn gather(began: Instant, samples: Vec<Sample>) -> Sample {
    let mut all = Sample { elapsed: began.elapsed(), ..Sample::default() };
    samples.into_iter().for_each(|sample| all.merge(sample));
    all
}
