//! How many customer logins there may be (domain.md 1, inventory Q5 to Q7).

use crate::base::{id::PackageId, moment::Moment};

/// More logins, bought for a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Package {
    /// Its id.
    pub id: PackageId,
    /// What was sold; unique.
    pub sku: String,
    /// How many logins it adds.
    pub seats: i64,
    /// First instant it counts.
    pub valid_from: Option<Moment>,
    /// First instant it no longer counts.
    pub valid_to: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was changed last.
    pub updated_at: Moment,
}

impl Package {
    /// Seats that it adds at `now`.
    pub fn seats_at(&self, now: Moment) -> i64 {
        let counts = self.valid_from.is_none_or(|start| start <= now) && self.valid_to.is_none_or(|end| end > now);
        if counts { self.seats } else { 0 }
    }
}

/// The counter of customer logins. An expired package never ends a login, it only keeps new ones from being made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quota {
    /// How many there may be.
    pub limit: i64,
    /// How many there are: users who are an internet user at one customer at least, administrators apart.
    pub used: i64,
}

/// There is no room for another login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no room for another customer login: {used} of {limit} are in use")]
pub struct QuotaExceeded {
    /// How many there may be.
    pub limit: i64,
    /// How many there are.
    pub used: i64,
}

impl Quota {
    /// `base` and what the packages add at `now`, with `used` of them taken.
    pub fn new(base: u32, packages: &[Package], used: i64, now: Moment) -> Self {
        let bought: i64 = packages.iter().map(|package| package.seats_at(now)).fold(0, i64::saturating_add);
        Self { limit: i64::from(base).saturating_add(bought), used }
    }

    /// Whether another login could be made.
    ///
    /// # Errors
    /// If all are taken.
    pub const fn check(&self) -> Result<(), QuotaExceeded> {
        if self.used < self.limit { Ok(()) } else { Err(QuotaExceeded { limit: self.limit, used: self.used }) }
    }

    /// Takes one.
    ///
    /// # Errors
    /// If all are taken; the counter stays.
    pub const fn take(&mut self) -> Result<(), QuotaExceeded> {
        match self.check() {
            Ok(()) => {
                self.used += 1;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_q7_packages_add_seats_while_they_are_valid() {
        let package = Package {
            id: uuid::Uuid::from_u128(1).into(),
            sku: "ACCOUNTS-50".into(),
            seats: 50,
            valid_from: Some(Moment::from_secs(10)),
            valid_to: Some(Moment::from_secs(20)),
            created_at: Moment::from_secs(1),
            updated_at: Moment::from_secs(1),
        };
        let limit = |secs| Quota::new(100, std::slice::from_ref(&package), 0, Moment::from_secs(secs)).limit;
        assert_eq!([limit(9), limit(10), limit(19), limit(20)], [100, 150, 150, 100]);
    }

    #[test]
    fn inv_q5_without_base_and_package_there_is_no_login() {
        let mut none = Quota::new(0, &[], 0, Moment::from_secs(1));
        assert_eq!(none.take(), Err(QuotaExceeded { limit: 0, used: 0 }));
        let mut one = Quota::new(1, &[], 0, Moment::from_secs(1));
        assert_eq!(one.take(), Ok(()));
        assert_eq!(one.take(), Err(QuotaExceeded { limit: 1, used: 1 }));
        let over = Quota { limit: 50, used: 80 };
        assert_eq!(over.check(), Err(QuotaExceeded { limit: 50, used: 80 }));
    }
}
