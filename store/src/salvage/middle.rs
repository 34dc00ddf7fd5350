//! Where to go into a table behind what is damaged.

/// A key of a table; `None` for what lies before the first and after the last.
pub(super) type Key = Option<Vec<u8>>;

/// A key about half-way between two, as numbers; `None` where there is no room.
pub(super) fn middle(low: Option<&[u8]>, high: Option<&[u8]>) -> Key {
    /// Longer than any key but the quarantine's; those are told apart by what comes before.
    const N: usize = 40;
    let digit = |key: Option<&[u8]>, i: usize, default: u16| {
        key.map_or(default, |key| u16::from(key.get(i).copied().unwrap_or(0)))
    };
    let mut sum = [0_u16; N];
    for (i, digit_of_sum) in sum.iter_mut().enumerate() {
        *digit_of_sum = digit(low, i, 0) + digit(high, i, 0xFF);
    }
    for i in (1..N).rev() {
        sum[i - 1] += sum[i] >> 8;
        sum[i] &= 0xFF;
    }
    let mut carry = 0;
    let middle = sum.iter().map(|digit| {
        let digit = digit + carry * 256;
        carry = digit & 1;
        (digit >> 1) as u8
    });
    let middle: Vec<u8> = middle.collect();
    let is_between = low.is_none_or(|low| low < middle.as_slice())
        && high.is_none_or(|high| middle.as_slice() < high);
    is_between.then_some(middle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_middle_lies_between(
            a in prop::collection::vec(any::<u8>(), 0..34),
            b in prop::collection::vec(any::<u8>(), 0..34),
        ) {
            let (low, high) = (a.clone().min(b.clone()), a.max(b));
            if let Some(middle) = middle(Some(&low), Some(&high)) {
                prop_assert!(low < middle && middle < high);
            }
        }

        #[test]
        fn halving_comes_close(a: u128, b: u128) {
            let (low, high) = (a.min(b), a.max(b));
            prop_assume!(high - low > 2);
            let middle = middle(Some(&low.to_be_bytes()), Some(&high.to_be_bytes()));
            let middle = middle.map(|m| u128::from_be_bytes(m[..16].try_into().unwrap()));
            prop_assert_eq!(middle, Some(low + (high - low) / 2));
        }
    }
}
