//! `usher admin`: a way back in for whoever has the machine. Everything is audited.

use clap::{Subcommand, builder::PossibleValuesParser, builder::TypedValueParser as _};
use serde_json::json;

use super::{Context, block_on, error::CliError};
use crate::{
    app::open_node,
    base::{
        clock::{Clock as _, SystemClock},
        entropy::SystemEntropy,
    },
    config::Config,
    flow::{
        admin_grant::{AdminGrantOutcome, admin_grant},
        admin_link::{AdminLinkOutcome, Link, admin_link},
        admin_mail::{AdminMailOutcome, Inviting, admin_invite, admin_reset_link},
        factors::reset::{ResetMfaOutcome, reset_mfa},
        unlock::{UnlockOutcome, unlock},
    },
    identity::{admin_role::Role, audit::Actor},
};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Print a link that sets a password; without USER one that makes the first administrator
    #[command(after_help = "\
Every link works once, for 15 minutes (set-up: 30), and ends those made before. None signs anybody in.

Examples:
  usher admin link
  usher admin link anna@acme.example")]
    Link {
        /// User name or verified e-mail address
        user: Option<String>,
    },
    /// Give a user a role of administration
    #[command(after_help = "\
Examples:
  usher admin grant anna@acme.example system-admin
  usher admin grant bo@acme.example user-admin --customer ACME --customer BETA")]
    Grant {
        /// User name or verified e-mail address
        user: String,
        /// What the user may do
        #[arg(value_parser = role())]
        role: Role,
        /// Limit the role user-admin to the customer with this code; may be repeated
        #[arg(long = "customer", value_name = "CODE")]
        customers: Vec<String>,
    },
    /// Invite a user who has no password yet, or to another company
    #[command(after_help = "\
The mail holds a link that works for 72 hours: it sets the first password, or accepts the company with the password there
is. It is sent by the server; with --print the link is printed instead, to be handed over.

Examples:
  usher admin invite anna@acme.example
  usher admin invite anna@acme.example --customer BETA
  usher admin invite anna@acme.example --print")]
    Invite {
        /// User name or verified e-mail address
        user: String,
        /// The customer to join, by its code; without it the one whose invitation waits
        #[arg(long, value_name = "CODE")]
        customer: Option<String>,
        /// Print the link instead of mailing it
        #[arg(long)]
        print: bool,
    },
    /// Mail a user a link that sets a new password
    #[command(after_help = "\
The link works once, for 30 minutes. It is sent by the server, to the verified address of the user. `usher admin link`
prints one instead.

Example:
  usher admin reset-link anna@acme.example")]
    ResetLink {
        /// User name or verified e-mail address
        user: String,
    },
    /// End the lock of a user
    #[command(after_help = "Example:\n  usher admin unlock anna@acme.example")]
    Unlock {
        /// User name or verified e-mail address
        user: String,
    },
    /// Take every second factor from a user who lost them
    #[command(after_help = "\
Apps, passkeys, recovery codes and trusted browsers are removed; sessions fall back to what the password proved.
The next sign-in enrols anew where a second factor is required.

Example:
  usher admin reset-mfa anna@acme.example --reason \"Lost phone, identified by her manager, case 4711\"")]
    ResetMfa {
        /// User name or verified e-mail address
        user: String,
        /// Why, for the audit log
        #[arg(long, value_parser = reason)]
        reason: String,
    },
}

/// A reset without a reason is a way around the second factor.
fn reason(typed: &str) -> Result<String, String> {
    let reason = typed.trim();
    match reason.chars().count() {
        0..3 => Err("say why".to_owned()),
        257.. => Err("use at most 256 characters".to_owned()),
        _ => Ok(reason.to_owned()),
    }
}

fn role() -> impl clap::builder::TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::WORDS).try_map(|word| word.parse())
}

