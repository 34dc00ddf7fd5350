//! What the person set for the whole library.

use std::ops::RangeInclusive;

use crate::{HIGHLIGHT_COLOUR_NAMES, HIGHLIGHT_COLOURS, PlanId};

/// Which of the two themes to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ThemeChoice {
    /// As the desktop says.
    #[default]
    System,
    /// Dark text on paper.
    Light,
    /// Light text on slate.
    Dark,
}

/// The kind of letters that prose is set in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Typeface {
    /// Without serifs.
    #[default]
    Sans,
    /// With serifs.
    Serif,
}

/// How a page is set.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Page {
    /// Height of the letters of prose, in points.
    pub text_size: f32,
    /// Characters in a full line.
    pub measure: u16,
    /// From one line to the next, in heights of the letters.
    pub line_height: f32,
    /// The letters.
    pub typeface: Typeface,
}

impl Page {
    /// What [`Page::text_size`] may be.
    pub const TEXT_SIZES: RangeInclusive<f32> = 10.0..=32.0;
    /// What [`Page::measure`] may be.
    pub const MEASURES: RangeInclusive<u16> = 40..=140;
    /// What [`Page::line_height`] may be.
    pub const LINE_HEIGHTS: RangeInclusive<f32> = 1.1..=2.2;

    fn sane(mut self) -> Self {
        let usual = Self::default();
        self.text_size = within(self.text_size, &Self::TEXT_SIZES, usual.text_size);
        self.line_height = within(self.line_height, &Self::LINE_HEIGHTS, usual.line_height);
        self.measure = self
            .measure
            .clamp(*Self::MEASURES.start(), *Self::MEASURES.end());
        self
    }
}

impl Default for Page {
    fn default() -> Self {
        Self {
            text_size: 16.0,
            measure: 70,
            line_height: 1.55,
            typeface: Typeface::Sans,
        }
    }
}

/// Settings of the library.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// Width of the overview as a part of the window's width, 0.15 to 0.6.
    pub split: f32,
    /// The theme.
    pub theme: ThemeChoice,
    /// The plan that was open last.
    pub open_plan: Option<PlanId>,
    /// How pages are set.
    pub page: Page,
    /// Where backups are kept, too: the path of a folder as a plan's is written.
    pub backup_folder: Option<String>,
    /// What the person calls each colour of highlight; empty for its own name.
    pub highlight_names: [String; HIGHLIGHT_COLOURS],
}

impl Settings {
    /// The narrowest and widest that the overview may be, as a part of the window.
    pub const SPLIT_RANGE: RangeInclusive<f32> = 0.15..=0.6;

    /// What a colour of highlight is called by the person, or else by its own name.
    #[must_use]
    pub fn colour_name(&self, colour: u8) -> &str {
        let index = usize::from(colour);
        let own = self.highlight_names.get(index).map(String::as_str);
        let usual = HIGHLIGHT_COLOUR_NAMES.get(index).copied();
        let own = own.filter(|name| !name.trim().is_empty());
        own.or(usual).unwrap_or("Highlight")
    }

    /// The same settings with every value inside its range.
    #[must_use]
    pub fn sane(mut self) -> Self {
        self.split = within(self.split, &Self::SPLIT_RANGE, Self::default().split);
        self.page = self.page.sane();
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            split: 0.32,
            theme: ThemeChoice::System,
            open_plan: None,
            page: Page::default(),
            backup_folder: None,
            highlight_names: Default::default(),
        }
    }
}

/// The value inside its range; `usual` where it is not a number.
fn within(value: f32, range: &RangeInclusive<f32>, usual: f32) -> f32 {
    if value.is_finite() {
        value.clamp(*range.start(), *range.end())
    } else {
        usual
    }
}
