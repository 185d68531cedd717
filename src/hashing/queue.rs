//! The order of work: fair between lanes, one per key at a time, bounded.

use std::collections::{HashSet, VecDeque};

/// Who is waiting. Each lane gets an equal share of the threads while it has work, so that a flood of strangers
/// does not keep out known browsers, licence clients or administrators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// A browser that once signed this user in (D13).
    TrustedBrowser,
    /// Any other browser.
    Untrusted,
    /// The password grant (D5).
    PasswordGrant,
    /// Administration: new passwords, `apply`, imports.
    Admin,
}

const LANES: usize = 4;
/// The part of the queue that is kept free for each lane: an eighth.
const KEPT_FREE: u64 = 8;

struct Waiting<J> {
    key: Option<String>,
    work: u64,
    job: J,
}

struct LaneQueue<J> {
    waiting: VecDeque<Waiting<J>>,
    /// Work waiting here.
    work: u64,
    /// Work done for this lane, on the clock of [`Queue::now`].
    spent: u64,
}

/// Jobs `J` that wait. Work is in the unit of `stored_password::MAX_WORK`.
pub(super) struct Queue<J> {
    lanes: [LaneQueue<J>; LANES],
    running: HashSet<String>,
    /// Start-time fair queueing: what the lane served last had spent. A lane that comes back after a pause starts
    /// here and cannot claim the share it did not use.
    now: u64,
}

/// A job whose turn it is.
pub(super) struct Taken<J> {
    pub(super) key: Option<String>,
    pub(super) work: u64,
    pub(super) job: J,
}

impl<J> Queue<J> {
    pub(super) fn new() -> Self {
        Self {
            lanes: std::array::from_fn(|_| LaneQueue { waiting: VecDeque::new(), work: 0, spent: 0 }),
            running: HashSet::new(),
            now: 0,
        }
    }