pub(super) fn run(args: &Args, context: &mut Context) -> Result<(), CliError> {
    let config = context.config()?;
    match &args.action {
        Action::Link { user } => link(&config, user.as_deref(), context),
        Action::Grant { user, role, customers } => grant(&config, user, *role, customers, context),
        Action::Invite { user, customer, print } => {
            let inviting = Inviting { name: user, customer: customer.as_deref(), print: *print };
            invite(&config, &inviting, context)
        }
        Action::ResetLink { user } => reset_link(&config, user, context),
        Action::Unlock { user } => end_lock(&config, user, context),
        Action::ResetMfa { user, reason } => take_factors(&config, user, reason, context),
    }
}

fn link(config: &Config, user: Option<&str>, context: &mut Context) -> Result<(), CliError> {
    let outcome = block_on(async {
        let db = super::open_database(config).await?;
        let made = admin_link(&db, &SystemEntropy::default(), SystemClock.now(), user).await;
        made.map_err(|error| CliError::of(&error))
    })?;
    let (path, title, link) = match outcome {
        AdminLinkOutcome::Setup(link) => ("setup", "Make the first administrator".to_owned(), link),
        AdminLinkOutcome::Password(link) => ("password/reset", format!("Set the password of {}", name(user)), link),
        AdminLinkOutcome::AlreadySetUp => {
            return Err(CliError::Failed(
                "there is an administrator: name the user, as in `usher admin link anna`".into(),
            ));
        }
        AdminLinkOutcome::NoSuchUser => return Err(nobody(name(user))),
        AdminLinkOutcome::Disabled => {
            return Err(CliError::Failed(format!(
                "{} is disabled, or locked by an administrator: a new password would not let them in",
                name(user)
            )));
        }
    };
    let Link { token, expires_at } = link;
    let url = format!("{}/{path}?t={}", config.public_url, token.expose());
    let until = expires_at.to_string();
    context.output.data(&json!({ "url": url, "expires_at": until }), || {
        format!("{title} (works once, until {until}):\n\n  {url}\n\n")
    })
}

fn grant(config: &Config, user: &str, role: Role, codes: &[String], context: &mut Context) -> Result<(), CliError> {
    let outcome = block_on(async {
        let db = super::open_database(config).await?;
        let granted = admin_grant(&db, &SystemEntropy::default(), SystemClock.now(), user, role, codes).await;
        granted.map_err(|error| CliError::of(&error))
    })?;
    let (changed, text) = match outcome {
        AdminGrantOutcome::Granted => (true, format!("{user} is {role} now")),
        AdminGrantOutcome::Changed => (true, format!("{user} is {role} for other customers now")),
        AdminGrantOutcome::Unchanged => (false, format!("{user} is {role} already")),
        AdminGrantOutcome::NoSuchUser => return Err(nobody(user)),
        AdminGrantOutcome::NoSuchCustomer(code) => {
            return Err(CliError::Failed(format!("no customer has the code {code}")));
        }
        AdminGrantOutcome::CannotBeLimited => {
            return Err(CliError::Usage(format!(
                "{role} cannot be limited to customers, only {} can",
                Role::UserAdmin
            )));
        }
    };
    context.output.data(&json!({ "changed": changed }), || format!("{text}\n"))
}

fn invite(config: &Config, inviting: &Inviting<'_>, context: &mut Context) -> Result<(), CliError> {
    let outcome = block_on(async {
        let db = super::open_database(config).await?;
        let done = admin_invite(&db, &SystemEntropy::default(), SystemClock.now(), inviting).await;
        done.map_err(|error| CliError::of(&error))
    })?;
    mailed(config, inviting.name, outcome, "an invitation", context)
}

fn reset_link(config: &Config, user: &str, context: &mut Context) -> Result<(), CliError> {
    let outcome = block_on(async {
        let db = super::open_database(config).await?;
        let done = admin_reset_link(&db, &SystemEntropy::default(), SystemClock.now(), user).await;
        done.map_err(|error| CliError::of(&error))
    })?;
    mailed(config, user, outcome, "a link to a new password", context)
}

