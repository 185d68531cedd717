//! Parse, authenticate the caller, choose the language, render. axum is known here only.
