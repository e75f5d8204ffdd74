//! Colours by meaning: the tokens of `style/tokens.css`, light, dark and high contrast.

use super::scene::Ink;
use super::ticks::{greater, lesser};

/// Red, green, blue.
pub type Rgb = [u8; 3];

/// What the inks look like.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // named as the tokens
pub struct Theme {
    pub surface: Rgb,
    pub text: Rgb,
    pub muted: Rgb,
    pub edge: Rgb,
    pub axis: Rgb,
    pub grid: Rgb,
    pub accent: Rgb,
    pub good: Rgb,
    pub warn: Rgb,
    pub bad: Rgb,
    pub rest: Rgb,
    /// Categories (Okabe and Ito 2008, moved in lightness to 3:1 on the surface), in this order.
    pub cat: [Rgb; 7],
    /// Amounts: one hue, running away from the ground.
    pub seq: [Rgb; 6],
    /// Below, middle, above.
    pub div: [Rgb; 7],
    /// The faces of the text, as in a style sheet.
    pub font: &'static str,
}

const fn rgb(hex: u32) -> Rgb {
    [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]
}

const FONT: &str = "Segoe UI, Roboto, Helvetica Neue, Helvetica, Arial, Nimbus Sans, Liberation Sans, system-ui, sans-serif";

/// On white.
pub const LIGHT: Theme = Theme {
    surface: rgb(0xffffff),
    text: rgb(0x15181c),
    muted: rgb(0x565e68),
    edge: rgb(0x848c96),
    axis: rgb(0x848c96),
    grid: rgb(0xeef0f2),
    accent: rgb(0x0b5cab),
    good: rgb(0x17694a),
    warn: rgb(0x855400),
    bad: rgb(0xb0261c),
    rest: rgb(0x8c949e),
    cat: [rgb(0x0072b2), rgb(0xd55e00), rgb(0x008a65), rgb(0xb3598c), rgb(0xa87400), rgb(0x2c8cc4), rgb(0x5d6670)],
    seq: [rgb(0xe4eef7), rgb(0xbcd6ec), rgb(0x88b8dd), rgb(0x4a92c6), rgb(0x1a6aa8), rgb(0x0a4478)],
    div: [rgb(0x0b5c94), rgb(0x5b9bc8), rgb(0xbcd5e6), rgb(0xeceef0), rgb(0xf2cdb4), rgb(0xe08d55), rgb(0xb04a00)],
    font: FONT,
};

/// On near black.
pub const DARK: Theme = Theme {
    surface: rgb(0x121417),
    text: rgb(0xe8ebee),
    muted: rgb(0xa2abb6),
    edge: rgb(0x6d7681),
    axis: rgb(0x6d7681),
    grid: rgb(0x1a1d21),
    accent: rgb(0x74b6f5),
    good: rgb(0x5cc795),
    warn: rgb(0xe3ae4d),
    bad: rgb(0xf58d82),
    rest: rgb(0x666f7a),
    cat: [rgb(0x56b4e9), rgb(0xf0854a), rgb(0x2fbf95), rgb(0xdd93bd), rgb(0xe6a820), rgb(0x8fcdf2), rgb(0xa9b1bb)],
    seq: [rgb(0x16273a), rgb(0x1d3f60), rgb(0x265d8e), rgb(0x3d83bf), rgb(0x70aee0), rgb(0xb2d6f3)],
    div: [rgb(0x6cbdf0), rgb(0x3f80ad), rgb(0x264457), rgb(0x24282d), rgb(0x5a3722), rgb(0xb56434), rgb(0xf7975c)],
    font: FONT,
};

/// Black on white, for those who ask for contrast.
pub const CONTRAST_LIGHT: Theme = Theme {
    text: rgb(0x000000),
    muted: rgb(0x262626),
    edge: rgb(0x333333),
    axis: rgb(0x333333),
    grid: rgb(0xededed),
    accent: rgb(0x003e85),
    good: rgb(0x004d30),
    warn: rgb(0x5c3800),
    bad: rgb(0x8a0f08),
    rest: rgb(0x7a7a7a),
    cat: [rgb(0x00507d), rgb(0xa34600), rgb(0x008a65), rgb(0xb3598c), rgb(0xa87400), rgb(0x2c8cc4), rgb(0x5d6670)],
    ..LIGHT
};

/// White on black, for those who ask for contrast.
pub const CONTRAST_DARK: Theme = Theme {
    surface: rgb(0x000000),
    text: rgb(0xffffff),
    muted: rgb(0xe4e4e4),
    edge: rgb(0xd0d0d0),
    axis: rgb(0xd0d0d0),
    grid: rgb(0x1c1c1c),
    accent: rgb(0x9fd0ff),
    good: rgb(0x8af0bd),
    warn: rgb(0xffd27a),
    bad: rgb(0xffb3aa),
    rest: rgb(0x8c8c8c),
    cat: [rgb(0x7cc8f7), rgb(0xff9d66), rgb(0x2fbf95), rgb(0xdd93bd), rgb(0xe6a820), rgb(0x8fcdf2), rgb(0xa9b1bb)],
    ..DARK
};

impl Theme {
    /// What an ink looks like.
    pub fn color(&self, ink: Ink) -> Rgb {
        match ink {
            Ink::Cat(i) => self.cat[usize::from(i) % self.cat.len()],
            Ink::Rest => self.rest,
            Ink::Text => self.text,
            Ink::Muted => self.muted,
            Ink::Edge => self.edge,
            Ink::Axis => self.axis,
            Ink::Grid => self.grid,
            Ink::Surface => self.surface,
            Ink::Accent => self.accent,
            Ink::Good => self.good,
            Ink::Warn => self.warn,
            Ink::Bad => self.bad,
            Ink::Seq(share) => between(&self.seq, share),
            Ink::Div(share) => between(&self.div, (share + 1.0) / 2.0),
            Ink::OnSeq(share) => self.readable(between(&self.seq, share)),
            Ink::OnDiv(share) => self.readable(between(&self.div, (share + 1.0) / 2.0)),
        }
    }

    /// Text or surface, whichever is easier to read on a ground; on the middle shades, where neither is, black or white.
    fn readable(&self, ground: Rgb) -> Rgb {
        let best = |a: Rgb, b: Rgb| if contrast(a, ground) >= contrast(b, ground) { a } else { b };
        let own = best(self.text, self.surface);
        if contrast(own, ground) >= 4.5 { own } else { best([0; 3], [255; 3]) }
    }
}

/// A colour on a run of colours, at a share from 0 to 1.
fn between(colors: &[Rgb], share: f64) -> Rgb {
    let place = greater(lesser(share, 1.0), 0.0) * (colors.len() - 1) as f64;
    let below = (place.floor() as usize).min(colors.len() - 2);
    let rest = place - below as f64;
    let mix = |i: usize| {
        let (a, b) = (f64::from(colors[below][i]), f64::from(colors[below + 1][i]));
        (a + (b - a) * rest).round() as u8
    };
    [mix(0), mix(1), mix(2)]
}

/// The contrast of two colours, 1 to 21 (WCAG 2.2).
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let light = |color: Rgb| {
        let part = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { crate::num::float::pow((c + 0.055) / 1.055, 2.4) }
        };
        0.2126 * part(color[0]) + 0.7152 * part(color[1]) + 0.0722 * part(color[2])
    };
    let (a, b) = (light(a), light(b));
    (greater(a, b) + 0.05) / (lesser(a, b) + 0.05)
}