/// Says what became of a mail, or prints the link that takes its place.
fn mailed(
    config: &Config,
    user: &str,
    outcome: AdminMailOutcome,
    what: &str,
    context: &mut Context,
) -> Result<(), CliError> {
    let failed = |text: String| Err(CliError::Failed(text));
    match outcome {
        AdminMailOutcome::Mailed(address) => context.output.data(&json!({ "mailed_to": address }), || {
            format!("{what} goes to {address} as soon as the server runs\n")
        }),
        AdminMailOutcome::Printed(Link { token, expires_at }) => {
            let url = format!("{}/invite?t={}", config.public_url, token.expose());
            let until = expires_at.to_string();
            context.output.data(&json!({ "url": url, "expires_at": until }), || {
                format!("Hand this to {user} (works once, until {until}):\n\n  {url}\n\n")
            })
        }
        AdminMailOutcome::NoAddress => failed(format!(
            "{user} has no address that may be written to: `usher admin link {user}` prints a link to hand over"
        )),
        AdminMailOutcome::NothingToAccept => {
            failed(format!("{user} has a password, and no company waits for an answer: there is nothing to accept"))
        }
        AdminMailOutcome::Full => failed("too many mails wait: is the server running?".into()),
        AdminMailOutcome::NoSuchUser => Err(nobody(user)),
        AdminMailOutcome::NotThere(code) => failed(format!("no invitation to {code} waits for {user}")),
        AdminMailOutcome::Disabled => failed(format!("{user} is disabled, or locked by an administrator")),
    }
}

fn end_lock(config: &Config, user: &str, context: &mut Context) -> Result<(), CliError> {
    let outcome = block_on(async {
        let db = super::open_database(config).await?;
        let ended = unlock(&db, &SystemEntropy::default(), SystemClock.now(), user).await;
        ended.map_err(|error| CliError::of(&error))
    })?;
    let (changed, text) = match outcome {
        UnlockOutcome::Unlocked => (true, format!("{user} is unlocked")),
        UnlockOutcome::WasNotLocked => (false, format!("{user} was not locked")),
        UnlockOutcome::NoSuchUser => return Err(nobody(user)),
    };
    context.output.data(&json!({ "changed": changed }), || format!("{text}\n"))
}

fn take_factors(config: &Config, user: &str, reason: &str, context: &mut Context) -> Result<(), CliError> {
    let outcome = block_on(async {
        let db = super::open_database(config).await?;
        let node = open_node(config, db).await.map_err(|error| CliError::of(&error))?;
        let actor = Actor::Operator("admin reset-mfa");
        let done = reset_mfa(&node, user, actor, reason).await;
        done.map_err(|error| CliError::of(&error))
    })?;
    let taken = match outcome {
        ResetMfaOutcome::Reset(taken) => taken,
        ResetMfaOutcome::NothingToReset => {
            return context.output.data(&json!({ "changed": false }), || format!("{user} has no second factor\n"));
        }
        ResetMfaOutcome::NoSuchUser => return Err(nobody(user)),
    };
    let (factors, browsers, sessions) = (taken.factors, taken.browsers, taken.sessions);
    let data = json!({
        "changed": true, "factors": factors, "trusted_browsers": browsers, "sessions": sessions,
        "needs_password": taken.needs_password, "link_mailed": taken.link_mailed,
    });
    context.output.data(&data, || {
        let next = match taken.needs_password {
            true => format!("There is no password either: `usher admin link {user}` lets them set one.\n"),
            false => String::new(),
        };
        format!(
            "{user} has no second factor now: {factors} removed, {browsers} trusted browsers forgotten, {sessions} sessions lowered\n{next}"
        )
    })
}

fn name(user: Option<&str>) -> &str {
    user.unwrap_or_default()
}

fn nobody(user: &str) -> CliError {
    CliError::Failed(format!("nobody signs in as {user}"))
}
