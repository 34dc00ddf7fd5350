//! Envelopes: the bytes of one record, and the only use of bincode.
//!
//! A value in a table is
//! ```text
//! offset    size  what
//! 0         1     0xB5, the mark of an envelope
//! 1         1     kind: what the record is of
//! 2         2     version of the kind's layout, little-endian
//! 4         4     n, the bytes of the payload, little-endian
//! 8         n     payload: bincode 2, fixed-width integers, little-endian
//! 8 + n     8     checksum, little-endian
//! ```
//! The checksum is xxh3-64 over kind (1 byte), version (2, little-endian), the length of the
//! record's key (4, little-endian), the key, and the payload. redb does not verify its pages on
//! reading: this is what tells a flipped bit, or a record under a key that is not its own.
//!
//! The note "Hi" of plan 7, last changed one second after 1970, under the key `00…07`:
//! ```text
//! b5 05 0100 22000000                          a note, version 1, 34 bytes
//! 07000000000000000000000000000000             plan: u128
//! 0200000000000000 4869                        text: length as u64, UTF-8
//! e803000000000000                             updated: i64, milliseconds
//! a4a8a3f4856765cb                             checksum
//! ```
//! An `Option` is a byte 0 or 1, and its value; an array is its elements.

use bincode::config::{Configuration, Fixint, Limit, LittleEndian};
use serde::{Serialize, de::DeserializeOwned};
use xxhash_rust::xxh3::Xxh3;

use crate::RecordFault;

/// What a record's payload may take; greater ones are neither written nor read.
pub(crate) const MAX_PAYLOAD_BYTES: usize = 4 << 20;

pub(crate) const MARK: u8 = 0xB5;
pub(crate) const HEADER_BYTES: usize = 8;
pub(crate) const CHECKSUM_BYTES: usize = 8;

type Config = Configuration<LittleEndian, Fixint, Limit<MAX_PAYLOAD_BYTES>>;

const fn config() -> Config {
    bincode::config::standard()
        .with_little_endian()
        .with_fixed_int_encoding()
        .with_limit::<MAX_PAYLOAD_BYTES>()
}

/// A record that takes more than [`MAX_PAYLOAD_BYTES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Oversize {
    /// What its payload takes.
    pub(crate) n_bytes: usize,
}

/// A record's payload, without the envelope.
pub(crate) fn encode<T: Serialize>(record: &T) -> Result<Vec<u8>, Oversize> {
    // No record type has a `Serialize` of its own that could fail, and memory has no write errors.
    let payload = bincode::serde::encode_to_vec(record, config()).map_err(|_| Oversize {
        n_bytes: usize::MAX,
    })?;
    if payload.len() > MAX_PAYLOAD_BYTES {
        return Err(Oversize {
            n_bytes: payload.len(),
        });
    }
    Ok(payload)
}

/// The value to store under `key` for a record that [`encode`] gave.
pub(crate) fn seal(kind: u8, version: u16, key: &[u8], payload: &[u8]) -> Vec<u8> {
    let n = payload.len() as u32;
    let mut value = Vec::with_capacity(HEADER_BYTES + payload.len() + CHECKSUM_BYTES);
    value.extend([MARK, kind]);
    value.extend(version.to_le_bytes());
    value.extend(n.to_le_bytes());
    value.extend(payload);
    value.extend(checksum(kind, version, key, payload).to_le_bytes());
    value
}

/// What an envelope holds, checked but not decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sealed<'a> {
    pub(crate) version: u16,
    payload: &'a [u8],
}

/// Checks the envelope found under `key` where records of `kind` are.
pub(crate) fn open<'a>(kind: u8, key: &[u8], value: &'a [u8]) -> Result<Sealed<'a>, RecordFault> {
    let (header, rest) = value
        .split_first_chunk::<HEADER_BYTES>()
        .ok_or(RecordFault::Frame)?;
    let (payload, found_checksum) = rest
        .split_last_chunk::<CHECKSUM_BYTES>()
        .ok_or(RecordFault::Frame)?;
    let [mark, found_kind, v0, v1, n0, n1, n2, n3] = *header;
    let version = u16::from_le_bytes([v0, v1]);
    if mark != MARK || u32::from_le_bytes([n0, n1, n2, n3]) as usize != payload.len() {
        return Err(RecordFault::Frame);
    }
    // Before the kind is believed, whatever it says.
    if u64::from_le_bytes(*found_checksum) != checksum(found_kind, version, key, payload) {
        return Err(RecordFault::Checksum);
    }
    if found_kind != kind {
        return Err(RecordFault::Kind {
            expected: kind,
            found: found_kind,
        });
    }
    Ok(Sealed { version, payload })
}

impl<'a> Sealed<'a> {
    /// A payload that is kept inside another record, whose envelope was checked.
    pub(crate) fn inside(version: u16, payload: &'a [u8]) -> Self {
        Self { version, payload }
    }

    /// Decodes the payload as a `T`, which must take it to the last byte.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<T, RecordFault> {
        let payload_fault = |why: String| RecordFault::Payload { why };
        let (record, n_read) = bincode::serde::decode_from_slice(self.payload, config())
            .map_err(|error| payload_fault(error.to_string()))?;
        match self.payload.len() - n_read {
            0 => Ok(record),
            n_left => Err(payload_fault(format!("{n_left} bytes too many"))),
        }
    }
}

fn checksum(kind: u8, version: u16, key: &[u8], payload: &[u8]) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(&[kind]);
    hash.update(&version.to_le_bytes());
    hash.update(&(key.len() as u32).to_le_bytes());
    hash.update(key);
    hash.update(payload);
    hash.digest()
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
