//! Owns the hand of a test: pointer and keyboard through XTEST, as if the devices had sent it.

use anyhow::{Context as _, Result};
use x11rb::{
    connection::Connection as _,
    protocol::{
        xproto::{
            BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, KEY_PRESS_EVENT,
            KEY_RELEASE_EVENT, Keycode, Keysym, MOTION_NOTIFY_EVENT, Window,
        },
        xtest::ConnectionExt as _,
    },
};

use super::{keysym, link::Link};

/// Between two acts of a hand: about a frame, so that what happened in one is seen before the next.
const PACE_MS: u32 = 20;

/// A key that changes what another key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// Shift.
    Shift,
    /// Control.
    Control,
    /// Alt.
    Alt,
    /// The key with the logo.
    Super,
}

impl Modifier {
    fn keysym(self) -> Keysym {
        match self {
            Self::Shift => keysym::SHIFT,
            Self::Control => keysym::CONTROL,
            Self::Alt => keysym::ALT,
            Self::Super => keysym::SUPER,
        }
    }
}

/// A button of the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// The left one.
    Left = 1,
    /// The middle one.
    Middle = 2,
    /// The right one.
    Right = 3,
}

/// Pointer and keyboard of one display.
///
/// Each method returns when the server has sent the last event of it; the program may see it a
/// frame later. Errors come when the server or the window is gone.
pub struct Input {
    link: Link,
    /// Whose upper left corner coordinates count from; the screen's without one.
    window: Option<Window>,
}

impl Input {
    pub(super) fn new(link: Link, window: Option<Window>) -> Self {
        Self { link, window }
    }

    /// Moves the pointer there.
    ///
    /// # Errors
    /// See [`Input`].
    pub fn move_to(&self, x: i32, y: i32) -> Result<()> {
        self.motion((x, y))?;
        self.link.settle()
    }

    /// Clicks the left button there.
    ///
    /// # Errors
    /// See [`Input`].
    pub fn click(&self, x: i32, y: i32) -> Result<()> {
        self.click_with(Button::Left, x, y)
    }

    /// Clicks a button there.
    ///
    /// # Errors
    /// See [`Input`].
    pub fn click_with(&self, button: Button, x: i32, y: i32) -> Result<()> {
        self.motion((x, y))?;
        self.press_and_release(button as u8)?;
        self.link.settle()
    }

    /// Clicks the left button there twice, as fast as egui and toolkits want for a double click.
    ///
    /// # Errors
    /// See [`Input`].
    pub fn double_click(&self, x: i32, y: i32) -> Result<()> {
        self.motion((x, y))?;
        self.press_and_release(1)?;
        self.press_and_release(1)?;
        self.link.settle()
    }

    /// Presses the left button at `from`, moves to `to` in `n_steps` equal steps, and releases it
    /// there.
    ///
    /// # Errors
    /// See [`Input`].
    pub fn drag(&self, from: (i32, i32), to: (i32, i32), n_steps: u16) -> Result<()> {
        self.drag_holding(from, to, n_steps, || Ok(()))
    }

    /// Drags as [`Input::drag`] does, and calls `before_release` while the button is still held at
    /// `to`.
    ///
    /// # Errors
    /// See [`Input`]; and what `before_release` returns, after the button was released.
    pub fn drag_holding(
        &self,
        from: (i32, i32),
        to: (i32, i32),
        n_steps: u16,
        before_release: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let n_steps = i32::from(n_steps.max(1));
        self.motion(from)?;
        self.fake(BUTTON_PRESS_EVENT, 1, PACE_MS, (0, 0))?;
        for step in 1..=n_steps {
            self.motion((
                from.0 + (to.0 - from.0) * step / n_steps,
                from.1 + (to.1 - from.1) * step / n_steps,
            ))?;
        }
        self.link.settle()?;
        let held = before_release();
        self.fake(BUTTON_RELEASE_EVENT, 1, PACE_MS, (0, 0))?;
        self.link.settle()?;
        held
    }

    /// Turns the wheel where the pointer is: positive `n_right` and `n_down` move on in the
    /// content, a notch each.
    ///
    /// winit 0.30 makes two notches of each, because it counts the release of a wheel's button as
    /// well; the wheels of real mice reach it by another way.
    ///
    /// # Errors
    /// See [`Input`].
    pub fn scroll(&self, n_right: i32, n_down: i32) -> Result<()> {
        let down = if n_down > 0 { 5 } else { 4 };
        let right = if n_right > 0 { 7 } else { 6 };
        for _ in 0..n_down.unsigned_abs() {
            self.press_and_release(down)?;
        }
        for _ in 0..n_right.unsigned_abs() {
            self.press_and_release(right)?;
        }
        self.link.settle()
    }

