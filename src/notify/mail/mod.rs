//! E-mail, by SMTP (RFC 5321).

mod address;
mod compose;
mod smtp;
mod transport;

pub use self::{
    address::{AddressError, Sender},
    compose::{ComposeError, Email, compose},
    smtp::{Security, Smtp, SmtpError},
    transport::{Attempt, MailTransport, TransportError},
};
