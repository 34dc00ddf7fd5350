//! The tags of HTML in Markdown: enough to show what is commonly written, never to run anything.

use std::ops::Range;

use super::Style;

/// A stretch of HTML source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// Text between tags, entities unresolved.
    Text,
    /// `<name …>`.
    Open {
        /// In lower case.
        name: String,
        /// Names in lower case, values without quotes.
        attributes: Vec<(String, String)>,
    },
    /// `</name>`.
    Close {
        /// In lower case.
        name: String,
    },
    /// A comment, a declaration or an instruction.
    Hidden,
}

impl Token {
    /// The value of an attribute.
    pub(super) fn attribute(&self, wanted: &str) -> Option<&str> {
        let Self::Open { attributes, .. } = self else {
            return None;
        };
        let found = attributes.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    }
}

/// What a tag does to text.
pub(super) enum Effect {
    /// It looks different.
    Styled(Style),
    /// Nothing.
    Plain,
    /// A line ends.
    Break,
    /// A paragraph begins and ends.
    Block,
    /// Not known.
    Unknown,
}

/// What is known of a tag that needs no more than this.
pub(super) fn effect(name: &str) -> Effect {
    match name {
        "b" | "strong" | "dt" => Effect::Styled(Style::BOLD),
        "i" | "em" | "cite" | "var" | "dfn" => Effect::Styled(Style::ITALIC),
        "code" | "samp" | "tt" => Effect::Styled(Style::CODE),
        "kbd" => Effect::Styled(Style::KEY),
        "s" | "del" | "strike" => Effect::Styled(Style::STRIKE),
        "u" | "ins" => Effect::Styled(Style::UNDERLINE),
        "mark" => Effect::Styled(Style::MARK),
        "sub" => Effect::Styled(Style::LOWERED),
        "sup" => Effect::Styled(Style::RAISED),
        "br" => Effect::Break,
        "a" | "abbr" | "bdi" | "bdo" | "big" | "data" | "font" | "label" | "nobr" | "q"
        | "picture" | "ruby" | "small" | "source" | "span" | "time" | "wbr" => Effect::Plain,
        "address" | "article" | "aside" | "blockquote" | "body" | "caption" | "center" | "col"
        | "colgroup" | "dd" | "details" | "div" | "dl" | "fieldset" | "figcaption" | "figure"
        | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header" | "hr"
        | "html" | "legend" | "li" | "main" | "nav" | "ol" | "p" | "pre" | "section"
        | "summary" | "table" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr" | "ul" => {
            Effect::Block
        }
        _ => Effect::Unknown,
    }
}

/// Cuts HTML into tokens, with the bytes of each; they cover it all. Takes linear time.
pub(super) fn tokens(html: &str) -> Vec<(Token, Range<usize>)> {
    let mut tokens: Vec<(Token, Range<usize>)> = Vec::new();
    let mut at = 0;
    let mut text_start = 0;
    while let Some(open) = html[at..].find('<').map(|i| at + i) {
        let Some((token, end)) = tag(html, open) else {
            at = open + 1;
            continue;
        };
        if text_start < open {
            tokens.push((Token::Text, text_start..open));
        }
        tokens.push((token, open..end));
        at = end;
        text_start = end;
    }
    if text_start < html.len() {
        tokens.push((Token::Text, text_start..html.len()));
    }
    tokens
}

fn tag(html: &str, open: usize) -> Option<(Token, usize)> {
    let rest = &html[open..];
    // The two shortest comments that there are.
    for short in ["<!-->", "<!--->"] {
        if rest.starts_with(short) {
            return Some((Token::Hidden, open + short.len()));
        }
    }
    for (start, end) in [
        ("<!--", "-->"),
        ("<![CDATA[", "]]>"),
        ("<?", "?>"),
        ("<!", ">"),
    ] {
        if let Some(inner) = rest.strip_prefix(start) {
            let length = inner.find(end).map(|i| start.len() + i + end.len());
            return Some((Token::Hidden, open + length.unwrap_or(rest.len())));
        }
    }
    let is_close = rest.starts_with("</");
    let name_start = if is_close { 2 } else { 1 };
    let name_len = rest[name_start..]
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'-')
        .count();
    let name = rest.get(name_start..name_start + name_len)?;
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let (attributes, end) = attributes(rest, name_start + name_len)?;
    let name = name.to_ascii_lowercase();
    let token = if is_close {
        Token::Close { name }
    } else {
        Token::Open { name, attributes }
    };
    Some((token, open + end))
}

