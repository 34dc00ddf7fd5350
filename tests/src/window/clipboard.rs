//! Owns the part of another program that has copied something.

use std::time::Duration;

use anyhow::{Result, anyhow, ensure};
use x11rb::protocol::{
    Event,
    xproto::{ConnectionExt as _, Time},
};

use super::{Display, link::Pump, selection};

/// A text on the clipboard, from when it is served until this is dropped or another program copies
/// something.
pub struct Clipboard {
    /// Held for its thread, which answers who pastes.
    _pump: Pump,
}

impl Clipboard {
    /// Puts a text on the clipboard.
    ///
    /// # Errors
    /// When the X server is gone or does not give the clipboard away.
    pub fn serve(display: &Display, text: &str) -> Result<Self> {
        let offers = ["UTF8_STRING", "text/plain;charset=utf-8"]
            .map(|kind| (kind, text.as_bytes().to_vec()))
            .to_vec();
        let pump = Pump::start(display.link(), "test-clipboard", move |link, event| {
            if let Event::SelectionRequest(request) = event {
                // Who asked may be gone by now.
                let _ = selection::answer(link, request, &offers);
            }
            true
        })?;
        let conn = &pump.link.conn;
        let clipboard = pump.link.atom("CLIPBOARD")?;
        // Nothing on this display has owned it at a later time than now.
        conn.set_selection_owner(pump.window, clipboard, Time::CURRENT_TIME)?
            .check()?;
        ensure!(
            conn.get_selection_owner(clipboard)?.reply()?.owner == pump.window,
            "the clipboard was not given"
        );
        Ok(Self { _pump: pump })
    }

    /// The text that is on the clipboard now; `None` when nothing is or it is no text.
    ///
    /// # Errors
    /// When the program that has copied it does not answer in time, or the text is larger than a
    /// single answer.
    pub fn read(display: &Display, timeout: Duration) -> Result<Option<String>> {
        let pump = Pump::start(display.link(), "test-paste", |_, _| false)?;
        let link = &pump.link;
        let (clipboard, utf8) = (link.atom("CLIPBOARD")?, link.atom("UTF8_STRING")?);
        let property = link.atom("_POSTIL_TEST_PASTE")?;
        let time = pump.server_time()?;
        link.conn
            .convert_selection(pump.window, clipboard, utf8, property, time)?
            .check()?;
        let given =
            pump.wait_for(
                timeout,
                "answer of the program that has copied",
                |event| match event {
                    Event::SelectionNotify(notify) => Some(notify.property),
                    _ => None,
                },
            )?;
        if given == x11rb::NONE {
            return Ok(None);
        }
        let reply = link
            .conn
            .get_property(true, pump.window, property, x11rb::NONE, 0, 1 << 22)?
            .reply()?;
        if reply.type_ != utf8 {
            return Err(anyhow!(
                "the clipboard is given in pieces, which this helper does not read"
            ));
        }
        Ok(Some(String::from_utf8(reply.value)?))
    }
}