    /// Presses and releases a key while these modifiers are held; keys are named in [`keysym`].
    ///
    /// The key is meant as it is without Shift: Ctrl+Shift+P is the keysym of `p` with both
    /// modifiers.
    ///
    /// # Errors
    /// See [`Input`]; and when the keyboard has no room for a key it does not have.
    pub fn key(&self, keysym: Keysym, modifiers: &[Modifier]) -> Result<()> {
        let mut keymap = Keymap::read(&self.link)?;
        let held = modifiers
            .iter()
            .map(|modifier| Ok(keymap.find_or_add(&self.link, modifier.keysym())?.code));
        let held = held.collect::<Result<Vec<_>>>()?;
        let key = keymap.find_or_add(&self.link, keysym)?;
        for &code in &held {
            self.fake(KEY_PRESS_EVENT, code, 0, (0, 0))?;
        }
        self.stroke(&keymap, key)?;
        for &code in held.iter().rev() {
            self.fake(KEY_RELEASE_EVENT, code, 0, (0, 0))?;
        }
        self.link.settle()
    }

    /// Types a text; a line break is Return.
    ///
    /// A character that the keyboard does not have is put on a spare key of it, and stays there:
    /// taken away at once it would be gone before the program has looked it up. There are some 19
    /// of them for the life of the display.
    ///
    /// # Errors
    /// See [`Input`]; and when the text has more foreign characters than the keyboard has spare
    /// keys.
    pub fn type_text(&self, text: &str) -> Result<()> {
        let mut keymap = Keymap::read(&self.link)?;
        let keys = text
            .chars()
            .map(|char| keymap.find_or_add(&self.link, keysym::from_char(char)));
        // All are found before the first is pressed, so that the program sees a single change of
        // the keyboard.
        for key in keys.collect::<Result<Vec<_>>>()? {
            self.stroke(&keymap, key)?;
        }
        self.link.settle()
    }

    fn stroke(&self, keymap: &Keymap, key: Key) -> Result<()> {
        if key.is_shifted {
            self.fake(KEY_PRESS_EVENT, keymap.shift, 0, (0, 0))?;
        }
        self.fake(KEY_PRESS_EVENT, key.code, 0, (0, 0))?;
        self.fake(KEY_RELEASE_EVENT, key.code, 0, (0, 0))?;
        if key.is_shifted {
            self.fake(KEY_RELEASE_EVENT, keymap.shift, 0, (0, 0))?;
        }
        Ok(())
    }

    fn press_and_release(&self, button: u8) -> Result<()> {
        self.fake(BUTTON_PRESS_EVENT, button, PACE_MS, (0, 0))?;
        self.fake(BUTTON_RELEASE_EVENT, button, PACE_MS, (0, 0))
    }

    fn motion(&self, at: (i32, i32)) -> Result<()> {
        let on_screen = match self.window {
            Some(window) => self.link.screen_from_window(window, at)?,
            None => (i16::try_from(at.0)?, i16::try_from(at.1)?),
        };
        self.fake(MOTION_NOTIFY_EVENT, 0, PACE_MS, on_screen)
    }

    /// Sends one event of a device, `delay_ms` after the one before it; the server does the
    /// waiting.
    fn fake(&self, kind: u8, detail: u8, delay_ms: u32, (x, y): (i16, i16)) -> Result<()> {
        self.link
            .conn
            .xtest_fake_input(kind, detail, delay_ms, self.link.root, x, y, 0)?;
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Key {
    code: Keycode,
    is_shifted: bool,
}

/// What is on the keys of the display's keyboard.
struct Keymap {
    first: Keycode,
    /// For each key from `first` on its keysyms: plain, with Shift, and further ones that XTEST
    /// needs more for.
    keys: Vec<Vec<Keysym>>,
    shift: Keycode,
}

impl Keymap {
    fn read(link: &Link) -> Result<Self> {
        let setup = link.conn.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let reply = link
            .conn
            .get_keyboard_mapping(first, last - first + 1)?
            .reply()?;
        let keys = reply
            .keysyms
            .chunks(usize::from(reply.keysyms_per_keycode))
            .map(<[_]>::to_vec)
            .collect();
        let mut keymap = Self {
            first,
            keys,
            shift: 0,
        };
        keymap.shift = keymap
            .find(keysym::SHIFT)
            .context("the keyboard has no Shift")?
            .code;
        Ok(keymap)
    }

    fn find(&self, keysym: Keysym) -> Option<Key> {
        [false, true].into_iter().find_map(|is_shifted| {
            let index = self
                .keys
                .iter()
                .position(|key| key.get(usize::from(is_shifted)) == Some(&keysym))?;
            Some(Key {
                code: self.first + index as u8,
                is_shifted,
            })
        })
    }

    fn find_or_add(&mut self, link: &Link, keysym: Keysym) -> Result<Key> {
        if let Some(key) = self.find(keysym) {
            return Ok(key);
        }
        let is_spare = |key: &Vec<Keysym>| key.iter().all(|&keysym| keysym == x11rb::NONE);
        // From the end: the low ones are the ones that real keyboards have.
        let index = self.keys.iter().rposition(is_spare);
        let index = index
            .with_context(|| format!("the keyboard has no spare key for keysym {keysym:#x}"))?;
        let code = self.first + index as u8;
        // The same with and without Shift, so that the key needs no other.
        self.keys[index] = vec![keysym; 2];
        link.conn
            .change_keyboard_mapping(1, code, 2, &self.keys[index])?
            .check()?;
        Ok(Key {
            code,
            is_shifted: false,
        })
    }
}
