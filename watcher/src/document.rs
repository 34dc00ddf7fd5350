//! Owns a document's text as read, and the rules by which bytes become text.

use std::sync::Arc;

use crate::{ContentHash, Stamp};

/// The text of one file, with the hash of the bytes it was made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Path below the root, parts separated by `/`.
    pub path: String,
    /// The text: valid UTF-8, without byte order mark or NUL. Its byte offsets are those of the
    /// file when `notices` is empty.
    pub text: Arc<str>,
    /// The hash of the file's raw bytes.
    pub hash: ContentHash,
    /// The stamp when the bytes were read.
    pub stamp: Stamp,
    /// In what way the text differs from the bytes; each at most once, in the enum's order.
    pub notices: Vec<TextNotice>,
}

/// A way in which a document's text differs from the bytes of its file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum TextNotice {
    /// Some bytes are no valid text and are shown as U+FFFD.
    InvalidUtf8,
    /// A UTF-8 byte order mark (3 bytes) was taken off the start.
    ByteOrderMark,
    /// The file is UTF-16 and was converted.
    Utf16,
    /// NUL bytes are shown as U+2400 (␀).
    NulBytes,
}

/// The text that `bytes` hold, and how it differs from them. Never fails: what is no text becomes
/// replacement characters.
pub(crate) fn text_from_bytes(bytes: Vec<u8>) -> (Arc<str>, Vec<TextNotice>) {
    let mut notices = Vec::new();
    let mut text = match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => text_from_utf16(rest, u16::from_le_bytes, &mut notices),
        [0xFE, 0xFF, rest @ ..] => text_from_utf16(rest, u16::from_be_bytes, &mut notices),
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            notices.push(TextNotice::ByteOrderMark);
            text_from_utf8(rest.to_vec(), &mut notices)
        }
        _ => text_from_utf8(bytes, &mut notices),
    };
    if text.contains('\0') {
        notices.push(TextNotice::NulBytes);
        text = text.replace('\0', "\u{2400}");
    }
    notices.sort_unstable();
    (text.into(), notices)
}

fn text_from_utf8(bytes: Vec<u8>, notices: &mut Vec<TextNotice>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        notices.push(TextNotice::InvalidUtf8);
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    })
}

fn text_from_utf16(
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    notices: &mut Vec<TextNotice>,
) -> String {
    notices.push(TextNotice::Utf16);
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut is_valid = odd.is_empty();
    let mut text: String = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|decoded| {
            decoded.unwrap_or_else(|_| {
                is_valid = false;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    if !odd.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    if !is_valid {
        notices.push(TextNotice::InvalidUtf8);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, Vec<TextNotice>) {
        let (text, notices) = text_from_bytes(bytes.to_vec());
        (text.to_string(), notices)
    }

    #[test]
    fn plain_text_is_left_alone() {
        assert_eq!(read(b"# Plan\r\n"), ("# Plan\r\n".into(), vec![]));
        assert_eq!(read(b""), (String::new(), vec![]));
    }

    #[test]
    fn a_byte_order_mark_is_taken_off() {
        assert_eq!(
            read(b"\xEF\xBB\xBF# A"),
            ("# A".into(), vec![TextNotice::ByteOrderMark])
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(
            read(b"a\xFFb\0c"),
            (
                "a\u{FFFD}b\u{2400}c".into(),
                vec![TextNotice::InvalidUtf8, TextNotice::NulBytes]
            )
        );
    }

    #[test]
    fn utf16_is_converted_in_both_orders() {
        assert_eq!(
            read(b"\xFF\xFEA\0\xE9\0"),
            ("Aé".into(), vec![TextNotice::Utf16])
        );
        assert_eq!(
            read(b"\xFE\xFF\0A\0\xE9"),
            ("Aé".into(), vec![TextNotice::Utf16])
        );
    }

    #[test]
    fn utf16_that_is_cut_or_unpaired_is_replaced() {
        assert_eq!(
            read(b"\xFF\xFE\x00\xD8A\0\x42"),
            (
                "\u{FFFD}A\u{FFFD}".into(),
                vec![TextNotice::InvalidUtf8, TextNotice::Utf16]
            )
        );
    }
}
