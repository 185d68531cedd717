//! `[limits]`

use std::fmt;

use ipnet::IpNet;
use schemars::JsonSchema;

use super::{http::network, reader::Reader};
use crate::base::{address::Networks, rate::LimitPolicy};

/// The layers of rate limits (security.md S5).
#[derive(Clone, Debug, JsonSchema)]
pub struct Limits {
    /// Multiplies every budget.
    pub scale: f64,
    /// Layers that are switched off, "L0" to "L10".
    #[schemars(with = "Vec<String>")]
    pub off: Vec<Layer>,
    /// Networks that are free of the limits per address; limits per account always apply.
    #[schemars(with = "Vec<String>")]
    pub exempt: Vec<IpNet>,
}

/// One layer of security.md S5.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layer(u8);

impl Layer {
    /// The layer `L<n>`.
    pub const fn new(n: u8) -> Option<Self> {
        if n <= 10 { Some(Self(n)) } else { None }
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "L{}", self.0)
    }
}

impl Limits {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            scale: reader.number("scale", 1.0, 0.01, 10_000.0),
            off: reader.list("off", layer),
            exempt: reader.list("exempt", network),
        }
    }

    /// The same for those who limit.
    pub fn policy(&self) -> LimitPolicy {
        LimitPolicy {
            scale: self.scale,
            off: self.off.iter().map(ToString::to_string).collect(),
            exempt: Networks::from(self.exempt.clone()),
        }
    }

    /// Whether the layer `L<number>` is switched off.
    pub fn is_off(&self, number: u8) -> bool {
        self.off.contains(&Layer(number))
    }
}

fn layer(text: &str) -> Result<Layer, String> {
    let number = text.strip_prefix('L').filter(|digits| digits.len() == 1 || *digits == "10");
    let layer = number.and_then(|digits| digits.parse().ok()).and_then(Layer::new);
    layer.ok_or_else(|| format!("{text:?} is none of the layers L0 to L10"))
}
