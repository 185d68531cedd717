//! A brand colour that can be read: WCAG contrast, and OKLCH to move lightness without changing the colour's character.
//!
//! Conversions after Björn Ottosson, "A perceptual color space for image processing" (2020), as CSS Color 4 §10 has them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer};

/// An sRGB colour, eight bits a channel: exactly what a browser will be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub [u8; 3]);

impl Rgb {
    pub const WHITE: Self = Self([255; 3]);

    /// WCAG 2.2 relative luminance, 0 to 1.
    fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// WCAG 2.2 contrast ratio, 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// The colour seen as lightness, chroma and hue.
    pub fn oklch(self) -> Oklch {
        let [r, g, b] = self.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let lightness = 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s;
        let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
        Oklch { lightness, chroma: a.hypot(b), hue: b.atan2(a) }
    }
}

/// Lightness 0 to 1, chroma from 0, hue in radians.
#[derive(Clone, Copy, Debug)]
pub(super) struct Oklch {
    pub lightness: f64,
    pub chroma: f64,
    pub hue: f64,
}

impl Oklch {
    /// The nearest colour that a screen can show: lightness and hue stay, chroma gives way.
    pub fn rgb(self) -> Rgb {
        if let Some(rgb) = self.in_gamut() {
            return rgb;
        }
        let (mut low, mut high, mut best) = (0.0, self.chroma, None);
        for _ in 0..20 {
            let chroma = f64::midpoint(low, high);
            match (Self { chroma, ..self }).in_gamut() {
                Some(rgb) => (low, best) = (chroma, Some(rgb)),
                None => high = chroma,
            }
        }
        best.unwrap_or(if self.lightness > 0.5 { Rgb::WHITE } else { Rgb([0; 3]) })
    }

    fn in_gamut(self) -> Option<Rgb> {
        let (a, b) = (self.chroma * self.hue.cos(), self.chroma * self.hue.sin());
        let l = (self.lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        let linear = [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ];
        let shown = linear.iter().all(|c| (-0.000_5..=1.000_5).contains(c));
        shown.then(|| Rgb(linear.map(encode)))
    }
}

/// One linear channel to eight bits.
fn encode(linear: f64) -> u8 {
    let c = linear.clamp(0.0, 1.0);
    let encoded = if c <= 0.003_130_8 { 12.92 * c } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
    // In range by the clamp above.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let byte = (encoded * 255.0).round() as u8;
    byte
}

impl FromStr for Rgb {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "a colour is written #rrggbb";
        let hexadecimal = |digits: &&str| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = text.strip_prefix('#').filter(hexadecimal).ok_or(EXPECTED)?;
        let number = u32::from_str_radix(digits, 16).map_err(|_| EXPECTED)?;
        let [_, r, g, b] = number.to_be_bytes();
        Ok(Self([r, g, b]))
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl<'de> Deserialize<'de> for Rgb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        let hex = |text: &str| text.parse::<Rgb>().unwrap();
        assert!((hex("#000000").contrast(Rgb::WHITE) - 21.0).abs() < 1e-9);
        assert!((hex("#777777").contrast(Rgb::WHITE) - 4.478).abs() < 1e-3);
        assert!((hex("#3450d1").contrast(Rgb::WHITE) - 6.5).abs() < 0.1);
    }

    #[test]
    fn oklch_of_known_colours() {
        let red = Rgb([255, 0, 0]).oklch();
        assert!((red.lightness - 0.628).abs() < 1e-3 && (red.chroma - 0.2577).abs() < 1e-3);
        assert!((red.hue.to_degrees() - 29.23).abs() < 0.1);
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in ["", "red", "#fff", "#12345", "#1234567", "#gggggg", "123456", "#+12345", "#ä1234"] {
            assert!(text.parse::<Rgb>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn there_and_back(r: u8, g: u8, b: u8) {
            prop_assert_eq!(Rgb([r, g, b]).oklch().rgb(), Rgb([r, g, b]));
        }

        #[test]
        fn every_lightness_can_be_shown(r: u8, g: u8, b: u8, lightness in 0.2..=1.0_f64) {
            let moved = Oklch { lightness, ..Rgb([r, g, b]).oklch() }.rgb();
            prop_assert!((moved.oklch().lightness - lightness).abs() < 0.02);
        }
    }
}
