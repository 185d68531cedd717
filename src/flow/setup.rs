//! The first administrator, by the link that `usher admin link` prints (experience.md, "Setup race": token-gated).

use crate::{
    authn::password::PasswordInput,
    base::{
        bearer::Presented,
        email::EmailAddress,
        id::{AdminRoleId, UserId},
    },
    flow::{
        create_user::{CreateUserError, Creation, Seats, create_user},
        error::FlowError,
        new_password::{About, PasswordProblem, check, hash},
        node::Node,
    },
    identity::{
        admin_role::{AdminRole, Holder, Role},
        attributes::{Email, Name},
        audit::{Actor, AuditEvent},
        user::{User, UserAttributes, UserType},
    },
    store::{self, link::LinkPurpose},
};

/// What was typed.
pub struct Typed<'a> {
    /// Full name.
    pub name: &'a str,
    /// E-mail address: the name to sign in with.
    pub email: &'a str,
    /// Password.
    pub password: &'a str,
}

/// Something to put right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetupProblem {
    /// No name.
    NameMissing,
    /// Not an e-mail address.
    Email,
    /// Somebody signs in with it already.
    EmailTaken,
    /// The password.
    Password(PasswordProblem),
}

/// What became of it.
pub enum SetupOutcome {
    /// There is an administrator; nobody is signed in.
    Done,
    /// These are to be put right; the link still works.
    Refused(Vec<SetupProblem>),
    /// The link was used or is too old, or there is an administrator.
    LinkGone,
}

/// Whether the link is live and still needed, without using it (D24). What was true here is asked again when it is used.
pub async fn is_live(node: &Node, presented: &Presented) -> Result<bool, FlowError> {
    let mut tx = node.db.read().await?;
    let live = store::link::peek(&mut tx, presented, LinkPurpose::Setup, node.now()).await?.is_some();
    Ok(live && store::admin_role::count_system_admins(&mut tx).await? == 0)
}

/// Makes the administrator, once.
pub async fn setup(node: &Node, presented: &Presented, typed: &Typed<'_>) -> Result<SetupOutcome, FlowError> {
    if !is_live(node, presented).await? {
        return Ok(SetupOutcome::LinkGone);
    }
    let (user, input) = match read(node, typed).await? {
        Ok(read) => read,
        Err(problems) => return Ok(SetupOutcome::Refused(problems)),
    };
    let hash = hash(node, input).await?;
    let snapshot = node.snapshot().await?;
    let now = node.now();
    let mut tx = node.db.write().await?;
    let consumed = store::link::consume(&mut tx, presented, LinkPurpose::Setup, now).await?.is_some();
    // Of two links, or two people at one, the first makes the administrator.
    if !consumed || store::admin_role::system_admins(&mut tx).await? > 0 {
        tx.rollback().await?;
        return Ok(SetupOutcome::LinkGone);
    }
    let seats = Seats::count(&mut tx, &snapshot.settings, now).await?;
    let creation = Creation { entropy: &*node.entropy, now, actor: Actor::User(user.id), via: "setup" };
    match create_user(&mut tx, &creation, &user, &seats).await {
        Ok(()) => {}
        Err(CreateUserError::NameTaken(_)) => {
            tx.rollback().await?;
            return Ok(SetupOutcome::Refused(vec![SetupProblem::EmailTaken]));
        }
        Err(CreateUserError::Name(_)) => {
            tx.rollback().await?;
            return Ok(SetupOutcome::Refused(vec![SetupProblem::Email]));
        }
        Err(CreateUserError::Store(error)) => return Err(error.into()),
        // Administrators take no seat (inventory Q6).
        Err(CreateUserError::Quota(_)) => return Err(FlowError::Corrupt("quota")),
    }
    store::password::set(&mut tx, user.id, &hash, now).await?;
    let role = AdminRole {
        id: AdminRoleId::new(&*node.entropy, now),
        holder: Holder::User(user.id),
        role: Role::SystemAdmin,
        customers: Vec::new(),
        created_at: now,
        updated_at: now,
    };
    store::admin_role::insert(&mut tx, &role).await?;
    let event = AuditEvent::new(&*node.entropy, now, "role.granted", Actor::User(user.id))
        .target("user", user.id.text())
        .detail("role", role.role.as_str())
        .detail("via", "setup");
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(SetupOutcome::Done)
}

async fn read(node: &Node, typed: &Typed<'_>) -> Result<Result<(User, PasswordInput), Vec<SetupProblem>>, FlowError> {
    let snapshot = node.snapshot().await?;
    let (name, email) = (typed.name.trim(), typed.email.trim());
    let mut problems = Vec::new();
    if name.is_empty() {
        problems.push(SetupProblem::NameMissing);
    }
    if EmailAddress::parse(email).is_err() {
        problems.push(SetupProblem::Email);
    }
    let about = About { words: vec![name.to_owned(), email.to_owned()], ..About::default() };
    let input = match check(node, &snapshot.settings, typed.password, &about).await {
        Ok(input) if problems.is_empty() => input,
        Ok(_) => return Ok(Err(problems)),
        Err(found) => {
            problems.extend(found.into_iter().map(SetupProblem::Password));
            return Ok(Err(problems));
        }
    };
    let now = node.now();
    let address = Email { value: email.to_owned(), primary: true, ..Email::default() };
    let attributes = UserAttributes {
        name: Name { formatted: Some(name.to_owned()), ..Name::default() },
        emails: vec![address],
        ..UserAttributes::default()
    };
    let user = User {
        id: UserId::new(&*node.entropy, now),
        user_name: email.to_owned(),
        user_type: UserType::Admin,
        locale: None,
        managed_by: None,
        active: true,
        blocked: false,
        epoch: 0,
        attributes,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    };
    Ok(Ok((user, input)))
}
