//! Deletes what nobody will ask for again. Every table that grows with use has its line here (security.md S13), and is
//! listed in `docs/reference/tables.md`.

use std::time::Duration;

use crate::{
    base::moment::Moment,
    config::settings::{LOCKOUT_DURATION, LOCKOUT_WINDOW, Settings},
    flow::{
        error::{FlowError, chain},
        factors,
        node::Node,
    },
    store::{
        StoreError, Tx, attempt, errand, grant, known_browser, link, lockout, message, one_time_code, passkey, sending,
        session, token, totp, trusted_browser,
    },
};

/// Attempts are kept past their end so that "Start again" knows what was asked.
const ATTEMPTS: Duration = Duration::from_secs(24 * 60 * 60);
/// Grants are kept past their end so that an old code or refresh token is told apart from an unknown one.
const GRANTS: Duration = Duration::from_secs(24 * 60 * 60);
/// The life of a device cookie (security.md S2).
const KNOWN_BROWSERS: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// Captured messages and used links stay to be looked at.
const KEPT_TO_LOOK_AT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// A mail that was asked for and could not be written in a day will not be.
const ERRANDS: Duration = Duration::from_secs(24 * 60 * 60);
/// No limit of sending looks further back than a day.
const SENDING: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Rows deleted in one transaction: a few milliseconds of SQLite's one writer, and others get their turn in between.
pub const BATCH: i64 = 200;
/// Rows of one table deleted in one round at most; the next round goes on. More than are made in the same time.
const ROUND: u64 = 1_000_000;

/// What is left behind, by table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Remains {
    /// Expired opaque access tokens.
    OpaqueTokens,
    /// Revocations of tokens that have expired.
    Revocations,
    /// Requests whose handle has expired.
    Requests,
    /// Attempts that ended a while ago.
    Attempts,
    /// Grants that ended a while ago.
    Grants,
    /// Expired sessions, with the choices made in them.
    Sessions,
    /// Links that expired a while ago.
    Links,
    /// Errands that nobody could do.
    Errands,
    /// Messages that became pointless a while ago.
    Messages,
    /// Browsers whose cookie has expired.
    KnownBrowsers,
    /// Failures that count no more.
    Buckets,
    /// Slots that were never decided.
    Slots,
    /// When messages were sent that count no more.
    SendHistories,
    /// Text messages of days that are over.
    SendDays,
    /// Apps that were never confirmed.
    PendingApps,
    /// Challenges for passkeys that have expired.
    Challenges,
    /// Codes by mail and SMS that have expired.
    Codes,
    /// Browsers that are trusted no more.
    TrustedBrowsers,
}

impl Remains {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::OpaqueTokens,
        Self::Revocations,
        Self::Requests,
        Self::Attempts,
        Self::Grants,
        Self::Sessions,
        Self::Links,
        Self::Errands,
        Self::Messages,
        Self::KnownBrowsers,
        Self::Buckets,
        Self::Slots,
        Self::SendHistories,
        Self::SendDays,
        Self::PendingApps,
        Self::Challenges,
        Self::Codes,
        Self::TrustedBrowsers,
    ];

    /// The tables that are tidied.
    pub const fn tables(self) -> &'static [&'static str] {
        match self {
            Self::OpaqueTokens => &["opaque_token"],
            Self::Revocations => &["revoked_token"],
            Self::Requests => &["request_handle"],
            Self::Attempts => &["attempt"],
            Self::Grants => &["authorization_grant"],
            Self::Sessions => &["session", "client_session"],
            Self::Links => &["link"],
            Self::Errands => &["errand"],
            Self::Messages => &["message"],
            Self::KnownBrowsers => &["known_browser"],
            Self::Buckets => &["lockout_bucket"],
            Self::Slots => &["lockout_slot"],
            Self::SendHistories => &["send_history"],
            Self::SendDays => &["send_day"],
            Self::PendingApps => &["totp"],
            Self::Challenges => &["passkey_challenge"],
            Self::Codes => &["one_time_code"],
            Self::TrustedBrowsers => &["trusted_browser"],
        }
    }

    /// How long it is kept past its end.
    fn age(self, settings: &Settings) -> Duration {
        match self {
            Self::OpaqueTokens | Self::Revocations | Self::Requests | Self::Sessions => Duration::ZERO,
            Self::Challenges | Self::Codes => Duration::ZERO,
            Self::Attempts => ATTEMPTS,
            Self::Grants => GRANTS,
            Self::Errands => ERRANDS,
            Self::Links | Self::Messages => KEPT_TO_LOOK_AT,
            Self::KnownBrowsers => KNOWN_BROWSERS,
            Self::SendHistories | Self::SendDays => SENDING,
            Self::PendingApps => factors::totp::PENDING_LIFE,
            Self::TrustedBrowsers => factors::trust::LONGEST,
            Self::Buckets | Self::Slots => {
                settings.instance(&LOCKOUT_WINDOW).get() + settings.instance(&LOCKOUT_DURATION).get()
            }
        }
    }

    /// Deletes at most `limit` of what was over before `before`; how many rows are gone.
    pub async fn collect(self, tx: &mut Tx, before: Moment, limit: i64) -> Result<u64, StoreError> {
        match self {
            Self::OpaqueTokens => token::collect_opaque(tx, before, limit).await,
            Self::Revocations => token::collect_revoked(tx, before, limit).await,
            Self::Requests => attempt::collect_handles(tx, before, limit).await,
            Self::Attempts => attempt::collect(tx, before, limit).await,
            Self::Grants => grant::collect(tx, before, limit).await,
            Self::Sessions => session::collect(tx, before, limit).await,
            Self::Links => link::collect(tx, before, limit).await,
            Self::Errands => errand::collect(tx, before, limit).await,
            Self::Messages => message::collect(tx, before, limit).await,
            Self::KnownBrowsers => known_browser::collect(tx, before, limit).await,
            Self::Buckets => lockout::collect_buckets(tx, before, limit).await,
            Self::Slots => lockout::collect_slots(tx, before, limit).await,
            Self::SendHistories => sending::collect_histories(tx, before, limit).await,
            Self::SendDays => sending::collect_days(tx, before, limit).await,
            Self::PendingApps => totp::collect(tx, before, limit).await,
            Self::Challenges => passkey::collect(tx, before, limit).await,
            Self::Codes => one_time_code::collect(tx, before, limit).await,
            Self::TrustedBrowsers => trusted_browser::collect(tx, before, limit).await,
        }
    }
}

/// One round through all tables; how many rows are gone.
pub async fn clean_up(node: &Node) -> Result<u64, FlowError> {
    let now = node.now();
    let snapshot = node.snapshot().await?;
    let mut deleted = 0;
    for remains in Remains::ALL {
        // One table that cannot be tidied keeps no other from it.
        match tidy(node, remains, now.minus(remains.age(&snapshot.settings))).await {
            Ok(rows) => deleted += rows,
            Err(error) => tracing::warn!(?remains, error = chain(&error), "a clean-up failed"),
        }
    }
    Ok(deleted)
}

/// Batch by batch, each in a transaction of its own, until nothing is left or it is enough for this round.
async fn tidy(node: &Node, remains: Remains, before: Moment) -> Result<u64, FlowError> {
    let mut gone = 0;
    while gone < ROUND {
        let mut tx = node.db.write().await?;
        let rows = remains.collect(&mut tx, before, BATCH).await?;
        tx.commit().await?;
        gone += rows;
        if rows == 0 {
            break;
        }
    }
    Ok(gone)
}
