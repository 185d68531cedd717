//! What changes, for the person who applies and for the audit log.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    base::{entropy::Entropy, id::CustomerId, moment::Moment},
    identity::audit::{Actor, AuditEvent},
    store::{StoreError, Tx, audit},
};

/// Stands where the audit log may not say a value.
const HIDDEN: &str = "•••";

/// What became of an object of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is new.
    Created,
    /// Some of its fields changed.
    Updated,
    /// It was as the file says.
    Unchanged,
    /// It would follow from another object, and there is a reason against it: the field.
    Skipped,
}

/// An object of the file, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// What it is: the name of its table in the file, or `setting`.
    pub kind: &'static str,
    /// Which one, in the words of the file.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The fields that changed; empty for what is new.
    pub fields: Vec<String>,
}

/// The fields of one object that the file changes.
#[derive(Default)]
pub(super) struct Diff(Vec<Field>);

struct Field {
    name: String,
    old: Value,
    new: Value,
}

impl Diff {
    /// Puts a value that the file gives in place of another one, and notes it if it differs.
    pub(super) fn set<T: PartialEq + Serialize>(&mut self, name: &str, slot: &mut T, given: Option<T>) {
        if let Some(value) = given.filter(|value| value != slot) {
            self.note(name, json!(slot), json!(value));
            *slot = value;
        }
    }

    /// As [`Diff::set`], for what the audit log must not keep: data of people and secrets (security.md S11).
    pub(super) fn set_hidden<T: PartialEq>(&mut self, name: &str, slot: &mut T, given: Option<T>) {
        if let Some(value) = given.filter(|value| value != slot) {
            self.hidden(name);
            *slot = value;
        }
    }

    /// Notes a field.
    pub(super) fn note(&mut self, name: &str, old: Value, new: Value) {
        self.0.push(Field { name: name.to_owned(), old, new });
    }

    /// Notes a field without its values.
    pub(super) fn hidden(&mut self, name: &str) {
        self.note(name, json!(HIDDEN), json!(HIDDEN));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn audited(&self) -> Value {
        let field = |field: &Field| (field.name.clone(), json!({ "old": field.old, "new": field.new }));
        Value::Object(self.0.iter().map(field).collect::<Map<_, _>>())
    }
}

/// An object, for the log.
pub(super) struct Subject {
    /// As [`Change::kind`].
    pub kind: &'static str,
    /// As [`Change::name`].
    pub name: String,
    /// Its id.
    pub id: String,
    /// Its customer.
    pub customer: Option<CustomerId>,
}

struct Line {
    change: Change,
    subject: Subject,
    diff: Diff,
    /// Somebody else writes the entry of the audit log about its creation.
    told: bool,
}

/// Every object of the file in the order in which it was written.
#[derive(Default)]
pub(super) struct Ledger(Vec<Line>);

impl Ledger {
    /// Notes an object.
    pub(super) fn add(&mut self, subject: Subject, created: bool, diff: Diff) {
        let outcome = match (created, diff.is_empty()) {
            (true, _) => Outcome::Created,
            (false, false) => Outcome::Updated,
            (false, true) => Outcome::Unchanged,
        };
        let fields = if created { Vec::new() } else { diff.0.iter().map(|field| field.name.clone()).collect() };
        let change = Change { kind: subject.kind, name: subject.name.clone(), outcome, fields };
        self.0.push(Line { change, subject, diff, told: false });
    }

    /// Notes something that would follow from an object of the file, and does not.
    pub(super) fn skip(&mut self, kind: &'static str, name: &str, reason: &str) {
        let (name, fields) = (name.to_owned(), vec![reason.to_owned()]);
        let subject = Subject { kind, name: name.clone(), id: String::new(), customer: None };
        let change = Change { kind, name, outcome: Outcome::Skipped, fields };
        self.0.push(Line { change, subject, diff: Diff::default(), told: true });
    }

    /// Says of the object noted last that its creation stands in the audit log.
    pub(super) fn told(&mut self) {
        if let Some(line) = self.0.last_mut() {
            line.told = true;
        }
    }

    /// Notes a further field of an object.
    pub(super) fn amend(&mut self, kind: &str, id: &str, field: &str, old: Value, new: Value) {
        let Some(line) = self.0.iter_mut().find(|line| line.subject.kind == kind && line.subject.id == id) else {
            return;
        };
        line.diff.note(field, old, new);
        if line.change.outcome != Outcome::Created {
            line.change.outcome = Outcome::Updated;
            line.change.fields.push(field.to_owned());
        }
    }

    /// Writes an entry of the audit log for each object that is new or changed.
    pub(super) async fn audit(&self, tx: &mut Tx, entropy: &dyn Entropy, now: Moment) -> Result<(), StoreError> {
        for line in &self.0 {
            let action = match line.change.outcome {
                Outcome::Created if line.told => continue,
                Outcome::Created => actions(line.change.kind).0,
                Outcome::Updated => actions(line.change.kind).1,
                Outcome::Unchanged | Outcome::Skipped => continue,
            };
            let event = AuditEvent::new(entropy, now, action, Actor::Operator("apply"))
                .target(line.subject.kind, line.subject.id.as_str())
                .customer(line.subject.customer)
                .detail("via", "apply")
                .detail("changes", line.diff.audited());
            audit::record(tx, &event).await?;
        }
        Ok(())
    }

    pub(super) fn into_changes(self) -> Vec<Change> {
        self.0.into_iter().map(|line| line.change).collect()
    }
}

/// What the audit log calls a creation and a change.
fn actions(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "setting" => ("setting.changed", "setting.changed"),
        "client" => ("client.created", "client.updated"),
        "permission" => ("permission.created", "permission.updated"),
        "permissionProfile" => ("permission_profile.created", "permission_profile.updated"),
        "customer" => ("customer.created", "customer.updated"),
        "user" => ("user.created", "user.updated"),
        "reference" => ("reference.created", "reference.updated"),
        "group" => ("group.created", "group.updated"),
        "license" => ("license.created", "license.updated"),
        "package" => ("package.created", "package.updated"),
        "adminRole" => ("role.granted", "role.changed"),
        _ => ("connector.created", "connector.updated"),
    }
}
