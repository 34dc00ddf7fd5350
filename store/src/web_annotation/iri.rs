//! What annotations call things by: ids, and the paths of documents.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use postil_model::Timestamp;
use xxhash_rust::xxh3::xxh3_128;

/// All but the characters that stand for themselves anywhere, and what parts folders.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// `urn:uuid:` and the id as UUIDs are written.
pub(super) fn of_id(id: u128) -> String {
    format!("urn:uuid:{}", uuid(id))
}

/// `01900000-0000-7000-8000-000000000001`.
pub(super) fn uuid(id: u128) -> String {
    let hex = format!("{id:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// The id in what [`of_id`] wrote; `None` for any other address.
pub(super) fn to_id(iri: &str) -> Option<u128> {
    let prefix = iri.get(..9)?;
    let digits = iri.get(9..)?;
    let is_uuid = prefix.eq_ignore_ascii_case("urn:uuid:")
        && digits.len() == 36
        && digits.char_indices().all(|(i, c)| match i {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        });
    let hex: String = digits.chars().filter(|c| *c != '-').collect();
    is_uuid
        .then(|| u128::from_str_radix(&hex, 16).ok())
        .flatten()
}

/// An id for what another program calls something else: always the same for the same words, and
/// greater for what was made later, as ids are.
pub(super) fn id_from(words: &str, created: Option<Timestamp>) -> u128 {
    const HASH_BITS: u32 = 80;
    let ms = created.map_or(0, |at| at.0.clamp(0, (1 << 48) - 1) as u128);
    ms << HASH_BITS | xxh3_128(words.as_bytes()) & ((1 << HASH_BITS) - 1)
}

/// A path below the plan's folder as a relative IRI.
pub(super) fn of_path(path: &str) -> String {
    utf8_percent_encode(path, ENCODED).to_string()
}

/// The path below `folder` that an IRI names: relative, or a file in that folder. What comes behind
/// `#` or `?` is not of it. `None` if it names something else.
pub(super) fn to_path(iri: &str, folder: &str) -> Option<String> {
    let end = iri.find(['#', '?']).unwrap_or(iri.len());
    let decoded = percent_decode_str(&iri[..end]).decode_utf8().ok()?;
    let path = match decoded.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file") => {
            rest.strip_prefix("localhost").unwrap_or(rest)
        }
        Some(_) => return None,
        None => &decoded,
    };
    let path = match path.strip_prefix(folder) {
        Some(below) if !folder.is_empty() => below.strip_prefix('/')?,
        _ => path,
    };
    let path = path.strip_prefix("./").unwrap_or(path);
    (!path.is_empty() && !path.starts_with('/')).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_lies_in_the_folder_is_a_path() {
        let path = |iri: &str| to_path(iri, "/plans/garden");
        assert_eq!(path("a%20b.md#x").as_deref(), Some("a b.md"));
        assert_eq!(path("./a.md").as_deref(), Some("a.md"));
        assert_eq!(
            path("file:///plans/garden/sub/a.md").as_deref(),
            Some("sub/a.md")
        );
        assert_eq!(path("/plans/garden/a.md").as_deref(), Some("a.md"));
        for none in [
            "https://example.org/a.md",
            "file:///etc/passwd",
            "/plans/gardening/a.md",
            "",
            "#x",
            "%FF",
        ] {
            assert_eq!(path(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn ids_and_paths_are_read_as_they_were_written(id: u128, path in "[^/\0].{0,20}") {
            prop_assert_eq!(to_id(&of_id(id)), Some(id));
            let iri = of_path(&path);
            prop_assert!(iri.is_ascii() && !iri.contains(':'));
            let wanted = path.strip_prefix("./").unwrap_or(&path);
            prop_assume!(!wanted.is_empty() && !wanted.starts_with('/') && !wanted.contains("://"));
            prop_assert_eq!(to_path(&iri, "/plans"), Some(wanted.to_owned()));
        }

        #[test]
        fn other_words_are_no_id(words in "(urn:uuid:)?\\PC{0,40}") {
            prop_assert_eq!(to_id(&words).map(of_id).filter(|iri| !iri.eq_ignore_ascii_case(&words)), None);
        }
    }
}
