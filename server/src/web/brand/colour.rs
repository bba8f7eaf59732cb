//! An operator's colour on our pages: what it must be, and the shades that go with it.
//!
//! Shades are made in OKLCH (lightness, chroma, hue), where equal steps look equal, and brought back to what a screen can show by
//! taking chroma away. All that is judged is judged on the very values that are sent.

/// Text needs this much against what is behind it (WCAG 2.2, 1.4.3).
pub const READABLE: f64 = 4.5;

/// A colour of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// Pages that are light, or dark: what stands behind text in the accent colour, as `style/tokens.css` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// Light ones.
    Light,
    /// Dark ones.
    Dark,
}

/// The quiet background of the style sheet in OKLCH, for light and dark pages.
const QUIET: [(Pages, Lch); 2] = [
    (Pages::Light, Lch { l: 0.962, c: 0.005, h: 260.0 }),
    (Pages::Dark, Lch { l: 0.268, c: 0.016, h: 262.0 }),
];

#[derive(Clone, Copy, Debug)]
struct Lch {
    l: f64,
    c: f64,
    /// In degrees.
    h: f64,
}

impl Colour {
    /// `#` and six hex digits; nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        let [_, r, g, b] = value.to_be_bytes();
        Some(Self([r, g, b]))
    }

    /// As style sheets have it.
    #[must_use]
    pub fn css(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// How much two colours differ in brightness: 1 to 21 (WCAG 2.2, contrast ratio).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The least contrast of this colour as text on such pages.
    #[must_use]
    pub fn on(self, pages: Pages) -> f64 {
        let quiet = QUIET.iter().find(|(known, _)| *known == pages).map_or(self, |(_, lch)| lch.colour());
        self.contrast(quiet).min(self.contrast(self.soft(pages)))
    }

    /// The shade of this colour that can be read on such pages and is nearest to it.
    #[must_use]
    pub fn readable_on(self, pages: Pages) -> Self {
        let from = self.lch();
        let step = match pages {
            Pages::Light => -0.004,
            Pages::Dark => 0.004,
        };
        let shades = (0..=250u16)
            .map(|nth| Lch { l: (from.l + step * f64::from(nth)).clamp(0.0, 1.0), ..from }.colour());
        let mut shades = std::iter::once(self).chain(shades);
        shades.find(|shade| shade.on(pages) >= READABLE).unwrap_or(self)
    }

    /// What takes its place on dark pages where nothing else is said: the same hue, light and less strong.
    #[must_use]
    pub fn for_dark(self) -> Self {
        let own = self.lch();
        Lch { l: own.l.max(0.78), c: own.c.min(0.12), h: own.h }.colour().readable_on(Pages::Dark)
    }

    /// The shade under a pointer.
    #[must_use]
    pub fn hover(self, pages: Pages) -> Self {
        let own = self.lch();
        match pages {
            Pages::Light if own.l > 0.3 => Lch { l: own.l - 0.06, c: own.c * 0.93, h: own.h },
            Pages::Light => Lch { l: own.l + 0.1, ..own },
            Pages::Dark => Lch { l: (own.l + 0.06).min(1.0), c: own.c * 0.7, h: own.h },
        }
        .colour()
    }

    /// A ground with a touch of it.
    #[must_use]
    pub fn soft(self, pages: Pages) -> Self {
        let own = self.lch();
        match pages {
            Pages::Light => Lch { l: 0.955, c: own.c.min(0.018), h: own.h },
            Pages::Dark => Lch { l: 0.29, c: own.c.min(0.04), h: own.h },
        }
        .colour()
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn lch(self) -> Lch {
        let [r, g, b] = self.linear();
        let long = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let medium = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let short = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let l = 0.210_454_255_3 * long + 0.793_617_785 * medium - 0.004_072_046_8 * short;
        let a = 1.977_998_495_1 * long - 2.428_592_205 * medium + 0.450_593_709_9 * short;
        let b = 0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766 * short;
        Lch { l, c: a.hypot(b), h: b.atan2(a).to_degrees() }
    }
}

impl Lch {
    /// The nearest colour of the screen of this lightness and hue.
    fn colour(self) -> Colour {
        let fits = |chroma: f64| {
            Self { c: chroma, ..self }.linear().iter().all(|part| (-0.0005..=1.0005).contains(part))
        };
        let mut chroma = self.c;
        if !fits(chroma) {
            // Halving until the step is finer than a screen shows.
            let mut least = 0.0;
            for _ in 0..24 {
                let middle = f64::midpoint(least, chroma);
                if fits(middle) { least = middle } else { chroma = middle }
            }
            chroma = least;
        }
        Colour(Self { c: chroma, ..self }.linear().map(|part| {
            let part = part.clamp(0.0, 1.0);
            let part = if part <= 0.003_130_8 { part * 12.92 } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
            let byte = (part * 255.0).round() as u8;
            byte
        }))
    }

    fn linear(self) -> [f64; 3] {
        let (a, b) = (self.c * self.h.to_radians().cos(), self.c * self.h.to_radians().sin());
        let long = (self.l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let medium = (self.l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let short = (self.l - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        [
            4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
            -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
            -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn only_six_hex_digits_are_a_colour() {
        assert_eq!(colour("#0b5FfF").css(), "#0b5fff");
        for other in [
            "",
            "#",
            "0b5fff",
            "#0b5ff",
            "#0b5fff0",
            "#0b5ffg",
            "red",
            "#fff",
            "#+b5fff",
            "#0b5fff;}",
            "#ä5fff",
        ] {
            assert_eq!(Colour::parse(other), None, "{other}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let near =
            |one: &str, other: &str, want: f64| (colour(one).contrast(colour(other)) - want).abs() < 0.01;
        assert!(near("#000000", "#ffffff", 21.0));
        assert!(near("#777777", "#ffffff", 4.48));
        assert!(near("#ffffff", "#0000ff", 8.59));
        assert!(near("#ff0000", "#ff0000", 1.0));
    }

    #[test]
    fn a_colour_comes_back_from_its_lightness_chroma_and_hue() {
        for text in ["#000000", "#ffffff", "#ff6600", "#0b5fff", "#00ff00", "#7a0019", "#123456", "#fefefe"] {
            assert_eq!(colour(text).lch().colour().css(), text);
        }
    }

    #[test]
    fn the_grounds_are_those_of_the_style_sheet() {
        let tokens = include_str!("../../../../style/tokens.css");
        for part in [
            "--quiet: light-dark(oklch(.962 .005 260), oklch(.268 .016 262));",
            "--accent-soft: light-dark(oklch(.955 .018 258), oklch(.29 .04 258));",
            "--on-accent: light-dark(oklch(1 0 0), oklch(.2 .03 262));",
        ] {
            assert!(tokens.contains(part), "{part}: judge the accent on what is there now");
        }
    }

    #[test]
    fn every_colour_gets_shades_that_can_be_read() {
        let white = colour("#ffffff");
        let ink = Lch { l: 0.2, c: 0.03, h: 262.0 }.colour();
        // A walk over the whole cube.
        for value in (0..0x0100_0000u32).step_by(98_213) {
            let [_, r, g, b] = value.to_be_bytes();
            let own = Colour([r, g, b]);
            let light = own.readable_on(Pages::Light);
            let dark = light.for_dark();
            for (shade, pages, text) in [(light, Pages::Light, white), (dark, Pages::Dark, ink)] {
                assert!(shade.on(pages) >= READABLE, "{own:?} {shade:?}");
                assert!(shade.contrast(text) >= READABLE, "{own:?}: text on a button of {shade:?}");
                let hover = shade.hover(pages);
                assert!(hover.contrast(text) >= READABLE && hover.on(pages) >= READABLE, "{own:?} {hover:?}");
            }
            if own.on(Pages::Light) >= READABLE {
                assert_eq!(light, own, "what can be read stays as it is");
            }
        }
    }
}
