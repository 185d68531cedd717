//! From the tokens of `theme.toml` to a style sheet that keeps every page readable.

use std::fmt::Write;

use serde::Serialize;

use super::{
    color::{Oklch, Rgb},
    manifest::{Radius, Tokens},
};

/// The neutral colours that accents stand on; the same as in `static/usher.css`, which a test compares.
#[derive(Clone, Copy, Debug)]
struct Ground {
    surface: Rgb,
    canvas: Rgb,
    sunken: Rgb,
    /// The dark text that may stand on an accent; the light one is white.
    ink: Rgb,
    /// Which way a colour moves when it is hovered.
    hover: f64,
}

impl Ground {
    fn all(self) -> [Rgb; 3] {
        [self.surface, self.canvas, self.sunken]
    }
}

const LIGHT: Ground = Ground {
    surface: Rgb([255, 255, 255]),
    canvas: Rgb([0xf6, 0xf7, 0xf9]),
    sunken: Rgb([0xee, 0xf0, 0xf3]),
    ink: Rgb([0x0e, 0x14, 0x30]),
    hover: -0.06,
};
const DARK: Ground = Ground {
    surface: Rgb([0x17, 0x1b, 0x22]),
    canvas: Rgb([0x0e, 0x11, 0x16]),
    sunken: Rgb([0x0a, 0x0d, 0x12]),
    ink: Rgb([0x0e, 0x14, 0x30]),
    hover: 0.06,
};

/// Text needs this contrast (WCAG 2.2, 1.4.3).
const TEXT: f64 = 4.5;
/// Outlines and large shapes need this (1.4.11).
const SHAPE: f64 = 3.0;

/// The colours that a brand contributes to one scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accent {
    accent: Rgb,
    hover: Rgb,
    on_accent: Rgb,
    link: Rgb,
}

impl Accent {
    /// The brand colour at the nearest lightness at which its text, its outline and its links can all be read.
    fn on(brand: Rgb, ground: Ground) -> Self {
        let stands_out = |color: Rgb, least: f64| ground.all().iter().all(|under| color.contrast(*under) >= least);
        let text_on = |color: Rgb| [Rgb::WHITE, ground.ink].into_iter().find(|text| text.contrast(color) >= TEXT);
        let accent = nearest(brand.oklch(), |color| stands_out(color, SHAPE) && text_on(color).is_some());
        let on_accent = text_on(accent).unwrap_or(Rgb::WHITE);
        let oklch = accent.oklch();
        let hovered = Oklch { lightness: (oklch.lightness + ground.hover).clamp(0.0, 1.0), ..oklch };
        let hover = nearest(hovered, |color| on_accent.contrast(color) >= TEXT);
        let link = nearest(oklch, |color| stands_out(color, TEXT));
        Self { accent, hover, on_accent, link }
    }

    fn declarations(self) -> String {
        let Self { accent, hover, on_accent, link } = self;
        format!("--accent:{accent};--accent-hover:{hover};--on-accent:{on_accent};--link:{link};--focus:{link}")
    }
}

/// The colours of the brand in mails, for a light background and for a dark one.
#[derive(Clone, Debug, Serialize)]
pub(super) struct MailColors {
    accent: String,
    on_accent: String,
    link: String,
    dark_accent: String,
    dark_on_accent: String,
    dark_link: String,
}

impl MailColors {
    /// From the brand colour, else from that of the default theme.
    pub fn of(tokens: &Tokens) -> Self {
        let brand = tokens.accent.unwrap_or(Rgb([0x34, 0x50, 0xd1]));
        let (light, dark) = (Accent::on(brand, LIGHT), Accent::on(brand, DARK));
        Self {
            accent: light.accent.to_string(),
            on_accent: light.on_accent.to_string(),
            link: light.link.to_string(),
            dark_accent: dark.accent.to_string(),
            dark_on_accent: dark.on_accent.to_string(),
            dark_link: dark.link.to_string(),
        }
    }
}

/// The colour of the same hue whose lightness is nearest and that is `good`. Black or white always is one in our use.
fn nearest(start: Oklch, good: impl Fn(Rgb) -> bool) -> Rgb {
    const STEP: f64 = 0.005;
    let at = |lightness: f64| Oklch { lightness, ..start }.rgb();
    (0..=200)
        .flat_map(|step| [-1.0, 1.0].map(|way| start.lightness + way * STEP * f64::from(step)))
        .filter(|lightness| (0.0..=1.0).contains(lightness))
        .map(at)
        .find(|color| good(*color))
        .unwrap_or_else(|| at(start.lightness))
}

