//! A new password, wherever it comes from: the same rules for links, the account pages, the first administrator, seed files
//! and administrators (D4, D19).

use std::time::Duration;

use futures_util::future::join_all;

use crate::{
    authn::{
        breach::RangeQuery,
        mfa_policy::MfaPolicy,
        password::{PasswordInput, PasswordTooLong},
        password_policy::{PasswordPolicy, PolicyFailure, check_new_password},
    },
    base::{id::CustomerId, secret::Secret},
    config::settings::{PasswordRules, Scope, Settings},
    flow::{error::FlowError, node::Node},
    hashing::{HashingError, Lane},
    identity::user::User,
    outbound::Call,
    store::{self, Tx},
};

/// How long a range service may think: somebody waits for the page.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why a new password is refused. In words for seed files and programs; pages have their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordProblem {
    /// Nothing was typed.
    #[error("the password is empty")]
    Missing,
    /// Longer than passwords may be.
    #[error("{PasswordTooLong}")]
    TooLong,
    /// The policy.
    #[error("{0}")]
    Policy(PolicyFailure),
}

/// What decides about somebody's new password.
#[derive(Clone, Default, Debug)]
pub struct About {
    /// The companies that the password opens.
    pub customers: Vec<CustomerId>,
    /// What others know about the person: names, addresses, companies.
    pub words: Vec<String>,
}

impl About {
    /// What is known about a user.
    pub async fn user(tx: &mut Tx, user: &User) -> Result<Self, FlowError> {
        let candidates = store::reference::candidates_for_user(tx, user.id).await?;
        let mut words = words(user);
        words.extend(candidates.iter().flat_map(|it| [it.customer_name.clone(), it.code.clone()]));
        Ok(Self { customers: candidates.into_iter().filter(|it| it.usable).map(|it| it.customer).collect(), words })
    }
}

/// What a new password must be: the strictest of these customers (domain.md 5), with the longer minimum of the preset
/// `nist` unless a second factor is asked for everywhere.
pub fn policy(settings: &Settings, customers: &[CustomerId]) -> PasswordPolicy {
    settings.password(customers).policy(second_factor_enforced(settings, customers))
}

/// Checks what was typed. Asks the range services, if there are any: never call it while a transaction is open.
///
/// # Errors
/// Everything that is wrong with it, at once.
pub async fn check(
    node: &Node,
    settings: &Settings,
    typed: &str,
    about: &About,
) -> Result<PasswordInput, Vec<PasswordProblem>> {
    let input = PasswordInput::parse(typed).map_err(|_| vec![PasswordProblem::TooLong])?;
    if input.is_empty() {
        return Err(vec![PasswordProblem::Missing]);
    }
    let rules = settings.password(&about.customers);
    let policy = rules.policy(second_factor_enforced(settings, &about.customers));
    let is_breached = policy.is_worth_asking(&input) && is_breached(node, &rules, &input).await;
    let context: Vec<&str> = about.words.iter().map(String::as_str).chain(node.house_words()).collect();
    match check_new_password(&input, &policy, &context, is_breached) {
        Ok(_) => Ok(input),
        Err(failures) => Err(failures.into_iter().map(PasswordProblem::Policy).collect()),
    }
}

/// Whether one of the range services knows the password. One that does not answer in time knows nothing: people must be
/// able to set a password while it is down.
async fn is_breached(node: &Node, rules: &PasswordRules, input: &PasswordInput) -> bool {
    let query = RangeQuery::new(input);
    join_all(rules.range_urls.iter().map(|service| knows(node, service, &query))).await.contains(&true)
}

async fn knows(node: &Node, service: &str, query: &RangeQuery) -> bool {
    // Answers of one size, so that their size tells nobody on the way anything.
    let call = Call { patience: PATIENCE, ..Call::get(query.url(service)) }.with_header("add-padding", "true");
    match node.outbound.send(call).await {
        Ok(answer) if answer.status.is_success() => query.is_in(&String::from_utf8_lossy(&answer.body)),
        Ok(answer) => {
            tracing::warn!(
                status = answer.status.as_u16(),
                "password.range_url answered with an error and is passed over"
            );
            false
        }
        Err(error) => {
            tracing::warn!(error = error.chain(), "password.range_url did not answer and is passed over");
            false
        }
    }
}

/// Hashes outside of any transaction.
pub async fn hash(node: &Node, input: PasswordInput) -> Result<Secret<String>, FlowError> {
    node.hashing.hash(Lane::Admin, input).await.map(Secret::new).map_err(|error| match error {
        HashingError::Overloaded { retry_after } => FlowError::Overloaded(retry_after),
        HashingError::Stopped => FlowError::Overloaded(Duration::from_secs(1)),
    })
}

/// Whether the person is asked for a second factor wherever they sign in.
pub fn second_factor_enforced(settings: &Settings, customers: &[CustomerId]) -> bool {
    let required = |customer| settings.mfa(&Scope { customer, ..Scope::INSTANCE }).policy == MfaPolicy::Required;
    required(None) || (!customers.is_empty() && customers.iter().all(|id| required(Some(*id))))
}

/// Words that a guesser of this person's password would try first.
fn words(user: &User) -> Vec<String> {
    let name = &user.attributes.name;
    let parts = [Some(&user.user_name), name.formatted.as_ref(), name.given_name.as_ref(), name.family_name.as_ref()];
    let emails = user.attributes.emails.iter().map(|email| &email.value);
    parts.into_iter().flatten().chain(emails).cloned().collect()
}
