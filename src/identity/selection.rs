//! Which company somebody acts for: at sign-in, and when a refresh moves to another (domain.md 4).

use super::reference::ContactRole;
use crate::base::{
    id::{CustomerId, ReferenceId, UserId},
    moment::Moment,
};

/// A membership of the user who signs in, with what the choice depends on and what the chooser shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// The reference.
    pub reference: ReferenceId,
    /// Its user.
    pub user: UserId,
    /// Its customer.
    pub customer: CustomerId,
    /// The customer's code.
    pub code: String,
    /// The customer's name.
    pub customer_name: String,
    /// Where the customer is, to tell two of one name apart.
    pub city: Option<String>,
    /// The reference's name.
    pub reference_name: String,
    /// The reference's roles.
    pub roles: Vec<String>,
    /// Contact person?
    pub contact_role: ContactRole,
    /// The chooser proposes it.
    pub is_default: bool,
    /// Last time tokens were issued for it.
    pub last_used_at: Option<Moment>,
    /// Accepted, switched on, an internet user, and the customer is switched on too.
    pub usable: bool,
}

impl Candidate {
    /// Whether `name` is this customer's code, in any case, or its id. A code is never shaped like an id.
    pub fn is_named(&self, name: &str) -> bool {
        is_name_of(name, &self.code, self.customer)
    }
}

/// What the client says about companies.
#[derive(Clone, Copy, Debug)]
pub struct ClientRules<'a> {
    /// Codes or ids of the customers that the client is for; empty: any.
    pub customers: &'a [String],
    /// Nobody gets in without acting for a company.
    pub requires_customer: bool,
    /// Takes the company chosen for another client of the session.
    pub inherit_selection: bool,
}

/// Whether `name` is the customer's code, in any case, or its id.
fn is_name_of(name: &str, code: &str, customer: CustomerId) -> bool {
    code.eq_ignore_ascii_case(name) || customer.text() == name
}

impl ClientRules<'_> {
    /// Whether tokens of this client may name the membership (`eligible` of domain.md 4).
    pub fn admits(&self, candidate: &Candidate) -> bool {
        candidate.usable && self.is_for(&candidate.code, candidate.customer)
    }

    /// Whether the client is for this customer at all.
    pub fn is_for(&self, code: &str, customer: CustomerId) -> bool {
        self.customers.is_empty() || self.customers.iter().any(|name| is_name_of(name, code, customer))
    }
}

/// The memberships that are eligible for the client: last used first, then by name, code and id.
pub fn eligible<'a>(candidates: &'a [Candidate], client: &ClientRules<'_>) -> Vec<&'a Candidate> {
    let mut admitted: Vec<&Candidate> = candidates.iter().filter(|candidate| client.admits(candidate)).collect();
    admitted.sort_by(|a, b| {
        b.last_used_at
            .cmp(&a.last_used_at)
            .then_with(|| a.customer_name.to_lowercase().cmp(&b.customer_name.to_lowercase()))
            .then_with(|| a.code.cmp(&b.code))
            .then_with(|| a.reference.cmp(&b.reference))
    });
    admitted
}

/// What the scopes of a request say about companies.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct CompanyRequest<'a> {
    /// Any scope `customer…` is there.
    pub asked: bool,
    /// The one named by `customer:<code|id>` or the parameter `customer`.
    pub named: Option<&'a str>,
    /// `customer:*` is there: refreshes may move.
    pub any: bool,
}

/// What was chosen before, in the order in which it counts.
#[derive(Clone, Copy, Default, Debug)]
pub struct Memory {
    /// For this client in this session.
    pub this_client: Option<ReferenceId>,
    /// What the chooser was asked to remember for this user and client.
    pub remembered: Option<ReferenceId>,
    /// For whatever client last in this session.
    pub session_last: Option<ReferenceId>,
}

/// Whether people may be asked (`prompt`, Core §3.1.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Asking {
    /// Where it is needed.
    #[default]
    Allowed,
    /// Not at all: `prompt=none`.
    Forbidden,
    /// In any case, where there is a choice: `prompt=select_account`.
    Demanded,
}

