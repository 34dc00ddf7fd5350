//! A small random generator whose numbers are the same on every machine and in every version.

/// Splitmix64: a counter and a mixing function, which is plenty for made-up texts.
pub(super) struct Rng {
    state: u64,
}

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Rng {
    /// `stream` tells apart the generators that start from one seed: each file has its own, so that a
    /// file's text does not depend on how many files come before it.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = Self { state: seed };
        let offset = rng.next_u64();
        Self {
            state: offset ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03),
        }
    }

    pub(super) fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `n`, which is not zero and below 2³².
    pub(super) fn below(&mut self, n: usize) -> usize {
        (((self.next_u64() >> 32) * n as u64) >> 32) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True once in `n` times.
    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}