/// Attributes up to and with the `>`, and where that ends.
fn attributes(rest: &str, mut at: usize) -> Option<(Vec<(String, String)>, usize)> {
    let bytes = rest.as_bytes();
    let mut found = Vec::new();
    let skip = |mut at: usize, is: &dyn Fn(u8) -> bool| {
        while bytes.get(at).is_some_and(|b| is(*b)) {
            at += 1;
        }
        at
    };
    loop {
        at = skip(at, &|b| b.is_ascii_whitespace() || b == b'/');
        match bytes.get(at)? {
            b'>' => return Some((found, at + 1)),
            b'<' => return None,
            _ => {}
        }
        let end = skip(at, &|b| !b.is_ascii_whitespace() && !b"=>/<".contains(&b));
        if end == at {
            return None;
        }
        let name = rest.get(at..end)?.to_ascii_lowercase();
        at = skip(end, &|b| b.is_ascii_whitespace());
        let mut value = String::new();
        if bytes.get(at) == Some(&b'=') {
            at = skip(at + 1, &|b| b.is_ascii_whitespace());
            let quote = *bytes.get(at)?;
            let (start, end) = if quote == b'"' || quote == b'\'' {
                (at + 1, skip(at + 1, &|b| b != quote))
            } else {
                (at, skip(at, &|b| !b.is_ascii_whitespace() && b != b'>'))
            };
            value = unescaped(rest.get(start..end)?);
            at = end + usize::from(quote == b'"' || quote == b'\'');
            bytes.get(at)?;
        }
        found.push((name, value));
    }
}

/// Text with its entities resolved: those by number, and the few by name that HTML in Markdown uses.
pub(super) fn unescaped(text: &str) -> String {
    /// `&CounterClockwiseContourIntegral;` is the longest.
    const MAX_ENTITY_BYTES: usize = 33;
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(MAX_ENTITY_BYTES).position(|b| b == b';');
        let resolved = end.and_then(|end| Some((entity(rest.get(1..end)?)?, end + 1)));
        if let Some((c, end)) = resolved {
            plain.push(c);
            rest = &rest[end..];
        } else {
            plain.push('&');
            rest = &rest[1..];
        }
    }
    plain.push_str(rest);
    plain
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "copy" => '©',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "bull" => '•',
        "middot" => '·',
        "rarr" => '→',
        "larr" => '←',
        "times" => '×',
        "check" => '✓',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_are_told_from_text() {
        let html = "a <b class='x>y'>c</b> 1 < 2 <!-- d --><img src=e.png alt=\"f &amp; g\"/>";
        let found: Vec<(Token, &str)> = tokens(html)
            .into_iter()
            .map(|(token, range)| (token, &html[range]))
            .collect();
        let texts: Vec<&str> = found.iter().map(|(_, text)| *text).collect();
        assert_eq!(
            texts,
            [
                "a ",
                "<b class='x>y'>",
                "c",
                "</b>",
                " 1 < 2 ",
                "<!-- d -->",
                "<img src=e.png alt=\"f &amp; g\"/>"
            ]
        );
        assert_eq!(found[1].0.attribute("class"), Some("x>y"));
        assert_eq!(found[6].0.attribute("alt"), Some("f & g"));
        assert_eq!(found[6].0.attribute("src"), Some("e.png"));
    }

    proptest! {
        #[test]
        fn tokens_cover_any_text(html in "[-a-c <>/!='\"&;#x0-9\nä]{0,60}") {
            let mut end = 0;
            for (_, range) in tokens(&html) {
                prop_assert_eq!(range.start, end);
                end = range.end;
                prop_assert!(html.get(range).is_some());
            }
            prop_assert_eq!(end, html.len());
            let _ = unescaped(&html);
        }
    }
}
