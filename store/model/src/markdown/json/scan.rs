//! The words of JSON, as its standard (RFC 8259) has them.

use std::ops::Range;

use super::Problem;

/// A place in a JSON text.
pub(super) struct Scanner<'t> {
    text: &'t str,
    pub(super) at: usize,
}

impl<'t> Scanner<'t> {
    /// At the first word of a text; a byte order mark before it is none.
    pub(super) fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
        let mut scanner = Self { text, at };
        scanner.skip_blanks();
        scanner
    }

    /// At a byte of a text.
    pub(super) fn behind(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// The byte here; `None` at the end.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn skip_blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        self.at += rest.iter().take_while(is_blank).count();
    }

    pub(super) fn problem(&self, why: &'static str) -> Problem {
        let why = match self.peek() {
            None => "the text ends before it is complete",
            Some(b'/') => "comments are no part of JSON",
            Some(_) => why,
        };
        Problem { at: self.at, why }
    }

    /// Past a value that holds no others.
    pub(super) fn value(&mut self) -> Result<(), Problem> {
        match self.peek() {
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<(), Problem> {
        let rest = &self.text[self.at..];
        let n = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if n == 0 {
            return Err(self.problem("a value was expected"));
        }
        if !matches!(&rest[..n], "true" | "false" | "null") {
            return Err(
                self.problem("the only words are true, false and null; texts are in quotes")
            );
        }
        self.at += n;
        Ok(())
    }

    /// Past a number of any length: what it is worth is nobody's business here.
    fn number(&mut self) -> Result<(), Problem> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let malformed = Problem {
            at: start,
            why: "JSON does not write numbers like this",
        };
        let digits = |from: usize| {
            let rest = bytes[from..].iter();
            rest.take_while(|byte| byte.is_ascii_digit()).count()
        };
        let mut at = start + usize::from(bytes[start] == b'-');
        let n = digits(at);
        if n == 0 || (n > 1 && bytes[at] == b'0') {
            return Err(malformed);
        }
        at += n;
        if bytes.get(at) == Some(&b'.') {
            let n = digits(at + 1);
            if n == 0 {
                return Err(malformed);
            }
            at += 1 + n;
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            let n = digits((at + 1 + sign).min(bytes.len()));
            if n == 0 {
                return Err(malformed);
            }
            at += 1 + sign + n;
        }
        if bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            return Err(malformed);
        }
        self.at = at;
        Ok(())
    }

    /// Past a text in quotes; gives its bytes, quotes and all.
    pub(super) fn string(&mut self) -> Result<Range<usize>, Problem> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = start + 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => {
                    self.at = at + 1;
                    return Ok(start..self.at);
                }
                b'\\' => {
                    let why = "JSON has no such escape";
                    at += escape_len(&bytes[at..]).ok_or(Problem { at, why })?;
                }
                0..=0x1F => {
                    let why = "the text in quotes does not end in its line";
                    let why = if matches!(byte, b'\n' | b'\r') {
                        why
                    } else {
                        "a control character in a text is to be written as an escape"
                    };
                    return Err(Problem { at, why });
                }
                _ => at += 1,
            }
        }
        let why = "the text in quotes does not end";
        Err(Problem { at: start, why })
    }
}

/// The length of an escape, from its backslash on; `None` if it is none.
pub(super) fn escape_len(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => {
            let digits = bytes.get(2..6)?;
            digits.iter().all(u8::is_ascii_hexdigit).then_some(6)
        }
        _ => None,
    }
}
