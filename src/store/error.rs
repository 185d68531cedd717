//! What can go wrong in the database, in the words of the callers.

use sqlx::error::{DatabaseError, ErrorKind};

/// A failure of the store. Reaches people only as an id; the log carries the chain.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A stored value cannot be read back as what it should be.
    #[error("{table}.{column} of {id} holds a value that cannot be read")]
    Corrupt {
        /// Table of the value.
        table: &'static str,
        /// Column of the value.
        column: &'static str,
        /// Row of the value.
        id: String,
    },
    /// A uniqueness rule refused the write.
    #[error("already taken: {0}")]
    Conflict(Conflict),
    /// A row that this one refers to does not exist.
    #[error("refers to something that does not exist")]
    Dangling,
    /// The commit of the group that this transaction was part of failed; nothing of it is stored.
    #[error("the commit failed: {0}")]
    Commit(String),
    /// The database did not answer in time, or at all, or has no room; try again.
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    /// Somebody else was changing the same rows; nothing of this transaction is stored, try again.
    #[error("somebody else changed the same thing meanwhile")]
    Contended(#[source] sqlx::Error),
    /// Anything else.
    #[error("database: {0}")]
    Other(#[source] sqlx::Error),
}

/// Which uniqueness rule was hurt, by the engine's own words (index or columns).
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct Conflict(pub String);

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error().map(DatabaseError::kind) {
            Some(ErrorKind::UniqueViolation) => {
                let named = error.as_database_error().map(|e| e.constraint().unwrap_or_else(|| e.message()).to_owned());
                Self::Conflict(Conflict(named.unwrap_or_default()))
            }
            Some(ErrorKind::ForeignKeyViolation) => Self::Dangling,
            _ if error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| is_contention(&code)) => {
                Self::Contended(error)
            }
            _ if error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| is_busy(&code)) => {
                Self::Busy(error)
            }
            _ if matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => Self::Busy(error),
            _ => Self::Other(error),
        }
    }
}

/// PostgreSQL's codes for a row that changed since the transaction began, a deadlock, and a lock that took too long.
/// SQLite's codes are numbers of other lengths.
fn is_contention(code: &str) -> bool {
    ["40001", "40P01", "55P03"].contains(&code)
}

/// PostgreSQL's codes for a statement that took too long, no room for a connection, on the disk or in memory, and a
/// server that is going down or coming up; SQLite's for a file that another process writes (5, in the low byte), and a
/// disk that is full (13).
fn is_busy(code: &str) -> bool {
    match code.len() {
        5 => ["57014", "53300", "53100", "53200", "57P01", "57P02", "57P03"].contains(&code),
        _ => code.parse::<u32>().is_ok_and(|code| [5, 13].contains(&(code & 0xff))),
    }
}

/// Reads JSON out of a column.
pub(crate) fn json<T: serde::de::DeserializeOwned>(
    text: &str,
    table: &'static str,
    column: &'static str,
    id: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt { table, column, id: id.to_owned() })
}

/// Writes a value as the JSON of a column.
pub(crate) fn to_json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    // Only maps with keys that are not strings can fail, and no stored type has one.
    serde_json::to_string(value).unwrap_or_default()
}

/// Reads a typed value (an id, an enum) out of a TEXT column.
pub(crate) fn parsed<T: std::str::FromStr>(
    text: &str,
    table: &'static str,
    column: &'static str,
    id: &str,
) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { table, column, id: id.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contention_is_told_from_what_is_wrong_in_itself() {
        assert!(["40001", "40P01", "55P03"].into_iter().all(is_contention));
        // A unique key, a syntax error; SQLite: busy, a unique key.
        assert!(!["23505", "42601", "5", "2067"].into_iter().any(is_contention));
        assert!(matches!(StoreError::from(sqlx::Error::PoolTimedOut), StoreError::Busy(_)));
        let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        assert!(matches!(StoreError::from(sqlx::Error::Io(broken)), StoreError::Busy(_)));
        assert!(matches!(StoreError::from(sqlx::Error::RowNotFound), StoreError::Other(_)));
    }
}
