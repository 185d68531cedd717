//! The words of `mfa.policy`.

/// Whether a second factor is demanded (inventory M1). Later is stricter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MfaPolicy {
    /// Never asked for, not offered.
    Off,
    /// Asked of those who enrolled one.
    Optional,
    /// Asked of everybody; who has none must enrol.
    Required,
}

impl MfaPolicy {
    /// Every value, the loosest first.
    pub const ALL: [Self; 3] = [Self::Off, Self::Optional, Self::Required];

    /// The word for it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }
}
