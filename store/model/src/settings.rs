//! What the person set for the whole library.

use crate::PlanId;

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

/// Settings of the library.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// Width of the overview as a part of the window's width, 0.15 to 0.6.
    pub split: f32,
    /// The theme.
    pub theme: ThemeChoice,
    /// The plan that was open last.
    pub open_plan: Option<PlanId>,
}

impl Settings {
    /// The narrowest and widest that the overview may be, as a part of the window.
    pub const SPLIT_RANGE: std::ops::RangeInclusive<f32> = 0.15..=0.6;

    /// The same settings with every value inside its range.
    #[must_use]
    pub fn sane(mut self) -> Self {
        if !self.split.is_finite() {
            self.split = Self::default().split;
        }
        self.split = self
            .split
            .clamp(*Self::SPLIT_RANGE.start(), *Self::SPLIT_RANGE.end());
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            split: 0.32,
            theme: ThemeChoice::System,
            open_plan: None,
        }
    }
}
