//! How wide a text is, by a small fixed table, so that page, worker and command line agree.
//!
//! The widths are those of Helvetica and Arial in thousandths of the size, as published with the PostScript core fonts. Other faces
//! are wider by up to a seventh, for which there is room.

/// What a text may be wider than in Helvetica.
pub const ROOM: f64 = 1.13;

/// Widths of the characters from space to tilde.
const ASCII: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278,
    278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722,
    667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556,
    556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The width of a character at size 1.
pub fn letter(c: char) -> f64 {
    let thousandths = match c as u32 {
        code @ 32..=126 => ASCII[code as usize - 32],
        // Marks that combine with the letter before them.
        0x300..=0x36f | 0x200b..=0x200f => 0,
        0x2026 => 1000,
        // Scripts whose letters fill a square, and pictures.
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f000.. => 1000,
        _ => 620,
    };
    f64::from(thousandths) / 1000.0
}

/// The width of a text in pixels at a size in pixels.
pub fn width(text: &str, size: f64, strong: bool) -> f64 {
    text.chars().map(letter).fold(0.0, |sum, x| sum + x) * size * ROOM * if strong { 1.06 } else { 1.0 }
}
