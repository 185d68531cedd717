//! Composition root: the parts of a running node.
