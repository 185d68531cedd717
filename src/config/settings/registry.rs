//! Every setting there is: contract.md's table, row by row.

use std::collections::BTreeMap;

use super::{
    setting::{
        AnySetting, Check, Combine,
        Level::{Client, Customer, Group, Instance, Profile},
        Setting,
    },
    values::{AdminSetPassword, AllOf, MinAcr, PasswordPreset, SmsProvider},
};
use crate::{
    authn::{factor::MfaMethod, mfa_policy::MfaPolicy, password::Strength},
    base::{duration::IsoDuration, moment::Moment, secret::Secret},
    config::{
        mail::{is_smtp, sender},
        sms::is_http_url,
    },
};

/// Declares the settings, the layer that holds values of them, and the list.
///
/// `secret` marks values that are sealed at rest; `check` narrows the type; `strictest` says how levels combine.
macro_rules! settings {
    ($(
        $(#[doc = $help:literal])+
        $name:literal $constant:ident $field:ident : $type:ty = $default:expr, $levels:expr
            $(, check $check:expr)? $(, strictest $strictest:expr)? $(, secret $secret:literal)?;
    )*) => {
        $(
            $(#[doc = $help])+
            pub static $constant: Setting<$type> = Setting {
                name: $name,
                help: concat!($($help),+),
                levels: &$levels,
                default: || $default,
                check: settings!(@or Check::Any $(, $check)?),
                combine: settings!(@or Combine::Nearest $(, Combine::Strictest($strictest))?),
                secret: settings!(@or false $(, $secret)?),
                slot: |layer| &layer.$field,
                slot_mut: |layer| &mut layer.$field,
            };
        )*

        /// The values that one level says something about.
        #[derive(Default, Clone)]
        pub struct Layer {
            $($field: Option<$type>,)*
            /// `templates.<key>`: the template chosen for a purpose.
            pub(super) templates: BTreeMap<String, String>,
        }

        /// Every setting, in the order of the reference.
        pub fn registry() -> &'static [&'static dyn AnySetting] {
            static ALL: &[&dyn AnySetting] = &[$(&$constant),*];
            ALL
        }
    };
    (@or $default:expr) => { $default };
    (@or $default:expr, $given:expr) => { $given };
}

const fn secs(n: u64) -> IsoDuration {
    IsoDuration::from_secs(n)
}

const fn minutes(n: u64) -> IsoDuration {
    secs(60 * n)
}

const fn hours(n: u64) -> IsoDuration {
    minutes(60 * n)
}

const fn days(n: u64) -> IsoDuration {
    hours(24 * n)
}

/// The earlier of two instants, of those that are there.
fn earliest(a: Option<Moment>, b: Option<Moment>) -> Option<Moment> {
    a.into_iter().chain(b).min()
}

/// What both allow, in the order of the first.
fn common(a: Vec<MfaMethod>, b: Vec<MfaMethod>) -> Vec<MfaMethod> {
    a.into_iter().filter(|method| b.contains(method)).collect()
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_http_url_or_empty(text: &str) -> bool {
    text.is_empty() || is_http_url(text)
}

settings! {
    /// Create a login from a new customer's contact e-mail.
    "accounts.auto_create_user" AUTO_CREATE_USER auto_create_user: bool = false, [Instance, Customer];
    /// Offer "Forgot password?".
    "accounts.self_service_reset" SELF_SERVICE_RESET self_service_reset: bool = true, [Instance, Customer, Client, Profile];
    /// Let people change their own password.
    "accounts.self_service_password_change" SELF_SERVICE_PASSWORD_CHANGE self_service_password_change: bool = true,
        [Instance, Customer, Client, Profile];
    /// Let administrators give a password: never, one for the first sign-in that is shown once, or any.
    "accounts.admin_set_password" ADMIN_SET_PASSWORD admin_set_password: AdminSetPassword = AdminSetPassword::Off, [Instance];
    /// Let visitors register through this client.
    "accounts.registration" REGISTRATION registration: bool = false, [Client];
    /// Customer logins included without a package.
    "accounts.quota.base" QUOTA_BASE quota_base: u32 = 100, [Instance], check Check::Within(0, 10_000_000);
    /// Whether disabled logins use up quota.
    "accounts.quota.count_disabled" QUOTA_COUNT_DISABLED quota_count_disabled: bool = true, [Instance];
    /// Send the invitation when a login is created. Unset: yes for automatic and self-service creation, no for the API.
    "accounts.invite.auto_send" INVITE_AUTO_SEND invite_auto_send: Option<bool> = None, [Instance];
    /// How long a login without any reference stays before it is disabled.
    "users.orphan_retention" ORPHAN_RETENTION orphan_retention: IsoDuration = days(90), [Instance],
        check Check::Within(days(1), days(3650));

    /// Characters a password must have at least.
    "password.min_length" PASSWORD_MIN_LENGTH password_min_length: u32 = 8, [Instance, Customer],
        check Check::Within(8, 128), strictest std::cmp::max;
    /// Estimated strength a password must have at least.
    "password.min_strength" PASSWORD_MIN_STRENGTH password_min_strength: Strength = Strength::Strong, [Instance, Customer],
        strictest std::cmp::max;
    /// Set of rules: nist raises the minimum to 15 characters where no second factor is enforced.
    "password.preset" PASSWORD_PRESET password_preset: PasswordPreset = PasswordPreset::Standard, [Instance, Customer],
        strictest std::cmp::max;
    /// Pattern that a new password must match, for migrations; composition rules are discouraged.
    "password.legacy_regex" PASSWORD_LEGACY_REGEX password_legacy_regex: AllOf = AllOf::default(), [Instance, Customer],
        check Check::Where("a regular expression, or empty", |all| all.0.iter().all(|it| regex::Regex::new(it).is_ok())),
        strictest AllOf::and;
    /// Service that knows breached passwords, asked for a range of hashes.
    "password.range_url" PASSWORD_RANGE_URL password_range_url: AllOf = AllOf::default(), [Instance, Customer],
        check Check::Where("an http or https URL, or empty", |all| all.0.iter().all(|url| is_http_url_or_empty(url))),
        strictest AllOf::and;
    /// Memory of one Argon2id hash, in KiB.
    "password.hash_memory_kib" PASSWORD_HASH_MEMORY_KIB password_hash_memory_kib: u32 = 19_456, [Instance],
        check Check::WithinUnlessLoopback { min: 19_456, max: 131_072, loopback_min: 8 }, strictest std::cmp::max;
    /// Passes of one Argon2id hash.
    "password.hash_passes" PASSWORD_HASH_PASSES password_hash_passes: u32 = 2, [Instance],
        check Check::WithinUnlessLoopback { min: 2, max: 20, loopback_min: 1 }, strictest std::cmp::max;

    /// Wrong passwords from unknown browsers that lock a login.
    "lockout.max_attempts" LOCKOUT_MAX_ATTEMPTS lockout_max_attempts: u32 = 5, [Instance], check Check::Within(1, 100);
    /// How long the lock stands after the last failure; PT0S: until somebody unlocks.
    "lockout.duration" LOCKOUT_DURATION lockout_duration: IsoDuration = minutes(15), [Instance],
        check Check::Within(secs(0), days(365));
    /// Durations of the second, third, … lock in a row; empty: always the same.
    "lockout.escalation" LOCKOUT_ESCALATION lockout_escalation: Vec<IsoDuration> = Vec::new(), [Instance],
        check Check::Where("up to ten durations, each longer than the one before", |steps| {
            steps.len() <= 10 && steps.is_sorted() && steps.first().is_none_or(|first| !first.is_zero())
        });
    /// Tell the owner of a locked login by mail.
    "lockout.notify_user" LOCKOUT_NOTIFY_USER lockout_notify_user: bool = true, [Instance];
    /// Failures older than this do not count.
    "lockout.window" LOCKOUT_WINDOW lockout_window: IsoDuration = minutes(15), [Instance],
        check Check::Within(secs(1), days(365));

    /// A sign-in session ends when unused for this long.
    "session.idle" SESSION_IDLE session_idle: IsoDuration = hours(1), [Instance, Client],
        check Check::Within(minutes(1), days(365));
    /// A sign-in session ends at the latest after this long.
    "session.max" SESSION_MAX session_max: IsoDuration = hours(12), [Instance, Client],
        check Check::Within(minutes(1), days(365));
    /// How long "keep me signed in" lasts; PT0S: the box is not shown.
    "session.remember" SESSION_REMEMBER session_remember: IsoDuration = days(14), [Instance, Client],
        check Check::Within(secs(0), days(365));

    /// Whether a second factor is asked for.
    "mfa.policy" MFA_POLICY mfa_policy: MfaPolicy = MfaPolicy::Optional, [Instance, Customer, Client, Group],
        strictest std::cmp::max;
    /// Second factors that may be used; a level can only take away from what the instance allows.
    "mfa.methods" MFA_METHODS mfa_methods: Vec<MfaMethod> = vec![MfaMethod::Passkey, MfaMethod::Totp, MfaMethod::Recovery],
        [Instance, Customer, Client, Group],
        check Check::Where("at least one method", |methods| !methods.is_empty()), strictest common;
    /// Assurance that a required second factor must reach. Unset: mfa, or 2sv where only e-mail is allowed.
    "mfa.min_acr" MFA_MIN_ACR mfa_min_acr: Option<MinAcr> = None, [Instance, Customer, Client, Group],
        strictest std::cmp::max;
    /// Until when people without a second factor may put off enrolling one.
    "mfa.enrol_until" MFA_ENROL_UNTIL mfa_enrol_until: Option<Moment> = None, [Instance, Customer, Client, Group],
        strictest earliest;
    /// How long a trusted browser is not asked for a second factor; PT0S: always asked.
    "mfa.remember_device" MFA_REMEMBER_DEVICE mfa_remember_device: IsoDuration = secs(0), [Instance, Customer, Client, Group],
        check Check::Within(secs(0), days(30)), strictest std::cmp::min;

    /// Allow the password grant to clients that have it (RFC 9700 §2.4 advises against).
    "oidc.password_grant" OIDC_PASSWORD_GRANT oidc_password_grant: bool = false, [Instance];
    /// Life of a JWT access token.
    "token.access" TOKEN_ACCESS token_access: IsoDuration = minutes(10), [Instance, Client],
        check Check::Within(secs(10), days(1));
    /// Life of an opaque access token.
    "token.access_opaque" TOKEN_ACCESS_OPAQUE token_access_opaque: IsoDuration = hours(1), [Instance, Client],
        check Check::Within(secs(10), days(30));
    /// Life of an ID token.
    "token.id" TOKEN_ID token_id: IsoDuration = minutes(10), [Instance, Client], check Check::Within(secs(10), days(1));
    /// A refresh token ends when unused for this long.
    "token.refresh_idle" TOKEN_REFRESH_IDLE token_refresh_idle: IsoDuration = hours(12), [Instance, Client],
        check Check::Within(minutes(1), days(3650));
    /// A family of refresh tokens ends at the latest after this long.
    "token.refresh_max" TOKEN_REFRESH_MAX token_refresh_max: IsoDuration = days(30), [Instance, Client],
        check Check::Within(minutes(1), days(3650));
    /// How long a used refresh token gives the same successor again, for answers that were lost.
    "token.refresh_grace" TOKEN_REFRESH_GRACE token_refresh_grace: IsoDuration = secs(10), [Instance, Client],
        check Check::Within(secs(0), secs(60));

    /// Server for outgoing mail; smtp:// uses STARTTLS. Empty: mail is captured in the outbox.
    "mail.url" MAIL_URL mail_url: Secret<String> = Secret::new(String::new()), [Instance],
        check Check::Where("smtp://… or smtps://…, or empty", |url| url.expose().is_empty() || is_smtp(url.expose())),
        secret true;
    /// Sender of outgoing mail.
    "mail.from" MAIL_FROM mail_from: String = String::new(), [Instance],
        check Check::Where("an address, or a name and an address in angle brackets, or empty", |from| from.is_empty() || sender(from).is_ok());
    /// Service for text messages.
    "sms.provider" SMS_PROVIDER sms_provider: SmsProvider = SmsProvider::None, [Instance];
    /// Account at the text message service.
    "sms.account_sid" SMS_ACCOUNT_SID sms_account_sid: String = String::new(), [Instance];
    /// Secret of that account.
    "sms.auth_token" SMS_AUTH_TOKEN sms_auth_token: Secret<String> = Secret::new(String::new()), [Instance], secret true;
    /// Sender of text messages.
    "sms.from" SMS_FROM sms_from: String = String::new(), [Instance];
    /// Address that text messages are posted to; for Twilio another base of its API, such as a region's.
    "sms.webhook_url" SMS_WEBHOOK_URL sms_webhook_url: String = String::new(), [Instance],
        check Check::Where("an http or https URL, or empty", |url| is_http_url_or_empty(url));
    /// Countries that text messages may go to. Empty: none, once a provider is set.
    "sms.countries" SMS_COUNTRIES sms_countries: Vec<String> = Vec::new(), [Instance],
        check Check::Where("ISO 3166 codes such as \"SE\"", |codes| codes.iter().all(|code| is_country(code)));
    /// Text messages per day at most.
    "sms.daily_budget" SMS_DAILY_BUDGET sms_daily_budget: u32 = 500, [Instance], check Check::Within(0, 10_000_000);

    /// Put the code into the subject line of a mail.
    "templates.code_in_subject" CODE_IN_SUBJECT code_in_subject: bool = false, [Instance];
    /// Answer SCIM discovery without a token.
    "scim.discovery_public" SCIM_DISCOVERY_PUBLIC scim_discovery_public: bool = true, [Instance];
}