/// The style sheet of a brand: empty tokens leave the defaults of `usher.css` alone.
pub(super) fn stylesheet(tokens: &Tokens) -> String {
    let mut css = String::new();
    let mut root = String::new();
    if let Some(radius) = tokens.radius {
        let [control, card] = match radius {
            Radius::None => ["0", "0"],
            Radius::Small => ["4px", "8px"],
            Radius::Medium => ["10px", "16px"],
            Radius::Large => ["22px", "24px"],
        };
        let _ = write!(root, "--r-2:{control};--r-3:{card};");
    }
    if let Some(font) = &tokens.font {
        let _ = write!(root, "--font:{font};");
    }
    if let Some(brand) = tokens.accent {
        let (light, dark) = (Accent::on(brand, LIGHT).declarations(), Accent::on(brand, DARK).declarations());
        root.push_str(&light);
        let _ = write!(
            css,
            "@media (prefers-color-scheme:dark){{:root:not([data-scheme=light]){{{dark}}}}}:root[data-scheme=dark]{{{dark}}}"
        );
    }
    if root.is_empty() { css } else { format!("@layer theme{{:root{{{root}}}{css}}}") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn readable(brand: Rgb, ground: Ground) -> Result<(), TestCaseError> {
        let Accent { accent, hover, on_accent, link } = Accent::on(brand, ground);
        prop_assert!(on_accent.contrast(accent) >= TEXT, "{on_accent} on {accent}");
        prop_assert!(on_accent.contrast(hover) >= TEXT, "{on_accent} on {hover}");
        for under in ground.all() {
            prop_assert!(accent.contrast(under) >= SHAPE, "{accent} on {under}");
            prop_assert!(link.contrast(under) >= TEXT, "{link} on {under}");
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn every_brand_can_be_read_in_both_schemes(r: u8, g: u8, b: u8) {
            readable(Rgb([r, g, b]), LIGHT)?;
            readable(Rgb([r, g, b]), DARK)?;
        }
    }

    #[test]
    fn corners_of_the_cube_can_be_read() {
        for corner in 0..8_u8 {
            let brand = Rgb([corner & 1, corner >> 1 & 1, corner >> 2 & 1].map(|bit| bit * 255));
            readable(brand, LIGHT).unwrap();
            readable(brand, DARK).unwrap();
        }
    }

    #[test]
    fn a_good_colour_stays_as_it_is() {
        let blue: Rgb = "#3450d1".parse().unwrap();
        assert_eq!(Accent::on(blue, LIGHT).accent, blue);
        assert_eq!(Accent::on(blue, LIGHT).on_accent, Rgb::WHITE);
    }

    #[test]
    fn hue_survives_where_there_is_one() {
        for hex in ["#ffd400", "#e4002b", "#00a3e0"] {
            let brand: Rgb = hex.parse().unwrap();
            let turned = (Accent::on(brand, LIGHT).accent.oklch().hue - brand.oklch().hue).abs();
            assert!(turned < 0.05, "{hex} turned by {turned}");
        }
    }

    /// The colours of `usher.css` in the block that begins with `selector`.
    fn palette(selector: &str) -> BTreeMap<String, Rgb> {
        let css = include_str!("../../themes/default/static/usher.css");
        let (_, block) = css.split_once(selector).unwrap();
        let declarations = block.split_once('}').unwrap().0.split(';');
        let color = |line: &str| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": ")?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        declarations.filter_map(color).collect()
    }

    const LIGHT_BLOCK: &str = "  :root {";
    const DARK_BLOCKS: [&str; 2] = [":root:not([data-scheme=\"light\"]) {", ":root[data-scheme=\"dark\"] {"];

    #[test]
    fn wcag_1_4_3_and_1_4_11_the_default_palette_can_be_read() {
        for block in [LIGHT_BLOCK, DARK_BLOCKS[0]] {
            let palette = palette(block);
            let contrast = |a: &str, b: &str| palette[a].contrast(palette[b]);
            for text in ["text", "muted", "link", "danger"] {
                for ground in ["surface", "canvas"] {
                    assert!(contrast(text, ground) >= TEXT, "{text} on {ground} in {block}");
                }
            }
            for kind in ["danger", "ok", "warn", "info"] {
                assert!(contrast(kind, &format!("{kind}-bg")) >= TEXT, "{kind} in {block}");
            }
            for (text, ground) in [("text", "sunken"), ("muted", "sunken"), ("link", "sunken"), ("ok", "surface")] {
                assert!(contrast(text, ground) >= TEXT, "{text} on {ground} in {block}");
            }
            for ground in ["accent", "accent-hover"] {
                assert!(contrast("on-accent", ground) >= TEXT, "{ground} in {block}");
            }
            for shape in ["accent", "control", "focus"] {
                for ground in ["surface", "canvas"] {
                    assert!(contrast(shape, ground) >= SHAPE, "{shape} on {ground} in {block}");
                }
            }
        }
    }

    #[test]
    fn both_ways_to_the_dark_scheme_give_the_same_colours() {
        assert_eq!(palette(DARK_BLOCKS[0]), palette(DARK_BLOCKS[1]));
    }

    #[test]
    fn accents_are_measured_on_the_grounds_of_the_style_sheet() {
        for (ground, block) in [(LIGHT, LIGHT_BLOCK), (DARK, DARK_BLOCKS[0])] {
            let palette = palette(block);
            assert_eq!(ground.all(), ["surface", "canvas", "sunken"].map(|name| palette[name]));
        }
    }

    #[test]
    fn no_tokens_no_rules() {
        assert_eq!(stylesheet(&Tokens::default()), "");
    }
}
