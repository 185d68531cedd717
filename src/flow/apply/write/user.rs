//! Logins and their first passwords.

use super::Writer;
use crate::{
    base::{id::UserId, login_name::LoginName},
    flow::{
        apply::{
            ApplyError,
            fault::Span,
            ledger::{Diff, Subject},
            read::{NewPassword, UserEntry},
        },
        create_user::{CreateUserError, Creation, create_user},
        switch_off,
    },
    identity::{
        audit::Actor,
        user::{User, UserAttributes, UserType},
    },
    store,
};

impl Writer<'_> {
    pub(super) async fn user(&mut self, index: usize, entry: &UserEntry) -> Result<(), ApplyError> {
        let name = &entry.user_name.value;
        let found = store::user::for_sign_in(self.tx, &name.key).await?;
        let has_password = found.as_ref().is_some_and(|found| found.password_hash.is_some());
        let found = found.map(|found| found.user);
        if let Some(other) =
            found.as_ref().filter(|user| LoginName::parse(&user.user_name).ok().as_ref() != Some(&name.key))
        {
            let message = format!("{:?} is the verified e-mail address of the user {:?}", name.text, other.user_name);
            self.fault(&entry.user_name.span, message);
            return Ok(());
        }
        let created = found.is_none();
        let before = found.unwrap_or_else(|| self.new_user(entry));
        let mut user = before.clone();
        let mut diff = Diff::default();
        set_attributes(&mut diff, &mut user, entry);
        if let Some(at) = &entry.managed_by {
            let customer = if at.value.is_empty() { None } else { self.customer_named(at).await? };
            if customer.is_some() || at.value.is_empty() {
                diff.set("managedBy", &mut user.managed_by, Some(customer));
            }
        }
        let written = match created {
            true => self.create(entry, &user).await?,
            false => self.change(entry, &before, &user, &diff).await?,
        };
        if !written {
            return Ok(());
        }
        if !has_password && let Some(password) = &entry.password {
            diff.hidden("password");
            self.first_password(index, user.id, &password.value).await?;
        }
        let subject = Subject { kind: "user", name: name.text.clone(), id: user.id.text(), customer: None };
        self.ledger.add(subject, created, diff);
        if created {
            self.ledger.told();
        }
        Ok(())
    }

    fn new_user(&self, entry: &UserEntry) -> User {
        let now = self.run.now;
        let admin = self.becomes_admin(&entry.user_name.value.key);
        User {
            id: UserId::new(self.run.entropy, now),
            user_name: entry.user_name.value.text.clone(),
            user_type: if admin { UserType::Admin } else { UserType::Customer },
            locale: None,
            managed_by: None,
            active: true,
            blocked: false,
            epoch: 0,
            attributes: UserAttributes::default(),
            last_sign_in_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    async fn create(&mut self, entry: &UserEntry, user: &User) -> Result<bool, ApplyError> {
        let seats = self.seats().await?;
        let run = self.run;
        let creation = Creation { entropy: run.entropy, now: run.now, actor: Actor::Operator("apply"), via: "apply" };
        match create_user(self.tx, &creation, user, &seats).await {
            Ok(()) => Ok(true),
            Err(CreateUserError::Store(error)) => Err(error.into()),
            Err(CreateUserError::NameTaken(name)) => self.name_taken(entry, &name).await,
            Err(error @ (CreateUserError::Name(_) | CreateUserError::Quota(_))) => {
                self.fault(&entry.span, error.to_string());
                Ok(false)
            }
        }
    }

    async fn change(&mut self, entry: &UserEntry, before: &User, user: &User, diff: &Diff) -> Result<bool, ApplyError> {
        if diff.is_empty() {
            return Ok(true);
        }
        let known = before.login_names().unwrap_or_default();
        for name in user.login_names().unwrap_or_default().iter().filter(|name| !known.contains(name)) {
            if store::user::find_by_login_name(self.tx, name).await?.is_some() {
                return self.name_taken(entry, name).await;
            }
        }
        let changed = User { updated_at: self.run.now, ..user.clone() };
        store::user::update(self.tx, &changed).await?;
        if before.active && !user.active {
            switch_off::user(self.tx, user.id, self.run.now).await?;
        } else if before.is_reached_elsewhere(user) {
            // A link that was sent to the old name is in other hands now, or may be (domain.md 5).
            store::link::end_for_user(self.tx, user.id, self.run.now).await?;
        }
        Ok(true)
    }

    /// Says whose the name is; always `false`.
    async fn name_taken(&mut self, entry: &UserEntry, name: &LoginName) -> Result<bool, ApplyError> {
        let owner = store::user::find_by_login_name(self.tx, name).await?;
        let owner = owner.map(|user| user.user_name).unwrap_or_default();
        let span = place_of(entry, name);
        self.fault(&span, format!("{:?} already signs in the user {owner:?}", name.as_str()));
        Ok(false)
    }

    async fn first_password(&mut self, index: usize, user: UserId, password: &NewPassword) -> Result<(), ApplyError> {
        let hash = match password {
            NewPassword::Hash(hash) => Some(hash),
            NewPassword::Plain(_) => self.run.hashes.get(&index),
        };
        match hash {
            Some(hash) => store::password::set_first(self.tx, user, hash, self.run.now).await.map(drop)?,
            None => self.unhashed.push((index, user)),
        }
        Ok(())
    }
}

/// Where the file says a name to sign in with.
fn place_of(entry: &UserEntry, name: &LoginName) -> Span {
    let says = |text: &str| LoginName::parse(text).is_ok_and(|read| read == *name);
    let mut emails = entry.emails.iter().flatten();
    let email = emails.find(|at| at.value.verified && says(&at.value.value)).map(|at| at.span.clone());
    email.filter(|_| !says(&entry.user_name.value.text)).unwrap_or_else(|| entry.user_name.span.clone())
}

/// The audit log keeps which data of a person changed, not what they were (security.md S11).
fn set_attributes(diff: &mut Diff, user: &mut User, entry: &UserEntry) {
    let it = &mut user.attributes;
    diff.set_hidden("userName", &mut user.user_name, Some(entry.user_name.value.text.clone()));
    diff.set_hidden("displayName", &mut it.display_name, entry.display_name.clone());
    diff.set_hidden("name", &mut it.name, entry.name.clone());
    diff.set_hidden("title", &mut it.title, entry.title.clone());
    let emails = entry.emails.as_ref().map(|list| list.iter().map(|at| at.value.clone()).collect());
    diff.set_hidden("emails", &mut it.emails, emails);
    diff.set_hidden("phoneNumbers", &mut it.phone_numbers, entry.phone_numbers.clone());
    diff.set_hidden("addresses", &mut it.addresses, entry.addresses.clone());
    diff.set_hidden("claims", &mut it.claims, entry.claims.clone());
    diff.set_hidden("locale", &mut user.locale, entry.locale.clone());
    diff.set("userType", &mut user.user_type, entry.user_type);
    diff.set("active", &mut user.active, entry.active);
}
