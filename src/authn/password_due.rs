//! Why the password that opened a session is to be changed before anything is issued in it (inventory K17, domain.md 5).

use serde::{Deserialize, Serialize};

use crate::base::id::CustomerId;

/// What a session owes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordDue {
    /// An administrator handed it out: it is good for one change.
    Temporary,
    /// It does not meet what these companies ask for by now. Only whoever acts for one of them changes it.
    Rules(Vec<CustomerId>),
}

impl PasswordDue {
    /// Whether it stands before acting for this company, or for none.
    pub fn stands_before(&self, company: Option<CustomerId>) -> bool {
        match self {
            Self::Temporary => true,
            Self::Rules(customers) => company.is_some_and(|id| customers.contains(&id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_5_a_stricter_company_stands_before_acting_for_it_alone() {
        let id = |n| CustomerId::from(uuid::Uuid::from_u128(n));
        let rules = PasswordDue::Rules(vec![id(1), id(2)]);
        assert!(rules.stands_before(Some(id(2))));
        assert!(!rules.stands_before(Some(id(3))) && !rules.stands_before(None));
        assert!(PasswordDue::Temporary.stands_before(None) && PasswordDue::Temporary.stands_before(Some(id(3))));
    }

    #[test]
    fn it_reads_back_as_it_was_written() {
        for due in [PasswordDue::Temporary, PasswordDue::Rules(vec![CustomerId::from(uuid::Uuid::from_u128(7))])] {
            let text = serde_json::to_string(&due).unwrap();
            assert_eq!(serde_json::from_str::<PasswordDue>(&text).unwrap(), due, "{text}");
        }
    }
}
