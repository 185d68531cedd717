//! What can be wrong with a form that a person sent, and where.

use serde::{Serialize, Serializer, ser::SerializeStruct};

/// One thing to put right. Serialises as `{field, key, count}`: the field's id (absent when it is the form as a whole),
/// the text in the locale file, and the number that the text may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The one sentence for unknown, wrong, password-less, disabled and locked (decision D31).
    SignInRejected,
    /// `username` is empty.
    UsernameMissing,
    /// `password` is empty.
    PasswordMissing,
    /// The form came without its token, or after its flow had ended (security.md S3).
    FormStale,
    /// No company was chosen, or one that cannot be.
    CustomerMissing,
    /// `name` is empty.
    NameMissing,
    /// `email` is not an address.
    EmailMalformed,
    /// `email` belongs to another account already.
    EmailTaken,
    /// `current_password` is empty.
    CurrentPasswordMissing,
    /// `current_password` is not right, or the account is locked (decision D31).
    CurrentPasswordRejected,
    /// `new_password` is empty.
    NewPasswordMissing,
    /// `new_password` is the present one.
    PasswordSame,
    /// `new_password` has fewer characters than this.
    PasswordShort(u32),
    /// `new_password` has more characters than this.
    PasswordLong(u32),
    /// `new_password` is too easy to guess (decision D19).
    PasswordWeak,
    /// `new_password` is one that everybody tries.
    PasswordCommon,
    /// `new_password` is made of names of the person, the company or the product.
    PasswordPersonal,
    /// `new_password` is known from a breach.
    PasswordBreached,
    /// `new_password` has not the form that the administrator asks for.
    PasswordPattern,
    /// `code` is empty.
    CodeMissing,
    /// The code of an app is not right.
    CodeWrong,
    /// The code was right and has been used before.
    CodeUsed,
    /// The recovery code is not right, or was used.
    RecoveryWrong,
    /// The code that was sent is too old, or was tried too often.
    CodeGone,
    /// The code is not the one that was sent last.
    SentCodeWrong,
    /// Another code was asked for too soon.
    CodeSoon,
    /// No code can be sent there, or none today.
    CodeUnsendable,
    /// Too many wrong codes for this method: it works again when it is set up anew.
    FactorBlocked,
    /// No method was chosen.
    MethodMissing,
    /// A passkey was not accepted.
    PasskeyFailed,
    /// The passkey is somebody's already.
    PasskeyExists,
    /// `factor_name` is empty.
    FactorNameMissing,
    /// Nothing is being set up any more.
    EnrolmentGone,
    /// Too many wrong codes for this method: it works again in so many minutes.
    FactorLocked(u32),
    /// Neither `given_name` nor `family_name` was typed.
    OwnNameMissing,
    /// A name is too long, or holds what no name does.
    OwnNameUnusable,
    /// The company's directory says what this person's data is.
    ProfileManaged,
    /// The company's directory says who works there.
    CompanyManaged,
    /// No login is left for another person (inventory Q6).
    NoRoom,
    /// A factor is required, and this is the only one that will do.
    FactorRequired,
    /// Without this passkey nobody could sign in.
    OnlyCredential,
    /// `email` is the main address already, there are too many, or it cannot be taken off.
    EmailInUse,
    /// Too many messages were asked for; again after so many minutes.
    SentTooOften(u32),
    /// `phone` is no number that could be called.
    PhoneMalformed,
    /// Text messages do not go to `phone`.
    PhoneUnreachable,
    /// The box that confirms a deletion is not ticked.
    ConfirmMissing,
    /// Nobody else administers.
    LastAdministrator,
}

impl Problem {
    /// Every problem once, for tests of the texts.
    pub const ALL: [Self; 47] = [
        Self::SignInRejected,
        Self::UsernameMissing,
        Self::PasswordMissing,
        Self::FormStale,
        Self::CustomerMissing,
        Self::NameMissing,
        Self::EmailMalformed,
        Self::EmailTaken,
        Self::CurrentPasswordMissing,
        Self::CurrentPasswordRejected,
        Self::NewPasswordMissing,
        Self::PasswordSame,
        Self::PasswordShort(8),
        Self::PasswordLong(256),
        Self::PasswordWeak,
        Self::PasswordCommon,
        Self::PasswordPersonal,
        Self::PasswordBreached,
        Self::PasswordPattern,
        Self::CodeMissing,
        Self::CodeWrong,
        Self::CodeUsed,
        Self::RecoveryWrong,
        Self::CodeGone,
        Self::SentCodeWrong,
        Self::CodeSoon,
        Self::CodeUnsendable,
        Self::FactorBlocked,
        Self::MethodMissing,
        Self::PasskeyFailed,
        Self::PasskeyExists,
        Self::FactorNameMissing,
        Self::EnrolmentGone,
        Self::FactorLocked(15),
        Self::OwnNameMissing,
        Self::OwnNameUnusable,
        Self::ProfileManaged,
        Self::CompanyManaged,
        Self::NoRoom,
        Self::FactorRequired,
        Self::OnlyCredential,
        Self::EmailInUse,
        Self::SentTooOften(3),
        Self::PhoneMalformed,
        Self::PhoneUnreachable,
        Self::ConfirmMissing,
        Self::LastAdministrator,
    ];

