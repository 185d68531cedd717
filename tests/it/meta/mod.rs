//! Tests about the source itself: what may import what, how long a file may be, what the documents promise.

mod dependencies;
mod imports;
mod protocol_rows;
mod protocol_table;
mod reference;
mod sizes;
mod source;
pub mod tables;
mod themes;
