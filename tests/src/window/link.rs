//! Owns the connections to the X server: requests with their errors named, and events with a time
//! limit.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use x11rb::{
    connection::Connection as _,
    protocol::{
        Event,
        xproto::{
            Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask,
            PropMode, Timestamp, Window, WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

/// Events that a slow test may leave unread before the server's reader waits for it.
const N_EVENTS_QUEUED: usize = 256;

/// One connection to a display. Clones share it.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) conn: Arc<RustConnection>,
    pub(super) root: Window,
    /// The name of the display, as in `DISPLAY`.
    pub(super) display_name: Arc<str>,
}

impl Link {
    /// Connects to the display with this name.
    pub(super) fn connect(display_name: &str) -> Result<Self> {
        let (conn, screen) = x11rb::connect(Some(display_name))
            .with_context(|| format!("could not connect to the X display {display_name}"))?;
        let root = conn
            .setup()
            .roots
            .get(screen)
            .context("the X display has no screen")?
            .root;
        Ok(Self {
            conn: Arc::new(conn),
            root,
            display_name: display_name.into(),
        })
    }

    /// A further connection to the same display, for events of its own.
    pub(super) fn another(&self) -> Result<Self> {
        Self::connect(&self.display_name)
    }

    /// The atom with this name.
    pub(super) fn atom(&self, name: &str) -> Result<Atom> {
        Ok(self.conn.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }

    /// Returns once the server has dealt with everything that was asked of it on this connection.
    pub(super) fn settle(&self) -> Result<()> {
        self.conn.sync()?;
        Ok(())
    }

    /// Sends a client message of five 32-bit values to a window.
    pub(super) fn send_message(&self, to: Window, kind: Atom, data: [u32; 5]) -> Result<()> {
        self.conn
            .send_event(
                false,
                to,
                EventMask::NO_EVENT,
                ClientMessageEvent::new(32, to, kind, data),
            )?
            .check()?;
        Ok(())
    }

    /// A property's bytes; `None` where the window or the property is gone.
    pub(super) fn property(&self, window: Window, name: Atom) -> Result<Option<Vec<u8>>> {
        let reply = self
            .conn
            .get_property(false, window, name, AtomEnum::ANY, 0, 1 << 20)?
            .reply();
        Ok(reply
            .ok()
            .filter(|property| property.type_ != x11rb::NONE)
            .map(|property| property.value))
    }

    /// A property's first 32-bit value.
    pub(super) fn property_u32(&self, window: Window, name: Atom) -> Result<Option<u32>> {
        let bytes = self.property(window, name)?;
        Ok(bytes.and_then(|bytes| {
            bytes
                .first_chunk::<4>()
                .map(|value| u32::from_ne_bytes(*value))
        }))
    }

    /// A property's bytes as text, with replacement characters for what is no UTF-8.
    pub(super) fn property_text(&self, window: Window, name: Atom) -> Result<String> {
        let bytes = self.property(window, name)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Where a point of the window is on the screen.
    pub(super) fn screen_from_window(
        &self,
        window: Window,
        (x, y): (i32, i32),
    ) -> Result<(i16, i16)> {
        let corner = self
            .conn
            .translate_coordinates(window, self.root, 0, 0)?
            .reply();
        let corner = corner.context("the window is gone")?;
        Ok((
            i16::try_from(i32::from(corner.dst_x) + x)?,
            i16::try_from(i32::from(corner.dst_y) + y)?,
        ))
    }
}

/// The events of one connection, read by a thread of its own so that waiting for one can have an
/// end.
///
/// x11rb waits for an event forever or not at all.
pub(super) struct Pump {
    pub(super) link: Link,
    /// An unmapped window of this connection: owner of selections, and where its messages arrive.
    pub(super) window: Window,
    stop: Atom,
    events: Option<Receiver<Event>>,
    reader: Option<JoinHandle<()>>,
}

impl Pump {
    /// Opens a connection beside `link` and starts to read its events.
    ///
    /// `consume` sees each event first, on the reading thread, and returns whether it dealt with
    /// it; the others wait for [`Pump::next`].
    pub(super) fn start(
        link: &Link,
        thread_name: &str,
        mut consume: impl FnMut(&Link, &Event) -> bool + Send + 'static,
    ) -> Result<Self> {
        let link = link.another()?;
        let window = link.conn.generate_id()?;
        let aux = CreateWindowAux::new()
            .override_redirect(1)
            .event_mask(EventMask::PROPERTY_CHANGE);
        link.conn
            .create_window(
                0,
                window,
                link.root,
                -10,
                -10,
                1,
                1,
                0,
                WindowClass::INPUT_ONLY,
                0,
                &aux,
            )?
            .check()?;
        let stop = link.atom("_POSTIL_TEST_STOP")?;

        let (sender, events) = sync_channel(N_EVENTS_QUEUED);
        let reading = link.clone();
        let reader = Builder::new().name(thread_name.to_owned()).spawn(move || {
            while let Ok(event) = reading.conn.wait_for_event() {
                if matches!(&event, Event::ClientMessage(message) if message.type_ == stop) {
                    break;
                }
                if !consume(&reading, &event) && sender.send(event).is_err() {
                    break;
                }
            }
        })?;
        Ok(Self {
            link,
            window,
            stop,
            events: Some(events),
            reader: Some(reader),
        })
    }

    /// The next event, or `None` when none came in time.
    pub(super) fn next(&self, timeout: Duration) -> Result<Option<Event>> {
        let Some(events) = &self.events else {
            return Ok(None);
        };
        match events.recv_timeout(timeout) {
            Ok(event) => Ok(Some(event)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => bail!("the X server has gone away"),
        }
    }

    /// The first event in which `find` finds something; the others are thrown away.
    pub(super) fn wait_for<T>(
        &self,
        timeout: Duration,
        what: &str,
        mut find: impl FnMut(&Event) -> Option<T>,
    ) -> Result<T> {
        let end = Instant::now() + timeout;
        loop {
            match self.next(end.saturating_duration_since(Instant::now()))? {
                Some(event) => {
                    if let Some(found) = find(&event) {
                        return Ok(found);
                    }
                }
                None => bail!("no {what} within {timeout:?}"),
            }
        }
    }

    /// The server's clock now, in its milliseconds. Selections are owned and asked for at such a
    /// time.
    pub(super) fn server_time(&self) -> Result<Timestamp> {
        let property = self.link.atom("_POSTIL_TEST_TIME")?;
        self.link
            .conn
            .change_property8(
                PropMode::APPEND,
                self.window,
                property,
                AtomEnum::STRING,
                &[],
            )?
            .check()?;
        self.wait_for(
            Duration::from_secs(5),
            "answer about the server's time",
            |event| match event {
                Event::PropertyNotify(notify) if notify.atom == property => Some(notify.time),
                _ => None,
            },
        )
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        // A reader that waits for room in the queue is freed by this, one that waits for the server
        // by the message.
        drop(self.events.take());
        let _ = self.link.send_message(self.window, self.stop, [0; 5]);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
