//! Ground everything stands on: time, randomness, ids, secrets. Imports nothing of ours.

pub mod address;
pub mod bearer;
pub mod clock;
pub mod device;
pub mod duration;
pub mod email;
pub mod entropy;
pub mod etag;
pub mod host_rule;
pub mod id;
pub mod language;
pub mod login_name;
pub mod moment;
pub mod phone;
pub mod private_file;
pub mod rate;
pub mod secret;