    /// Id of the field to put right.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::SignInRejected
            | Self::FormStale
            | Self::CodeGone
            | Self::CodeSoon
            | Self::CodeUnsendable
            | Self::FactorBlocked
            | Self::FactorLocked(_)
            | Self::PasskeyFailed
            | Self::PasskeyExists
            | Self::EnrolmentGone
            | Self::ProfileManaged
            | Self::CompanyManaged
            | Self::NoRoom
            | Self::FactorRequired
            | Self::OnlyCredential
            | Self::LastAdministrator
            | Self::SentTooOften(_) => None,
            Self::ConfirmMissing => Some("confirm"),
            Self::PhoneUnreachable => Some("phone"),
            Self::PhoneMalformed => Some("phone"),
            Self::EmailInUse => Some("email"),
            Self::OwnNameMissing | Self::OwnNameUnusable => Some("given_name"),
            Self::CodeMissing | Self::CodeWrong | Self::CodeUsed | Self::RecoveryWrong | Self::SentCodeWrong => {
                Some("code")
            }
            Self::MethodMissing => Some("method"),
            Self::UsernameMissing => Some("username"),
            Self::PasswordMissing => Some("password"),
            Self::CustomerMissing => Some("reference"),
            Self::NameMissing => Some("name"),
            Self::FactorNameMissing => Some("factor_name"),
            Self::EmailMalformed | Self::EmailTaken => Some("email"),
            Self::CurrentPasswordMissing | Self::CurrentPasswordRejected => Some("current_password"),
            Self::NewPasswordMissing
            | Self::PasswordSame
            | Self::PasswordShort(_)
            | Self::PasswordLong(_)
            | Self::PasswordWeak
            | Self::PasswordCommon
            | Self::PasswordPersonal
            | Self::PasswordBreached
            | Self::PasswordPattern => Some("new_password"),
        }
    }

    /// Key of the sentence in the locale files.
    pub fn key(self) -> &'static str {
        match self {
            Self::SignInRejected => "problem-sign-in-rejected",
            Self::UsernameMissing => "problem-username-missing",
            Self::PasswordMissing => "problem-password-missing",
            Self::FormStale => "problem-form-stale",
            Self::CustomerMissing => "problem-customer-missing",
            Self::NameMissing => "problem-name-missing",
            Self::EmailMalformed => "problem-email-malformed",
            Self::EmailTaken => "problem-email-taken",
            Self::CurrentPasswordMissing => "problem-current-password-missing",
            Self::CurrentPasswordRejected => "problem-current-password-rejected",
            Self::NewPasswordMissing => "problem-new-password-missing",
            Self::PasswordSame => "problem-password-same",
            Self::PasswordShort(_) => "problem-password-short",
            Self::PasswordLong(_) => "problem-password-long",
            Self::PasswordWeak => "problem-password-weak",
            Self::PasswordCommon => "problem-password-common",
            Self::PasswordPersonal => "problem-password-personal",
            Self::PasswordBreached => "problem-password-breached",
            Self::PasswordPattern => "problem-password-pattern",
            Self::CodeMissing => "problem-code-missing",
            Self::CodeWrong => "problem-code-wrong",
            Self::CodeUsed => "problem-code-used",
            Self::RecoveryWrong => "problem-recovery-wrong",
            Self::CodeGone => "problem-code-gone",
            Self::SentCodeWrong => "problem-sent-code-wrong",
            Self::CodeSoon => "problem-code-soon",
            Self::CodeUnsendable => "problem-code-unsendable",
            Self::FactorBlocked => "problem-factor-blocked",
            Self::MethodMissing => "problem-method-missing",
            Self::PasskeyFailed => "problem-passkey-failed",
            Self::PasskeyExists => "problem-passkey-exists",
            Self::FactorNameMissing => "problem-factor-name-missing",
            Self::EnrolmentGone => "problem-enrolment-gone",
            Self::FactorLocked(_) => "problem-factor-locked",
            Self::OwnNameMissing => "problem-own-name-missing",
            Self::OwnNameUnusable => "problem-own-name-unusable",
            Self::ProfileManaged => "problem-profile-managed",
            Self::CompanyManaged => "problem-company-managed",
            Self::NoRoom => "problem-no-room",
            Self::FactorRequired => "problem-factor-required",
            Self::OnlyCredential => "problem-only-credential",
            Self::LastAdministrator => "problem-last-administrator",
            Self::ConfirmMissing => "problem-confirm-missing",
            Self::PhoneUnreachable => "problem-phone-unreachable",
            Self::PhoneMalformed => "problem-phone-malformed",
            Self::SentTooOften(_) => "problem-sent-too-often",
            Self::EmailInUse => "problem-email-in-use",
        }
    }

    fn count(self) -> u32 {
        match self {
            Self::PasswordShort(count)
            | Self::PasswordLong(count)
            | Self::FactorLocked(count)
            | Self::SentTooOften(count) => count,
            _ => 0,
        }
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut problem = serializer.serialize_struct("Problem", 3)?;
        problem.serialize_field("field", &self.field())?;
        problem.serialize_field("key", self.key())?;
        problem.serialize_field("count", &self.count())?;
        problem.end()
    }
}
