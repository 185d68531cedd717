//! The SQL, one text per statement for both engines. sqlx is known here only.
