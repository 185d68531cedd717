//! Pages: templates, texts, brand.
