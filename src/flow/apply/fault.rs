//! What is wrong with a seed file, and where.

use std::{cell::RefCell, fmt, ops::Range};

use crate::config::source_text::{Position, SourceText};

/// Bytes of the file that something was read from.
pub type Span = Range<usize>;

/// Something read from the file, with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct At<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// One thing wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeedFault {
    /// The sentence.
    pub message: String,
    /// Line and column.
    pub position: Position,
    /// The line with a mark; passwords in it are dotted out.
    pub excerpt: String,
}

/// Faults that one run tells at most; nobody reads more, and each costs a look through the file.
const MAX_TOLD: usize = 100;

/// What is wrong with a file, in its order. Nothing of it was written.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct SeedFaults(pub Vec<SeedFault>);

impl fmt::Display for SeedFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            let gap = if n == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{}\n{}", fault.message, fault.excerpt)?;
        }
        Ok(())
    }
}

/// Collects what is wrong while a file is read.
#[derive(Default)]
pub(super) struct Faults(RefCell<Vec<(Span, String)>>);

impl Faults {
    pub(super) fn push(&self, span: Span, message: impl Into<String>) {
        self.0.borrow_mut().push((span, message.into()));
    }

    pub(super) fn into_list(self) -> Vec<(Span, String)> {
        self.0.into_inner()
    }
}

/// `Err` with everything that was collected, if there is anything.
pub(super) fn check(source: &SourceText, mut list: Vec<(Span, String)>) -> Result<(), SeedFaults> {
    if list.is_empty() {
        return Ok(());
    }
    list.sort_by_key(|(span, _)| span.start);
    list.dedup();
    list.truncate(MAX_TOLD);
    let fault = |(span, message): (Span, String)| SeedFault {
        message,
        position: source.position(span.start),
        excerpt: source.excerpt(span),
    };
    Err(SeedFaults(list.into_iter().map(fault).collect()))
}
