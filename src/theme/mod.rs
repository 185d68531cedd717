//! Pages: templates, texts, brand.
//!
//! A page is a struct (`pages`) and a template of the same name; [`Theme::render`] brings them together with what every
//! page shares ([`Frame`]). Texts live in `themes/<name>/locales/*.ftl`, looks in `themes/<name>/static`.

pub mod forms;
pub mod frame;
pub mod pages;
