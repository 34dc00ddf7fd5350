//! What a disk may show after a power cut.
//!
//! All that was synced is there. Of what was not, each sector shows any of the states that it went
//! through: writes are lost, torn at sectors and done in another order. The length is any that the
//! file had meanwhile.

use std::collections::BTreeMap;

use crate::disk::Call;
use crate::rng::Rng;

const SECTOR_BYTES: usize = 512;

/// How the calls fared that no sync followed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// None was done.
    Lost,
    /// All were done.
    Done,
    /// The first so many were done, as when a process is killed.
    First(usize),
    /// Each was done, or not: so many of a hundred were.
    Whole(usize),
    /// Each sector of each was done, or not.
    Torn(usize),
}

impl Fate {
    pub(crate) fn random(n_calls: usize, rng: &mut Rng) -> Self {
        let percent = [5, 25, 50, 75, 95][rng.below(5)];
        match rng.below(10) {
            0 => Self::Lost,
            1 => Self::Done,
            2 => Self::First(rng.below(n_calls + 1)),
            3 | 4 => Self::Whole(percent),
            _ => Self::Torn(percent),
        }
    }

    /// Whether the call of that number was done, as a whole.
    pub(crate) fn is_spared(self, i: usize, rng: &mut Rng) -> bool {
        match self {
            Self::Lost => false,
            Self::Done => true,
            Self::First(n) => i < n,
            Self::Whole(percent) | Self::Torn(percent) => rng.below(100) < percent,
        }
    }
}

/// The calls up to which the last sync reaches.
pub(crate) fn n_synced(calls: &[Call]) -> usize {
    let last = calls.iter().rposition(|call| matches!(call, Call::Sync));
    last.map_or(0, |last| last + 1)
}

/// Does all calls, in order.
pub(crate) fn replay(bytes: &mut Vec<u8>, calls: &[Call]) {
    for call in calls {
        match call {
            Call::Write { offset, bytes: new } => {
                let start = *offset as usize;
                let end = start + new.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[start..end].copy_from_slice(new);
            }
            Call::SetLen(len) => bytes.resize(*len as usize, 0),
            Call::Sync => {}
        }
    }
}

/// A file that was `synced`, and what `unsynced` calls may have made of it.
pub(crate) fn power_cut(synced: &[u8], unsynced: &[Call], rng: &mut Rng) -> Vec<u8> {
    let fate = Fate::random(unsynced.len(), rng);
    let survivors: Vec<bool> = (0..unsynced.len())
        .map(|i| fate.is_spared(i, rng))
        .collect();

    // What each sector showed after each write to it; the last that survived is what is left.
    let mut now = synced.to_vec();
    let mut sectors: BTreeMap<usize, (usize, Vec<u8>)> = BTreeMap::new();
    let mut lengths: Vec<(usize, usize)> = Vec::new();
    for (i, call) in unsynced.iter().enumerate() {
        replay(&mut now, std::slice::from_ref(call));
        match call {
            Call::Write { offset, bytes } => {
                let start = *offset as usize;
                let first = start / SECTOR_BYTES;
                let end = (start + bytes.len()).div_ceil(SECTOR_BYTES);
                for sector in first..end {
                    let is_left = match fate {
                        Fate::Torn(percent) => rng.below(100) < percent,
                        _ => survivors[i],
                    };
                    if is_left {
                        let at = sector * SECTOR_BYTES;
                        let to = (at + SECTOR_BYTES).min(now.len());
                        sectors.insert(sector, (i, now[at..to].to_vec()));
                    }
                }
            }
            Call::SetLen(len) if survivors[i] => lengths.push((i, *len as usize)),
            Call::SetLen(_) | Call::Sync => {}
        }
    }

    // What was cut off is zeros if the file grew again.
    let n_shown = lengths.iter().map(|(_, len)| *len).min();
    let n_shown = n_shown.map_or(synced.len(), |len| len.min(synced.len()));
    let len = lengths.last().map_or(synced.len(), |(_, len)| *len);
    let mut image = synced[..n_shown].to_vec();
    image.resize(len, 0);
    for (sector, (i, bytes)) in sectors {
        let at = sector * SECTOR_BYTES;
        let is_cut_off = lengths.iter().any(|(j, len)| *j > i && *len <= at);
        if !is_cut_off && at < len {
            let n = bytes.len().min(len - at);
            image[at..at + n].copy_from_slice(&bytes[..n]);
        }
    }
    image
}

#[test]
fn what_was_synced_stays_and_of_the_rest_each_sector_is_of_some_moment() {
    let write = |offset, byte: u8, n| Call::Write {
        offset,
        bytes: vec![byte; n],
    };
    let synced = vec![1; 2048];
    let calls = [
        write(0, 2, 1024),
        Call::SetLen(4096),
        write(100, 3, 2000),
        write(3000, 4, 1000),
    ];
    let mut is_seen = [false; 4];
    for seed in 0..400 {
        let image = power_cut(&synced, &calls, &mut Rng::new(seed));
        assert!([2048, 4096].contains(&image.len()), "seed {seed}");
        let moments = [(1, 1), (2, 2), (2, 3), (1, 3)];
        let first = (image[0], image[511]);
        // The third write to the sector shows what the first had left there.
        assert!(moments[..3].contains(&first), "seed {seed}: {first:?}");
        for (moment, is_seen) in moments.iter().zip(&mut is_seen) {
            *is_seen |= *moment == (image[0], image[1100]);
        }
    }
    assert_eq!(is_seen, [true, false, true, true], "lost, done, reordered");
    assert_eq!(n_synced(&calls), 0);
    assert_eq!(n_synced(&[Call::Sync, Call::SetLen(1)]), 1);
}
