//! Owns the part of a file manager from which files are dragged: a source of XDND version 5.
//!
//! The protocol: <https://www.freedesktop.org/wiki/Specifications/XDND/>. What winit 0.30 makes of
//! it: it asks for the data at the first `XdndPosition`, and forgets a drop that comes before the
//! data.

use std::{
    fmt::Write as _,
    os::unix::ffi::OsStrExt as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use x11rb::protocol::{
    Event,
    xproto::{
        Atom, ConnectionExt as _, EventMask, GrabMode, GrabStatus, MOTION_NOTIFY_EVENT, Timestamp,
        Window,
    },
    xtest::ConnectionExt as _,
};

use super::{
    link::{Link, Pump},
    selection,
};

/// The version that this speaks.
const VERSION: u32 = 5;
const URI_LIST: &str = "text/uri-list";
/// How long the window may take to answer. Debug builds draw a frame before they do.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How often the pointer is asked for while another program holds it.
const GRAB_INTERVAL: Duration = Duration::from_millis(10);
/// How often the pointer is seen over the window on its way to the point.
const N_POSITIONS: i32 = 3;

/// How a drag ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The button is let go over the window.
    Drop,
    /// The pointer leaves the window.
    Leave,
}

/// Drags files onto a window, calls `hover` while they hang at `at` (pixels of the window), and
/// ends the drag.
pub(super) fn drag(
    link: &Link,
    target: Window,
    paths: &[impl AsRef<Path>],
    at: (i32, i32),
    hover: impl FnOnce() -> Result<()>,
    end: End,
) -> Result<()> {
    let source = Source::start(link, target, &uri_list(paths)?)?;
    source.enter()?;
    // From the window's left edge on, as from a file manager beside it.
    for step in 1..=N_POSITIONS {
        source.position((at.0 * step / N_POSITIONS, at.1))?;
    }
    let hovered = hover();
    // A drag that goes wrong is taken back, or the window would think of it as under way.
    if hovered.is_err() || end == End::Leave {
        source.leave()?;
        return hovered;
    }
    source.drop()
}

/// One drag. The pointer is held by it until it ends, as in a real one: the window gets no
/// movements of it.
struct Source {
    pump: Pump,
    target: Window,
    time: Timestamp,
    version: u32,
    uri_list: Atom,
}

impl Source {
    fn start(link: &Link, target: Window, uris: &str) -> Result<Self> {
        let offers = vec![(URI_LIST, uris.as_bytes().to_vec())];
        let pump = Pump::start(link, "test-drag", move |link, event| {
            let Event::SelectionRequest(request) = event else {
                return false;
            };
            // Who asked may be gone by now. That it asked is passed on.
            !selection::answer(link, request, &offers).unwrap_or(false)
        })?;
        let link = &pump.link;
        let aware = link.property_u32(target, link.atom("XdndAware")?)?;
        let aware =
            aware.context("the window does not take files: it has no property XdndAware")?;
        let selection = link.atom("XdndSelection")?;
        let (time, uri_list) = (pump.server_time()?, link.atom(URI_LIST)?);
        link.conn
            .set_selection_owner(pump.window, selection, time)?
            .check()?;
        let owner = link.conn.get_selection_owner(selection)?.reply()?.owner;
        ensure!(
            owner == pump.window,
            "another drag is under way on this display"
        );
        let source = Self {
            target,
            time,
            version: aware.min(VERSION),
            uri_list,
            pump,
        };
        source.hold_pointer()?;
        Ok(source)
    }

