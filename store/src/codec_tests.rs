//! Envelopes that were cut, changed, moved, forged or made too large.

use super::*;
use proptest::prelude::*;

const KEY: &[u8] = b"a key";

fn sealed() -> Vec<u8> {
    seal(5, 1, KEY, &encode(&(7_u128, "Hi", 1000_i64)).unwrap())
}

fn read(key: &[u8], value: &[u8]) -> Result<(u128, String, i64), RecordFault> {
    open(5, key, value)?.decode()
}

#[test]
fn what_was_sealed_is_read() {
    assert_eq!(read(KEY, &sealed()), Ok((7, "Hi".to_owned(), 1000)));
}

#[test]
fn every_cut_is_told() {
    let whole = sealed();
    for n in 0..whole.len() {
        assert!(read(KEY, &whole[..n]).is_err(), "{n} bytes");
    }
    let mut longer = whole;
    longer.push(0);
    assert_eq!(read(KEY, &longer), Err(RecordFault::Frame));
}

#[test]
fn every_flipped_bit_is_told() {
    for i in 0..sealed().len() * 8 {
        let mut value = sealed();
        value[i / 8] ^= 1 << (i % 8);
        assert!(read(KEY, &value).is_err(), "bit {i}");
    }
}

#[test]
fn a_record_under_a_key_that_is_not_its_own_is_told() {
    assert_eq!(read(b"another", &sealed()), Err(RecordFault::Checksum));
    // Where the key ends and the payload begins is part of what is checked.
    assert_eq!(read(b"a ke", &sealed()), Err(RecordFault::Checksum));
}

#[test]
fn a_sound_record_of_another_kind_is_told() {
    assert_eq!(
        open(6, KEY, &sealed()),
        Err(RecordFault::Kind {
            expected: 6,
            found: 5
        })
    );
}

#[test]
fn bytes_that_a_layout_does_not_take_are_not_dropped() {
    let fault = open(5, KEY, &sealed()).and_then(Sealed::decode::<u128>);
    assert_eq!(
        fault,
        Err(RecordFault::Payload {
            why: "18 bytes too many".to_owned()
        })
    );
}

#[test]
fn a_length_that_lies_is_an_error_and_takes_no_memory() {
    let value = seal(5, 1, KEY, &encode(&(7_u128, u64::MAX, 0_u16)).unwrap());
    assert!(matches!(
        read(KEY, &value),
        Err(RecordFault::Payload { .. })
    ));
}

#[test]
fn the_limit_is_the_same_for_writing_and_reading() {
    let largest = "x".repeat(MAX_PAYLOAD_BYTES - 8);
    let value = seal(5, 1, KEY, &encode(&largest).unwrap());
    assert_eq!(
        open(5, KEY, &value).and_then(Sealed::decode),
        Ok(largest.clone())
    );
    assert_eq!(
        encode(&(largest + "x")),
        Err(Oversize {
            n_bytes: MAX_PAYLOAD_BYTES + 1
        })
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(key: Vec<u8>, value: Vec<u8>) {
        prop_assert!(read(&key, &value).is_err());
    }

    /// Past the checksum, where only a bug or a forger gets.
    #[test]
    fn no_payload_makes_it_panic(payload: Vec<u8>) {
        let sealed = Sealed { version: 1, payload: &payload };
        let _ = sealed.decode::<(u128, String, Option<[u8; 32]>, Option<i64>)>();
    }
}
