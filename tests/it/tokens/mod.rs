//! What a code buys, how long it lasts, and what ends it.

mod claims;
mod client_credentials;
mod code;
mod introspect;
mod out_of_touch;
mod race;
mod refresh;
mod revocation;
mod switched_off;
mod types;
mod user_info;
