//! Outer joins: the columns of the other table are all there, or none is.

use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

/// The column that tells whether an outer join found a row.
pub(super) trait Key {
    /// Its name in the result; it is never NULL in the table.
    const COLUMN: &'static str;
}

/// What an outer join found.
pub(super) struct Joined<T>(pub(super) Option<T>);

impl<'r, R, T> FromRow<'r, R> for Joined<T>
where
    R: Row,
    T: FromRow<'r, R> + Key,
    &'static str: ColumnIndex<R>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let key: Option<String> = row.try_get(T::COLUMN)?;
        Ok(Self(key.map(|_| T::from_row(row)).transpose()?))
    }
}
