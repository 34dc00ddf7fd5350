//! Bytes that nobody chose, as texts and numbers.

/// Bytes that are taken piece by piece. Numbers come from the end, so that a plain document is as good
/// as any input.
pub(crate) struct Given<'b> {
    rest: &'b [u8],
}

impl<'b> Given<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next number below 65,536; 0 once nothing is left.
    pub(crate) fn number(&mut self) -> usize {
        match self.rest {
            [rest @ .., a, b] => {
                self.rest = rest;
                usize::from(u16::from_le_bytes([*a, *b]))
            }
            _ => 0,
        }
    }

    /// A stretch of `len` bytes; some go beyond its end, or backwards.
    pub(crate) fn range(&mut self, len: usize) -> std::ops::Range<usize> {
        let (start, n) = (self.number(), self.number());
        let start = start % (len + 2);
        start..start + n % (len.min(700) + 2)
    }

    /// The rest as texts, parted where a byte is that no text has. At least `N`, some of them empty.
    pub(crate) fn texts<const N: usize>(self) -> [String; N] {
        let mut parts = self.rest.splitn(N, |byte| *byte == 0xFF);
        std::array::from_fn(|_| {
            let part = parts.next().unwrap_or_default();
            String::from_utf8_lossy(part).into_owned()
        })
    }
}
