//! Messages on their way out.

mod sms;
