//! One struct per template. Field names and button ids are those of contract.md "Forms".

mod account;
mod after_factor;
mod change_password;
mod customer;
mod dev;
mod factor;
mod invite;
mod links;
mod own;
mod password;
mod recover;
mod session;
mod sign_in;
mod trouble;

pub use account::{Again, LinkExpired, PasswordSaved, SetPassword, Setup, SetupDone};
pub use after_factor::{NamePasskey, RecoveryCodes, RecoveryUsed};
pub use change_password::{ChangeDone, ChangePassword, ChangeState};
pub use customer::{Choice, ChooseCustomer, NoAccess, Search};
pub use dev::{Channel, Gallery, GalleryRow, Outbox, OutboxItem, OutboxMessage};
pub use factor::{
    Around, Ceremony, ChooseFactor, EnrolFactor, EnrolPasskey, EnrolTotp, FactorCode, FactorPasskey, Method, Sent, Wait,
};
pub use invite::{Invite, InviteDone, InviteResult, InviteWay};
pub use links::{ConfirmLink, LinkDone, LinkKind};
pub use own::{
    AccountActivity, AccountApplications, AccountCustomers, AccountData, AccountEmail, AccountFactor, AccountLicences,
    AccountMethods, AccountOverview, AccountPasskey, AccountPassword, AccountPhone, AccountProfile, AccountRecovery,
    AccountSessions, AccountTotp, ApplicationLine, EmailLine, FactorLine, HappeningLine, Head, LanguageChoice,
    LicenceLine, MembershipLine, PhoneLine, PhoneState, Section, SessionLine, TrustedLine,
};
pub use password::{PasswordRules, RuleLine};
pub use recover::{ForgotPassword, ForgotState};
pub use session::{Application, FormPost, SignOut, SignedOut, StillSignedIn};
pub use sign_in::{
    AccessLife, Account, AlreadySignedIn, ChooseAccount, Claim, ClaimValue, Consent, Scope, SignIn, SignInNotice,
};
pub use trouble::{AttemptExpired, Developer, ErrorKind, ErrorPage, Incident, Maintenance, Mistake, Throttled};

/// A name somebody would give to see whether a page runs it.
const HOSTILE: &str =
    "</title><script src=//evil.example></script>\"' onload = alert(1) {{ 7*7 }} {% raw %} \u{2069}\u{202e}";
