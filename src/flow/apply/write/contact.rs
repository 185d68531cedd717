//! The login of a new company's contact (`accounts.auto_create_user`, inventory Q14). Whatever is in its way, the company is
//! made.

use super::Writer;
use crate::{
    config::settings::{AUTO_CREATE_USER, INVITE_AUTO_SEND, Scope},
    flow::{
        apply::{
            ApplyError,
            ledger::{Diff, Subject},
        },
        create_login::{NewLogin, NotMade, create_login, invite_later},
        create_user::Creation,
    },
    identity::{
        attributes::preferred,
        audit::{Actor, AuditEvent},
        customer::Customer,
        reference::ContactRole,
    },
    store,
};

impl Writer<'_> {
    /// For each company that the file made, after everything that the file says about people.
    pub(super) async fn contacts(&mut self) -> Result<(), ApplyError> {
        for customer in std::mem::take(&mut self.new_customers) {
            let settings = self.settings();
            let scope = Scope { customer: Some(customer.id), ..Scope::INSTANCE };
            // Who declares the people of a company has said who they are.
            let declared = store::invitation::has_login(self.tx, customer.id).await?;
            if !settings.get(&AUTO_CREATE_USER, &scope) || !customer.active || declared {
                continue;
            }
            self.contact(&customer, settings.instance(&INVITE_AUTO_SEND).unwrap_or(true)).await?;
        }
        Ok(())
    }

    async fn contact(&mut self, customer: &Customer, invites: bool) -> Result<(), ApplyError> {
        let Some(email) = preferred(&customer.attributes.emails) else {
            return self.no_contact(customer, NotMade::NoEmail).await;
        };
        let mut seats = self.seats().await?;
        let run = self.run;
        let actor = Actor::Operator("apply");
        let creation = Creation { entropy: run.entropy, now: run.now, actor, via: "auto" };
        let new = NewLogin { customer, email: &email.value, name: None, contact_role: ContactRole::Primary };
        let made = match create_login(self.tx, &creation, &mut seats, &new).await? {
            Ok(made) => made,
            Err(reason) => return self.no_contact(customer, reason).await,
        };
        self.seats = Some(seats);
        if invites {
            invite_later(self.tx, &creation, made).await.map_err(ApplyError::Flow)?;
        }
        let name = format!("{} at {}", email.value, customer.code);
        let id = made.reference.text();
        self.ledger.add(Subject { kind: "reference", name, id, customer: Some(customer.id) }, true, Diff::default());
        Ok(())
    }

    async fn no_contact(&mut self, customer: &Customer, reason: NotMade) -> Result<(), ApplyError> {
        let event = AuditEvent::new(self.run.entropy, self.run.now, "login.not_created", Actor::Operator("apply"))
            .target("customer", customer.id.text())
            .detail("reason", reason.to_string());
        store::audit::record(self.tx, &event).await?;
        self.ledger.skip("login", &customer.code.to_string(), &reason.to_string());
        Ok(())
    }
}
