//! The faces that Postil brings along; the system's fonts fill in what they lack.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

/// Text.
pub const INTER_REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const INTER_SEMIBOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");
const JETBRAINS_MONO: &[u8] = include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf");

const REGULAR: &str = "Inter";
const SEMIBOLD: &str = "Inter SemiBold";
const MONO: &str = "JetBrains Mono";
const ICONS: &str = "Lucide";

/// The family of headings and of whatever is to stand out.
#[must_use]
pub fn semibold() -> FontFamily {
    FontFamily::Name(SEMIBOLD.into())
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
    let faces: [(&str, &'static [u8]); 4] = [
        (REGULAR, INTER_REGULAR),
        (SEMIBOLD, INTER_SEMIBOLD),
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
    let family = |first: &str| {
        let mut family = vec![first.to_owned()];
        family.extend(behind.iter().cloned());
        family
    };
    fonts
        .families
        .insert(FontFamily::Proportional, family(REGULAR));
    fonts.families.insert(semibold(), family(SEMIBOLD));
    // A family of its own: the other faces have private glyphs at the same code points.
    fonts.families.insert(icons(), vec![ICONS.to_owned()]);
    let mono = fonts.families.entry(FontFamily::Monospace).or_default();
    mono.insert(0, MONO.to_owned());
    fonts
}
