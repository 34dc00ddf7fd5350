//! The faces that Postil brings along; the system's fonts fill in what they lack.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};
use postil_model::Typeface;

/// Text.
pub const INTER_REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const INTER_ITALIC: &[u8] = include_bytes!("../../assets/fonts/Inter-Italic.otf");
const INTER_SEMIBOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");
const INTER_SEMIBOLD_ITALIC: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBoldItalic.otf");
const SERIF_REGULAR: &[u8] = include_bytes!("../../assets/fonts/SourceSerif4-Regular.ttf");
const SERIF_ITALIC: &[u8] = include_bytes!("../../assets/fonts/SourceSerif4-Italic.ttf");
const SERIF_SEMIBOLD: &[u8] = include_bytes!("../../assets/fonts/SourceSerif4-SemiBold.ttf");
const SERIF_SEMIBOLD_ITALIC: &[u8] =
    include_bytes!("../../assets/fonts/SourceSerif4-SemiBoldItalic.ttf");
/// Without ligatures: what code shows are the characters that stand in the file.
const JETBRAINS_MONO: &[u8] = include_bytes!("../../assets/fonts/JetBrainsMonoNL-Regular.ttf");

const REGULAR: &str = "Inter";
const ITALIC: &str = "Inter Italic";
const SEMIBOLD: &str = "Inter SemiBold";
const SEMIBOLD_ITALIC: &str = "Inter SemiBold Italic";
const SERIF: &str = "Source Serif 4";
const SERIF_I: &str = "Source Serif 4 Italic";
const SERIF_B: &str = "Source Serif 4 SemiBold";
const SERIF_BI: &str = "Source Serif 4 SemiBold Italic";
const MONO: &str = "JetBrains Mono NL";
const ICONS: &str = "Lucide";

/// The family of headings and of whatever is to stand out.
#[must_use]
pub fn semibold() -> FontFamily {
    FontFamily::Name(SEMIBOLD.into())
}

/// The four faces of a family, for text that is read.
#[derive(Clone, PartialEq, Debug)]
pub struct Faces {
    /// Upright.
    pub regular: FontFamily,
    /// Emphasis.
    pub italic: FontFamily,
    /// Strong emphasis, headings.
    pub bold: FontFamily,
    /// Both.
    pub bold_italic: FontFamily,
}

impl Faces {
    /// Those of a kind of letters.
    #[must_use]
    pub fn of(typeface: Typeface) -> Self {
        let name = |name: &str| FontFamily::Name(name.into());
        match typeface {
            Typeface::Sans => Self {
                regular: FontFamily::Proportional,
                italic: name(ITALIC),
                bold: name(SEMIBOLD),
                bold_italic: name(SEMIBOLD_ITALIC),
            },
            Typeface::Serif => Self {
                regular: name(SERIF),
                italic: name(SERIF_I),
                bold: name(SERIF_B),
                bold_italic: name(SERIF_BI),
            },
        }
    }

    /// The face of text that is bold, italic, both or neither.
    #[must_use]
    pub fn face(&self, is_bold: bool, is_italic: bool) -> &FontFamily {
        match (is_bold, is_italic) {
            (false, false) => &self.regular,
            (false, true) => &self.italic,
            (true, false) => &self.bold,
            (true, true) => &self.bold_italic,
        }
    }
}

/// The family of icons, and of nothing else.
#[must_use]
pub fn icons() -> FontFamily {
    FontFamily::Name(ICONS.into())
}

/// All faces, the defaults of egui behind them.
#[must_use]
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let faces: [(&str, &'static [u8]); 10] = [
        (REGULAR, INTER_REGULAR),
        (ITALIC, INTER_ITALIC),
        (SEMIBOLD, INTER_SEMIBOLD),
        (SEMIBOLD_ITALIC, INTER_SEMIBOLD_ITALIC),
        (SERIF, SERIF_REGULAR),
        (SERIF_I, SERIF_ITALIC),
        (SERIF_B, SERIF_SEMIBOLD),
        (SERIF_BI, SERIF_SEMIBOLD_ITALIC),
        (MONO, JETBRAINS_MONO),
        (ICONS, lucide_icons::LUCIDE_FONT_BYTES),
    ];
    for (name, bytes) in faces {
        let mut data = FontData::from_static(bytes);
        if name == ICONS {
            // They are drawn from the baseline up; this puts their middle at that of the text.
            data.tweak.y_offset_factor = 0.06;
        }
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    let behind: Vec<String> = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    // Serifs fall back on their own kind's nearest, and all on the signs that code has.
    let family = |first: &str, second: Option<&str>| {
        let own = [Some(first), second, Some(MONO)];
        let own = own.into_iter().flatten().map(str::to_owned);
        own.chain(behind.iter().cloned()).collect::<Vec<_>>()
    };
    for (name, second) in [
        (ITALIC, None),
        (SEMIBOLD, None),
        (SEMIBOLD_ITALIC, None),
        (SERIF, Some(REGULAR)),
        (SERIF_I, Some(ITALIC)),
        (SERIF_B, Some(SEMIBOLD)),
        (SERIF_BI, Some(SEMIBOLD_ITALIC)),
    ] {
        let faces = family(name, second);
        fonts.families.insert(FontFamily::Name(name.into()), faces);
    }
    let regular = family(REGULAR, None);
    fonts.families.insert(FontFamily::Proportional, regular);
    // A family of its own: the other faces have private glyphs at the same code points.
    fonts.families.insert(icons(), vec![ICONS.to_owned()]);
    let mono = fonts.families.entry(FontFamily::Monospace).or_default();
    mono.insert(0, MONO.to_owned());
    fonts
}
