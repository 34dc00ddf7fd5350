//! What is drawn of TeX, and what is said of what is none.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn drawn(tex: &str) -> Result<Formula, String> {
    draw(tex, true, 20.0, Color32::BLACK, &Letters::new())
}

fn n_dark(formula: &Formula) -> usize {
    let pixels = formula.image.pixels.iter();
    pixels.filter(|pixel| pixel.a() > 128).count()
}

#[test]
fn formulas_are_drawn_and_stand_on_their_line() {
    let x = drawn("x").expect("a letter");
    assert!(n_dark(&x) > 10 && x.depth_px < 1.0);
    let fraction = drawn(r"\frac{a}{b}").expect("a fraction");
    assert!(fraction.depth_px > 5.0 && fraction.size_px.y > x.size_px.y * 2.0);
    for tex in [
        r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
        r"\sum_{i=0}^{n} i^2 = \int_0^1 f(x)\,dx",
        r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
        r"\text{Größe} \to \infty \quad \mathbb{R} \mathcal{L} \mathfrak{g}",
        r"\left( \frac{\overline{x}}{\underbrace{y+z}_{n}} \right)",
        r"\boxed{E = mc^2}",
        r"\begin{align} a &= b \\ c &= d \end{align}",
    ] {
        let formula = drawn(tex).unwrap_or_else(|why| panic!("{tex}: {why}"));
        assert!(n_dark(&formula) > 50, "{tex}");
    }
    let red = drawn(r"\color{red} x").expect("a colour");
    assert!(red.image.pixels.iter().any(|pixel| pixel.r() > 128));
}

#[test]
fn what_cannot_be_set_says_why_and_none_of_it_panics() {
    for tex in [
        r"\frac{a}",
        r"\unknown",
        "{",
        "}",
        r"\begin{x}",
        "^",
        "a^b^c",
        r"\left(",
    ] {
        let why = drawn(tex).err().unwrap_or_default();
        assert!(!why.is_empty(), "{tex}");
    }
    let nested = |open: &str, close: &str, n: usize| {
        let (open, close) = (open.repeat(n), close.repeat(n));
        format!("{open}x{close}")
    };
    for tex in [
        nested("{", "}", 4_000),
        nested(r"\sqrt{", "}", 1_000),
        nested("^{", "}", 2_000),
        nested(r"\frac{1}{", "}", 800),
        nested(r"\left(", r"\right)", 500),
        r"\rule{1000000em}{1000000em}".to_owned(),
        r"\hspace{-99999em} x \hspace{1e300em}".to_owned(),
        r"\def\a{\a\a}\a".to_owned(),
        r"\def\a{\b\b}\def\b{\c\c}\def\c{\d\d}\def\d{xxxxxxxxxx}\a\a\a\a".to_owned(),
        "\u{0}\u{1F600}\u{202E}ä".to_owned(),
        r"\includegraphics{/etc/passwd}".to_owned(),
        r"\href{javascript:x}{y}".to_owned(),
        "&&&\\\\&&".to_owned(),
        "x".repeat(MAX_BYTES + 1),
    ] {
        let caught = catch_unwind(AssertUnwindSafe(|| {
            drawn(&tex).map(|formula| n_dark(&formula))
        }));
        assert!(caught.is_ok(), "{}", &tex[..tex.len().min(60)]);
    }
}