/// The outcome of sign-in resolution.
#[derive(Clone, PartialEq, Debug)]
pub enum Selection<'a> {
    /// Nobody asked for a company: tokens tell of the user alone.
    NotAsked,
    /// This one.
    Selected(&'a Candidate),
    /// The user must choose.
    Choose {
        /// What they may choose from, last used first.
        candidates: Vec<&'a Candidate>,
        /// The one that is ticked.
        preselected: Option<ReferenceId>,
    },
    /// Not one is eligible: the page "no access to this application", then `access_denied`.
    NoAccess,
    /// The one that was named is not eligible: `access_denied`.
    Denied,
    /// The user would have to choose and may not be asked: `interaction_required`.
    InteractionRequired,
}

/// Resolves which company somebody acts for.
pub fn select<'a>(
    candidates: &'a [Candidate],
    client: &ClientRules<'_>,
    request: CompanyRequest<'_>,
    memory: Memory,
    asking: Asking,
) -> Selection<'a> {
    if !request.asked && !client.requires_customer {
        return Selection::NotAsked;
    }
    let candidates = eligible(candidates, client);
    if let Some(name) = request.named {
        let named = candidates.into_iter().find(|candidate| candidate.is_named(name));
        return named.map_or(Selection::Denied, Selection::Selected);
    }
    match candidates.as_slice() {
        [] => return Selection::NoAccess,
        [only] => return Selection::Selected(only),
        _ => {}
    }
    let known = recall(&candidates, client, memory);
    match (known, asking) {
        (Some(candidate), Asking::Allowed | Asking::Forbidden) => Selection::Selected(candidate),
        (None, Asking::Forbidden) => Selection::InteractionRequired,
        (known, Asking::Allowed | Asking::Demanded) => {
            let proposed = known.or_else(|| candidates.iter().copied().find(|candidate| candidate.is_default));
            Selection::Choose { preselected: proposed.map(|candidate| candidate.reference), candidates }
        }
    }
}

/// The first thing remembered that is still eligible.
fn recall<'a>(candidates: &[&'a Candidate], client: &ClientRules<'_>, memory: Memory) -> Option<&'a Candidate> {
    let inherited = memory.session_last.filter(|_| client.inherit_selection);
    let wanted = [memory.this_client, memory.remembered, inherited];
    wanted.into_iter().flatten().find_map(|id| candidates.iter().copied().find(|candidate| candidate.reference == id))
}

/// What a refresh does about the company (RFC 6749 §6; the second table of domain.md 4).
#[derive(Clone, PartialEq, Debug)]
pub enum Narrowing<'a> {
    /// The family has no company and none is asked for.
    Without,
    /// This one: the family's own, or the one it moves to and remembers.
    To(&'a Candidate),
    /// More than was granted: `invalid_scope`.
    InvalidScope,
    /// The company is gone: `invalid_grant`.
    Gone {
        /// The family may still move to another one, so the token is not consumed.
        movable: bool,
    },
}

/// Resolves the company of a refresh.
///
/// `granted` is what the family was granted, `current` the company it remembers, `requested` what this refresh asks
/// for: none if it has no `scope` parameter.
pub fn narrow<'a>(
    candidates: &'a [Candidate],
    client: &ClientRules<'_>,
    granted: CompanyRequest<'_>,
    current: Option<ReferenceId>,
    requested: Option<CompanyRequest<'_>>,
) -> Narrowing<'a> {
    let find = |id: ReferenceId| candidates.iter().find(|candidate| candidate.reference == id);
    let known = current.and_then(find);
    let target = match requested.and_then(|request| request.named) {
        None if requested.is_some_and(|request| request.asked) && !granted.asked => return Narrowing::InvalidScope,
        None if current.is_none() => return Narrowing::Without,
        None => known,
        Some(name) if granted.any => {
            candidates.iter().find(|candidate| candidate.is_named(name) && client.admits(candidate))
        }
        // The one company that was granted by name may be named again, by its code or its id.
        Some(name) => match known {
            Some(own) if own.is_named(name) && granted.named.is_some_and(|it| own.is_named(it)) => known,
            _ => return Narrowing::InvalidScope,
        },
    };
    match target.filter(|candidate| client.admits(candidate)) {
        Some(candidate) => Narrowing::To(candidate),
        None => Narrowing::Gone { movable: granted.any },
    }
}

#[cfg(test)]
mod tests;
