//! What a person sees: names and places of what is on the screen, and pictures of it.

use egui::Rect;
use egui::accesskit::{Action, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{AccessKitNode, NodeT as _};

use super::Session;

/// One thing on the screen, as a screen reader is told of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Look {
    /// What kind of thing it is.
    pub role: Role,
    /// Its name, or its text where it is text.
    pub name: String,
    /// What is in it: the text of a field.
    pub value: Option<String>,
    /// Whether it is ticked or chosen.
    pub is_toggled: bool,
    /// Whether the keys go to it.
    pub is_focused: bool,
    /// Whether it can be used now.
    pub is_enabled: bool,
    /// Where it is, in points.
    pub rect: Rect,
}

impl Session {
    /// Whether something of this very name is on the screen.
    #[must_use]
    pub fn shows(&self, label: &str) -> bool {
        !self.places(label).is_empty()
    }

    /// Whether these words are somewhere in what is on the screen.
    #[must_use]
    pub fn shows_words(&self, words: &str) -> bool {
        self.looks().iter().any(|look| look.name.contains(words))
    }

    /// Where the things of this name are, from above.
    #[must_use]
    pub fn places(&self, label: &str) -> Vec<Rect> {
        self.named(label)
            .into_iter()
            .map(|look| look.rect)
            .collect()
    }

    /// The things of this name on the screen, from above.
    #[must_use]
    pub fn named(&self, label: &str) -> Vec<Look> {
        let mut looks = self.looks();
        looks.retain(|look| look.name == label);
        looks
    }

    /// The one thing of this role and name, if there is exactly one on the screen.
    #[must_use]
    pub fn the(&self, role: Role, label: &str) -> Option<Look> {
        let mut looks = self.named(label);
        looks.retain(|look| look.role == role);
        if looks.len() == 1 { looks.pop() } else { None }
    }

    /// The names of everything on the screen, from above.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.looks().into_iter().map(|look| look.name).collect()
    }

    /// Everything on the screen that has a name, from above.
    #[must_use]
    pub fn looks(&self) -> Vec<Look> {
        let screen = self.harness.ctx.content_rect();
        let mut looks: Vec<Look> = self
            .harness
            .root()
            .children_recursive()
            .filter_map(|node| look(&node.accesskit_node()))
            .filter(|look| screen.intersects(look.rect))
            .collect();
        looks.sort_by(|a, b| {
            let by_top = a.rect.top().total_cmp(&b.rect.top());
            by_top.then(a.rect.left().total_cmp(&b.rect.left()))
        });
        looks
    }

    /// What can be clicked, focused or typed into and has no name.
    #[must_use]
    pub fn unnamed(&self) -> Vec<String> {
        let page = self.page();
        unnamed(&self.harness, |node| {
            // The boxes of tasks in tasks are egui_commonmark's, and every line but the first of a
            // link that is wrapped is egui's: both have neither role nor name.
            let is_nothing = node.role() == Role::Unknown;
            is_nothing && place(node).is_some_and(|rect| page.contains(rect.left_top()))
        })
    }

    /// Where the document is: right of the line that is dragged; nowhere without one.
    fn page(&self) -> Rect {
        let lines = self.places("Resize panel").into_iter();
        let left = lines
            .filter(|line| line.height() > line.width())
            .map(|line| line.right());
        let screen = self.harness.ctx.content_rect();
        left.reduce(f32::min).map_or(Rect::NOTHING, |left| {
            Rect::from_min_max(
                egui::pos2(left, f32::NEG_INFINITY),
                egui::pos2(screen.right(), f32::INFINITY),
            )
        })
    }

    /// Whether the theme that is shown is the dark one.
    #[must_use]
    pub fn is_dark(&self) -> bool {
        self.harness.ctx.global_style().visuals.dark_mode
    }

    /// Compares the window with the picture of this name in `tests/snapshots`.
    ///
    /// # Errors
    ///
    /// When they differ, or when nothing can be drawn on this machine.
    pub fn compare(
        &mut self,
        name: &str,
        options: &egui_kittest::SnapshotOptions,
    ) -> anyhow::Result<()> {
        let compared = self.harness.try_snapshot_options(name, options);
        compared.map_err(|error| anyhow::anyhow!("{error}"))
    }
}

fn unnamed<State>(
    harness: &Harness<'_, State>,
    is_excused: impl Fn(&AccessKitNode<'_>) -> bool,
) -> Vec<String> {
    let nodes = harness.root().children_recursive();
    nodes
        .map(|node| node.accesskit_node())
        .filter(|node| {
            let data = node.data();
            // Text that can be selected takes clicks, and is never stopped at by Tab.
            let is_text = node.role() == Role::Label;
            data.supports_action(Action::Focus) || data.supports_action(Action::Click) && !is_text
        })
        // The role says all there is to say of it.
        .filter(|node| node.role() != Role::ScrollBar)
        .filter(|node| name(node).is_none() && !is_excused(node))
        .map(|node| format!("{:?} at {:?}", node.role(), node.raw_bounds()))
        .chain(harness.unnamed_widgets())
        .collect()
}

fn look(node: &AccessKitNode<'_>) -> Option<Look> {
    if node.role() == Role::TextRun {
        // A line of a text that is a node of its own.
        return None;
    }
    let rect = place(node)?;
    Some(Look {
        role: node.role(),
        name: name(node)?,
        value: node.value(),
        is_toggled: node.toggled() == Some(egui::accesskit::Toggled::True),
        is_focused: node.is_focused(),
        is_enabled: !node.is_disabled(),
        rect,
    })
}

fn place(node: &AccessKitNode<'_>) -> Option<Rect> {
    let bounds = node.bounding_box()?;
    Some(Rect::from_min_max(
        egui::pos2(bounds.x0 as f32, bounds.y0 as f32),
        egui::pos2(bounds.x1 as f32, bounds.y1 as f32),
    ))
}

/// What a screen reader would say first: the name, the text of text, what a field asks for.
fn name(node: &AccessKitNode<'_>) -> Option<String> {
    let is_said = |text: &String| !text.trim().is_empty();
    let label = node.label().filter(is_said);
    let hint = || node.data().placeholder().map(str::to_owned);
    label.or_else(|| node.value()).or_else(hint).filter(is_said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_name_is_found() {
        let harness = Harness::builder()
            .with_accessibility_check(false)
            .build_ui(|ui| {
                let _ = ui.button("Named");
                let _ = ui.button(" ");
                let _ = ui.label("Text");
                let _ = ui.allocate_response(egui::vec2(9.0, 9.0), egui::Sense::click());
            });
        let found = unnamed(&harness, |_| false);
        assert!(
            found.iter().any(|line| line.starts_with("Button")),
            "{found:?}"
        );
        assert!(
            found.iter().any(|line| line.starts_with("Unknown")),
            "{found:?}"
        );
        assert!(
            !found.iter().any(|line| line.starts_with("Label")),
            "{found:?}"
        );
    }
}
