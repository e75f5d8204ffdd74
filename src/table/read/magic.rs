//! Files that are no text: told by their first bytes, and named, so that a person knows what was dropped.

use crate::base::{Problem, Stage, text};

/// First bytes and the id of the format's name.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89PNG", "data.format.png"),
    (b"\xff\xd8\xff", "data.format.jpeg"),
    (b"GIF8", "data.format.gif"),
    (b"BM", "data.format.bmp"),
    (b"%PDF", "data.format.pdf"),
    (b"\x1f\x8b", "data.format.gzip"),
    (b"BZh", "data.format.bzip2"),
    (b"\xfd7zXZ\0", "data.format.xz"),
    (b"\x28\xb5\x2f\xfd", "data.format.zstd"),
    (b"7z\xbc\xaf", "data.format.7z"),
    (b"Rar!", "data.format.rar"),
    (b"\xd0\xcf\x11\xe0", "data.format.xls"),
    (b"PAR1", "data.format.parquet"),
    (b"ARROW1", "data.format.arrow"),
    (b"FEA1", "data.format.arrow"),
    (b"SQLite format 3", "data.format.sqlite"),
    (b"\x89HDF", "data.format.hdf5"),
    (b"\x93NUMPY", "data.format.numpy"),
    (b"\x80\x04\x95", "data.format.pickle"),
    (b"\x80\x05\x95", "data.format.pickle"),
    (b"\0asm", "data.format.program"),
    (b"\x7fELF", "data.format.program"),
    (b"MZ", "data.format.program"),
    (b"$FL2", "data.format.spss"),
    (b"RIFF", "data.format.media"),
    (b"OggS", "data.format.media"),
    (b"ID3", "data.format.media"),
];

/// The problem of a file that is no text, where it is none. Two-letter marks count only where bytes follow that no text has.
pub fn refuse(bytes: &[u8]) -> Option<Problem> {
    let head = &bytes[..bytes.len().min(4096)];
    let is_binary = has_control_bytes(head);
    let named = |id: &str| {
        let hint = if id == "data.format.xlsx" || id == "data.format.ods" || id == "data.format.xls" {
            "data.not_a_table_sheet"
        } else if matches!(id, "data.format.gzip" | "data.format.zip" | "data.format.7z" | "data.format.rar")
            || matches!(id, "data.format.bzip2" | "data.format.xz" | "data.format.zstd")
        {
            "data.not_a_table_packed"
        } else {
            "data.not_a_table"
        };
        Problem::new(Stage::Data, hint).with("format", text(id))
    };
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        let holds = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
        return Some(named(if holds(b"xl/") || holds(b"[Content_Types]") {
            "data.format.xlsx"
        } else if holds(b"opendocument.spreadsheet") {
            "data.format.ods"
        } else {
            "data.format.zip"
        }));
    }
    let found = MAGIC.iter().find(|(magic, _)| head.starts_with(magic) && (is_binary || magic.iter().any(|&byte| byte >= 0x80)));
    match found {
        Some((_, id)) => Some(named(id)),
        None if is_binary => Some(Problem::new(Stage::Data, "data.binary")),
        None => None,
    }
}

/// Whether there are bytes as only machines write them: three in ten NUL, or three in a hundred other control bytes
/// (tab, line ends, form feed, escape and the four separators of ASCII aside). UTF-16 must be ruled out before.
fn has_control_bytes(head: &[u8]) -> bool {
    let nul = head.iter().filter(|&&byte| byte == 0).count();
    let other = head.iter().filter(|&&byte| (1..0x20).contains(&byte) && !matches!(byte, 0x09..=0x0d | 0x1b..=0x1f)).count();
    (nul >= 8 && nul * 10 > head.len() * 3) || (other >= 8 && other * 100 > head.len() * 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(bytes: &[u8]) -> Option<String> {
        refuse(bytes).map(|problem| problem.message.args.get("format").cloned().unwrap_or(problem.message.id))
    }

    #[test]
    fn formats_are_named_and_texts_pass() {
        let zeros = [0; 64];
        let with_zeros = |magic: &[u8]| [magic, &zeros].concat();
        assert_eq!(id(&with_zeros(b"\x89PNG\r\n\x1a\n")), Some(text("data.format.png")));
        assert_eq!(id(&with_zeros(b"PK\x03\x04 xl/workbook.xml")), Some(text("data.format.xlsx")));
        assert_eq!(id(&with_zeros(b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet")), Some(text("data.format.ods")));
        assert_eq!(id(&with_zeros(b"PK\x03\x04 a.csv")), Some(text("data.format.zip")));
        assert_eq!(id(&with_zeros(b"PAR1")), Some(text("data.format.parquet")));
        assert_eq!(id(&with_zeros(b"MZ")), Some(text("data.format.program")));
        assert_eq!(id(&zeros), Some("data.binary".to_owned()));
        // Texts that only begin like a format.
        for text in ["BMI,age\n1,2\n", "MZ,b\n", "GIF8,x\n", "ID3\n", "PAR1,PAR2\n", "", "a,b\0\n1,2\n"] {
            assert_eq!(id(text.as_bytes()), None, "{text}");
        }
    }
}
