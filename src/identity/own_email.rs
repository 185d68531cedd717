//! What somebody may do about their own e-mail addresses. A name to sign in with that was an address follows it, so that
//! the old address opens nothing any more (domain.md 2 and 5). Pure.

use super::{attributes::Email, user::User};
use crate::base::login_name::LoginName;

/// Whether two addresses are one for whoever signs in.
pub fn is_same(one: &str, other: &str) -> bool {
    match (LoginName::parse(one), LoginName::parse(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

impl User {
    /// The entry of this address.
    pub fn email_entry(&self, address: &str) -> Option<&Email> {
        self.attributes.emails.iter().find(|email| is_same(&email.value, address))
    }

    /// The user with `new` as a verified address, in place of `old` or, without one, of its own entry.
    #[must_use]
    pub fn with_verified_email(mut self, new: &str, old: Option<&str>) -> Self {
        let emails = &mut self.attributes.emails;
        let at = |emails: &[Email], address: &str| emails.iter().position(|email| is_same(&email.value, address));
        let replaced = old.and_then(|old| at(emails, old)).or_else(|| at(emails, new));
        let none = !emails.iter().any(|email| email.primary);
        match replaced.and_then(|index| emails.get_mut(index)) {
            Some(email) => (email.value, email.verified) = (new.to_owned(), true),
            None => emails.push(Email { value: new.to_owned(), verified: true, primary: none, ..Email::default() }),
        }
        let mut seen = false;
        // The address may have had an entry of its own before it took the place of another.
        emails.retain(|email| !is_same(&email.value, new) || (email.verified && !std::mem::replace(&mut seen, true)));
        if let Some(old) = old
            && is_same(&self.user_name, old)
        {
            new.clone_into(&mut self.user_name);
        }
        self
    }

    /// The user with this address as the one to write to; `None` if there is none, or it is not verified.
    #[must_use]
    pub fn with_primary_email(mut self, address: &str) -> Option<Self> {
        self.email_entry(address).filter(|email| email.verified)?;
        for email in &mut self.attributes.emails {
            email.primary = is_same(&email.value, address);
        }
        Some(self)
    }

    /// The user without this address; `None` if it is the one to write to, or a name to sign in with.
    #[must_use]
    pub fn without_email(mut self, address: &str) -> Option<Self> {
        self.email_entry(address)?;
        let needed = self.email().is_some_and(|email| is_same(&email.value, address));
        if needed || is_same(&self.user_name, address) {
            return None;
        }
        self.attributes.emails.retain(|email| !is_same(&email.value, address));
        Some(self)
    }

    /// The user as they were reached before `new` took the place of `old`, whatever happened since: `old` is the address to
    /// write to again, and what was put in its place is gone. Where `new` is `old`, that was taken away and nothing put
    /// in its place.
    #[must_use]
    pub fn with_email_restored(mut self, old: &str, new: &str) -> Self {
        if is_same(old, new) {
            return self.with_verified_email(old, None);
        }
        // Changed once more meanwhile: what is written to now is what came of it.
        let since = self.email().filter(|_| self.email_entry(new).is_none()).map(|email| email.value.clone());
        let gone: Vec<&str> = since.as_deref().into_iter().chain([new]).filter(|it| !is_same(it, old)).collect();
        let goes = |address: &str| gone.iter().any(|it| is_same(it, address));
        self.attributes.emails.retain(|email| !goes(&email.value) && !is_same(&email.value, old));
        for email in &mut self.attributes.emails {
            email.primary = false;
        }
        let entry = Email { value: old.to_owned(), verified: true, primary: true, ..Email::default() };
        self.attributes.emails.insert(0, entry);
        if goes(&self.user_name) {
            old.clone_into(&mut self.user_name);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::user::tests::user;

    fn email(value: &str, verified: bool, primary: bool) -> Email {
        Email { value: value.into(), verified, primary, ..Email::default() }
    }

    fn anna() -> User {
        let mut anna = user("anna@acme.example");
        anna.attributes.emails = vec![email("Anna@acme.example", true, true), email("a@home.example", false, false)];
        anna
    }

    fn told(user: &User) -> (String, Vec<String>) {
        let entry = |email: &Email| {
            format!(
                "{}{}{}",
                email.value,
                if email.verified { " v" } else { "" },
                if email.primary { " p" } else { "" }
            )
        };
        (user.user_name.clone(), user.attributes.emails.iter().map(entry).collect())
    }

    fn is(user: &User, name: &str, emails: &[&str]) {
        assert_eq!(told(user), (name.to_owned(), emails.iter().map(|it| (*it).to_owned()).collect()));
    }

    #[test]
    fn a_new_address_takes_the_place_of_the_old_one_and_of_the_name() {
        let changed = anna().with_verified_email("anna@new.example", Some("anna@ACME.example"));
        is(&changed, "anna@new.example", &["anna@new.example v p", "a@home.example"]);
        // One that was there, not verified, is not there twice.
        let changed = anna().with_verified_email("a@home.example", Some("anna@acme.example"));
        is(&changed, "a@home.example", &["a@home.example v p"]);
        let named = User { user_name: "anna".into(), ..anna() };
        is(
            &named.with_verified_email("x@new.example", Some("anna@acme.example")),
            "anna",
            &["x@new.example v p", "a@home.example"],
        );
    }

    #[test]
    fn an_address_is_verified_in_its_place() {
        is(
            &anna().with_verified_email("A@home.example", None),
            "anna@acme.example",
            &["Anna@acme.example v p", "A@home.example v"],
        );
        is(&user("bob").with_verified_email("b@home.example", None), "bob", &["b@home.example v p"]);
    }

    #[test]
    fn only_a_verified_address_is_written_to_and_the_one_that_is_stays() {
        assert!(anna().with_primary_email("a@home.example").is_none());
        assert!(anna().with_primary_email("nobody@home.example").is_none());
        let both = anna().with_verified_email("a@home.example", None);
        let other = both.clone().with_primary_email("A@HOME.example").unwrap();
        is(&other, "anna@acme.example", &["Anna@acme.example v", "a@home.example v p"]);
        assert!(both.clone().without_email("anna@acme.example").is_none(), "the one to write to");
        assert!(other.without_email("anna@acme.example").is_none(), "the name to sign in with");
        is(&both.without_email("a@home.example").unwrap(), "anna@acme.example", &["Anna@acme.example v p"]);
    }

    #[test]
    fn sec_s9_a_change_is_taken_back_whatever_happened_since() {
        let stolen = anna().with_verified_email("eve@evil.example", Some("anna@acme.example"));
        let back = |user: User| user.with_email_restored("Anna@acme.example", "eve@evil.example");
        let as_before = ["Anna@acme.example v p", "a@home.example"];
        is(&back(stolen.clone()), "Anna@acme.example", &as_before);
        // Changed once more meanwhile.
        let again = stolen.with_verified_email("eve@other.example", Some("eve@evil.example"));
        is(&back(again), "Anna@acme.example", &as_before);
        is(&back(anna()), "anna@acme.example", &as_before);
        let both = anna().with_verified_email("a@home.example", None);
        let taken = both.clone().without_email("a@home.example").unwrap();
        is(
            &taken.with_email_restored("a@home.example", "a@home.example"),
            "anna@acme.example",
            &["Anna@acme.example v p", "a@home.example v"],
        );
    }
}
