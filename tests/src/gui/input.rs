//! What a person does: the pointer, the keys, files dragged in, text pasted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use egui::accesskit::Role;
use egui::{DroppedFile, Event, HoveredFile, Key, Modifiers, PointerButton, Pos2, pos2};

use super::Session;

/// Ctrl, or what stands for it.
pub const COMMAND: Modifiers = Modifiers {
    ctrl: true,
    command: true,
    ..Modifiers::NONE
};

#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("only the path of what is dropped may be used".to_owned())
    }
}

impl Session {
    /// Clicks the one widget of this role and name, once it is on the screen and rests.
    ///
    /// # Errors
    ///
    /// When there is none in time, or more than one.
    pub fn click(&mut self, role: Role, label: &str) -> anyhow::Result<()> {
        let at = self.resting_place(role, label, 0, 1)?;
        self.click_at(at);
        Ok(())
    }

    /// Clicks a button.
    ///
    /// # Errors
    ///
    /// Those of [`Session::click`].
    pub fn click_button(&mut self, label: &str) -> anyhow::Result<()> {
        self.click(Role::Button, label)
    }

    /// Clicks at a point of the window.
    pub fn click_at(&mut self, at: Pos2) {
        self.point(at);
        self.button(at, true);
        self.button(at, false);
        self.frame();
        // Nothing stays lit by the pointer, and no tooltip opens over what is looked for next.
        self.harness.remove_cursor();
        self.frame();
    }

    /// Drags from one point to another, slowly at first as a hand does.
    pub fn drag(&mut self, from: Pos2, to: Pos2) {
        self.point(from);
        self.button(from, true);
        for part in [0.01, 0.02, 0.04, 0.1, 0.25, 0.5, 0.75, 1.0, 1.0] {
            self.point(from.lerp(to, part));
        }
        self.button(to, false);
        self.frame();
        self.harness.remove_cursor();
        self.frame();
    }

    /// The middle of one of `n` widgets of a role and name, counted from above, once they are on the
    /// screen and the one did not move from frame to frame.
    ///
    /// # Errors
    ///
    /// When there are fewer or more of them in the end.
    pub fn resting_place(
        &mut self,
        role: Role,
        label: &str,
        index: usize,
        n: usize,
    ) -> anyhow::Result<Pos2> {
        let what = format!("{n} × {role:?} “{label}”");
        let place = |session: &Self| {
            let mut looks = session.named(label);
            looks.retain(|look| look.role == role);
            (looks.len() == n).then(|| looks[index].rect.center())
        };
        let mut last = None;
        loop {
            self.wait_for(&what, |session| place(session).is_some())?;
            let now = place(self).context("it was there just now")?;
            if last == Some(now) {
                return Ok(now);
            }
            last = Some(now);
        }
    }

    /// Types into what has the focus.
    pub fn type_text(&mut self, text: &str) {
        self.harness.event(Event::Text(text.to_owned()));
        self.frame();
    }

    /// Clicks at a point and types keys with their letters, all of it before the next frame, as it
    /// comes when a frame is slow.
    pub fn click_and_type_at_once(&mut self, at: Pos2, keys: &[Key]) {
        self.point(at);
        self.frame();
        let modifiers = Modifiers::NONE;
        let button = |pressed| Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers,
        };
        let mut events = vec![button(true), button(false)];
        for key in keys {
            let press = |pressed| Event::Key {
                key: *key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers,
            };
            let letter = Event::Text(key.name().to_lowercase());
            events.extend([press(true), letter, press(false)]);
        }
        self.harness.input_mut().events.extend(events);
        self.frame();
    }

    /// Replaces the text of what has the focus, and ends with Enter.
    pub fn enter(&mut self, text: &str) {
        self.press_with(COMMAND, Key::A);
        self.type_text(text);
        self.press(Key::Enter);
    }

    /// Presses a key.
    pub fn press(&mut self, key: Key) {
        self.press_with(Modifiers::NONE, key);
    }

    /// Presses a key while others are held.
    pub fn press_with(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.frame();
    }

    /// Pastes this text.
    pub fn paste(&mut self, text: &str) {
        self.harness.event(Event::Paste(text.to_owned()));
        self.frame();
    }

    /// Holds files over the window; none takes them away again.
    pub fn hover_files(&mut self, paths: &[&Path]) {
        let hovered = paths.iter().map(|path| HoveredFile {
            path: Some((*path).to_owned()),
            ..HoveredFile::default()
        });
        self.harness.input_mut().hovered_files = hovered.collect();
        self.frame();
    }

    /// Drops files on the window.
    pub fn drop_files(&mut self, paths: &[&Path]) {
        let input = self.harness.input_mut();
        input.hovered_files.clear();
        for path in paths {
            input
                .dropped_files
                .push(Arc::new(Dropped((*path).to_owned())));
        }
        self.frame();
    }

    /// Asks the window to close, as its frame's button does.
    pub fn ask_to_close(&mut self) {
        let viewports = &mut self.harness.input_mut().viewports;
        let root = viewports.entry(egui::ViewportId::ROOT).or_default();
        root.events.push(egui::ViewportEvent::Close);
        self.frame();
        let viewports = &mut self.harness.input_mut().viewports;
        let root = viewports.entry(egui::ViewportId::ROOT).or_default();
        root.events.clear();
    }

    /// Turns the wheel over a point: `dy_pt` below zero goes down the page.
    pub fn scroll(&mut self, at: [f32; 2], dy_pt: f32) {
        self.point(pos2(at[0], at[1]));
        self.harness.event(Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, dy_pt),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        });
        self.frame();
    }

    fn point(&self, at: Pos2) {
        self.harness.event(Event::PointerMoved(at));
    }

    fn button(&self, at: Pos2, pressed: bool) {
        self.harness.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
}
