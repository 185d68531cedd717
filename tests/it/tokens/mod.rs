//! What a code buys, how long it lasts, and what ends it.

mod client_credentials;
mod code;
mod introspect;
mod race;
mod refresh;
mod revocation;
mod user_info;