    fn hold_pointer(&self) -> Result<()> {
        let link = &self.pump.link;
        let (nothing, mode, none) = (EventMask::NO_EVENT, GrabMode::ASYNC, x11rb::NONE);
        let end = Instant::now() + ANSWER_TIMEOUT;
        loop {
            let grab = link.conn.grab_pointer(
                false,
                link.root,
                nothing,
                mode,
                mode,
                none,
                none,
                x11rb::CURRENT_TIME,
            )?;
            match grab.reply()?.status {
                GrabStatus::SUCCESS => return Ok(()),
                // A window manager holds it for a moment after each click, and does not say when it
                // lets go.
                GrabStatus::ALREADY_GRABBED if Instant::now() < end => {
                    self.pump.next(GRAB_INTERVAL)?
                }
                status => bail!("another program holds the pointer: {status:?}"),
            };
        }
    }

    fn enter(&self) -> Result<()> {
        // The lowest bit says that there are more than three types; there is one.
        self.tell(
            "XdndEnter",
            [self.version << 24, self.uri_list, x11rb::NONE, x11rb::NONE],
        )
    }

    /// Moves over the window and waits until it has said that it would take the files there.
    fn position(&self, at: (i32, i32)) -> Result<()> {
        let link = &self.pump.link;
        let (x, y) = link.screen_from_window(self.target, at)?;
        link.conn
            .xtest_fake_input(
                MOTION_NOTIFY_EVENT,
                0,
                x11rb::CURRENT_TIME,
                link.root,
                x,
                y,
                0,
            )?
            .check()?;
        let packed = u32::from(x.cast_unsigned()) << 16 | u32::from(y.cast_unsigned());
        self.tell(
            "XdndPosition",
            [0, packed, self.time, link.atom("XdndActionCopy")?],
        )?;
        let [_, flags, ..] = self.answer("XdndStatus")?;
        ensure!(
            flags & 1 == 1,
            "the window would not take the files at {at:?}"
        );
        Ok(())
    }

    fn drop(self) -> Result<()> {
        self.let_pointer_go()?;
        self.tell("XdndDrop", [0, self.time, 0, 0])?;
        let [_, flags, ..] = self.answer("XdndFinished")?;
        ensure!(
            self.version < 5 || flags & 1 == 1,
            "the window did not take the dropped files"
        );
        Ok(())
    }

    fn leave(self) -> Result<()> {
        self.tell("XdndLeave", [0; 4])?;
        self.let_pointer_go()
    }

    fn let_pointer_go(&self) -> Result<()> {
        self.pump
            .link
            .conn
            .ungrab_pointer(x11rb::CURRENT_TIME)?
            .check()?;
        Ok(())
    }

    fn tell(&self, message: &str, [a, b, c, d]: [u32; 4]) -> Result<()> {
        let link = &self.pump.link;
        link.send_message(
            self.target,
            link.atom(message)?,
            [self.pump.window, a, b, c, d],
        )
        .with_context(|| format!("could not send {message}"))
    }

    /// Waits for a message from the window.
    fn answer(&self, message: &str) -> Result<[u32; 5]> {
        let kind = self.pump.link.atom(message)?;
        let mut was_asked = false;
        let answer = self
            .pump
            .wait_for(ANSWER_TIMEOUT, message, |event| match event {
                Event::SelectionRequest(_) => {
                    was_asked = true;
                    None
                }
                Event::ClientMessage(message) if message.type_ == kind => {
                    Some(message.data.as_data32()).filter(|data| data[0] == self.target)
                }
                _ => None,
            });
        let asked = if was_asked {
            "it had asked for the files"
        } else {
            "it had not asked for the files since"
        };
        answer.map_err(|error| anyhow!("{error:#} from the window; {asked}"))
    }
}

/// The paths as a `text/uri-list`, with `\r\n` after each (RFC 2483): `file:///tmp/a%20b\r\n`.
fn uri_list(paths: &[impl AsRef<Path>]) -> Result<String> {
    let mut list = String::new();
    for path in paths {
        let path = std::path::absolute(path.as_ref())?;
        list.push_str("file://");
        for &byte in path.as_os_str().as_bytes() {
            if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
                list.push(char::from(byte));
            } else {
                write!(list, "%{byte:02X}")?;
            }
        }
        list.push_str("\r\n");
    }
    Ok(list)
}