    /// Work waiting in all lanes.
    pub(super) fn work(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.work).sum()
    }

    /// Whether a job of that much work may wait: no more than `limit` waits in all, and an eighth of that is kept free
    /// for each of the other lanes. An empty queue takes any job.
    pub(super) fn has_room(&self, lane: Lane, work: u64, limit: u64) -> bool {
        let (waiting, share) = (self.work(), limit / KEPT_FREE);
        let here = self.lanes.get(lane as usize).map_or(0, |lane| lane.work);
        let reserved: u64 = self.others(lane).map(|other| share.saturating_sub(other.work)).sum();
        let within_share = here + work <= share && waiting + work <= limit;
        waiting == 0 || within_share || waiting + work + reserved <= limit
    }

    /// Queues a job, or gives it back if there is no room for it.
    pub(super) fn push(&mut self, lane: Lane, key: Option<&str>, work: u64, limit: u64, job: J) -> Result<(), J> {
        if !self.has_room(lane, work, limit) {
            return Err(job);
        }
        let now = self.now;
        let lane = self.lane(lane);
        if lane.waiting.is_empty() {
            lane.spent = lane.spent.max(now);
        }
        lane.work += work;
        lane.waiting.push_back(Waiting { key: key.map(str::to_owned), work, job });
        Ok(())
    }

    /// The next job: of the lanes that have one whose key is not running, the lane that has spent least.
    pub(super) fn take(&mut self) -> Option<Taken<J>> {
        let running = &self.running;
        let ready = |lane: &LaneQueue<J>| {
            lane.waiting.iter().position(|waiting| waiting.key.as_ref().is_none_or(|key| !running.contains(key)))
        };
        let (lane, position) = self
            .lanes
            .iter_mut()
            .filter_map(|lane| ready(lane).map(|position| (lane, position)))
            .min_by_key(|(lane, _)| lane.spent)?;
        let Waiting { key, work, job } = lane.waiting.remove(position)?;
        self.now = lane.spent;
        lane.work -= work;
        lane.spent += work;
        self.running.extend(key.clone());
        Some(Taken { key, work, job })
    }

    /// Says that the job of `key` has ended.
    pub(super) fn done(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            self.running.remove(key);
        }
    }

    /// Drops everything that waits.
    pub(super) fn clear(&mut self) {
        for lane in &mut self.lanes {
            lane.waiting.clear();
            lane.work = 0;
        }
    }

    fn lane(&mut self, lane: Lane) -> &mut LaneQueue<J> {
        let [trusted, untrusted, grant, admin] = &mut self.lanes;
        match lane {
            Lane::TrustedBrowser => trusted,
            Lane::Untrusted => untrusted,
            Lane::PasswordGrant => grant,
            Lane::Admin => admin,
        }
    }

    fn others(&self, lane: Lane) -> impl Iterator<Item = &LaneQueue<J>> {
        self.lanes.iter().enumerate().filter(move |(index, _)| *index != lane as usize).map(|(_, other)| other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(queue: &mut Queue<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| {
            let taken = queue.take()?;
            queue.done(taken.key.as_deref());
            Some(taken.job)
        })
        .collect()
    }

    #[test]
    fn sec_s7_lanes_share_in_turn_however_long_one_of_them_is() {
        let mut queue = Queue::new();
        for _ in 0..4 {
            queue.push(Lane::Untrusted, None, 10, 1000, "stranger").unwrap();
        }
        queue.push(Lane::TrustedBrowser, None, 10, 1000, "known").unwrap();
        queue.push(Lane::TrustedBrowser, None, 10, 1000, "known").unwrap();
        queue.push(Lane::Admin, None, 10, 1000, "admin").unwrap();
        let served = order(&mut queue);
        assert_eq!(served.iter().take(5).filter(|job| **job == "stranger").count(), 2, "{served:?}");
        assert_eq!(served.len(), 7);
    }

    #[test]
    fn sec_s7_shares_are_of_work_not_of_jobs() {
        let mut queue = Queue::new();
        for _ in 0..4 {
            queue.push(Lane::Untrusted, None, 30, 1000, "heavy").unwrap();
            queue.push(Lane::TrustedBrowser, None, 10, 1000, "light").unwrap();
        }
        let served = order(&mut queue);
        let light = served.iter().take(5).filter(|job| **job == "light").count();
        assert!(light >= 3, "{served:?}");
    }

    #[test]
    fn sec_s7_a_lane_cannot_save_up_its_share() {
        let mut queue = Queue::new();
        for _ in 0..10 {
            queue.push(Lane::Untrusted, None, 10, 1000, "early").unwrap();
        }
        assert_eq!(order(&mut queue).len(), 10);
        for _ in 0..4 {
            queue.push(Lane::Untrusted, None, 10, 1000, "early").unwrap();
            queue.push(Lane::PasswordGrant, None, 10, 1000, "late").unwrap();
        }
        let served = order(&mut queue);
        let late = served.iter().take(4).filter(|job| **job == "late").count();
        assert!((1..=3).contains(&late), "{served:?}");
    }

    #[test]
    fn sec_s7_one_per_key_at_a_time() {
        let mut queue = Queue::new();
        for job in ["first", "second"] {
            queue.push(Lane::Untrusted, Some("anna"), 10, 1000, job).unwrap();
        }
        queue.push(Lane::Untrusted, Some("bert"), 10, 1000, "other").unwrap();
        assert_eq!(queue.take().unwrap().job, "first");
        assert_eq!(queue.take().unwrap().job, "other");
        assert!(queue.take().is_none());
        queue.done(Some("anna"));
        assert_eq!(queue.take().unwrap().job, "second");
    }

    #[test]
    fn sec_s7_what_waits_is_bounded_and_every_lane_has_room_left() {
        let mut queue = Queue::new();
        let mut flood = 0;
        while queue.push(Lane::Untrusted, None, 10, 800, ()).is_ok() {
            flood += 10;
        }
        assert_eq!(flood, 500, "five eighths for one lane alone");
        for lane in [Lane::TrustedBrowser, Lane::PasswordGrant, Lane::Admin] {
            let mut got_in = 0;
            while queue.push(lane, None, 10, 800, ()).is_ok() {
                got_in += 10;
            }
            assert_eq!(got_in, 100, "{lane:?}");
        }
        assert_eq!(queue.work(), 800);
        queue.clear();
        assert_eq!(queue.work(), 0);
        assert!(queue.push(Lane::Admin, None, 5000, 800, ()).is_ok(), "an empty queue takes any job");
        assert!(queue.push(Lane::Admin, None, 10, 800, ()).is_err());
    }
}
