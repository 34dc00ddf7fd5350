//! The CPU time of a frame while scrolling, in documents from 100 KB to 100 MB, against
//! `egui_commonmark`'s own viewport cache on the smallest.
//!
//! Counted are the app's logic, layout and tessellation: all that a frame costs before its
//! triangles are handed to the graphics driver. The peer's frame is counted in the same way.

#[path = "scroll/bad.rs"]
mod bad;

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::bail;
use eframe::App as _;
use egui::{Context, Event, Key, Modifiers, RawInput, Rect, Ui, pos2, vec2};
use egui_commonmark::{CommonMarkCache, CommonMarkScrollOptions, CommonMarkViewer};
use postil::app::{App, Options};
use postil::services::{Services, Wake};
use postil_store::Lock;
use postil_tests::bench::look::PATIENCE;
use postil_tests::bench::{Samples, goal, run, say, title};
use postil_tests::disk;
use postil_watcher::{Config, Inspected, Watcher};

const SIZES: [(&str, usize); 4] = [
    ("100 KB", 100_000),
    ("1 MB", 1_000_000),
    ("10 MB", 10_000_000),
    ("100 MB", 100_000_000),
];
const N_TURNS: usize = 10;
/// Heights at the new place are measured, and the bar fades.
const N_FRAMES_TO_REST: usize = 30;
const N_FRAMES_PER_TURN: usize = 40;
/// What a frame scrolls by: a page in a fifth of a second.
const STEP_PT: f32 = 60.0;
const WINDOW: Rect = Rect {
    min: pos2(0.0, 0.0),
    max: pos2(1_200.0, 800.0),
};

fn main() -> anyhow::Result<()> {
    run(|| {
        scroll()?;
        bad_documents()
    })
}

/// Each is opened and scrolled from its start and from its end.
fn bad_documents() -> anyhow::Result<()> {
    title("scroll: the same, in documents that make readers stall");
    let mut worst = 0.0_f64;
    for (name, file, text) in bad::documents() {
        let dir = tempfile::tempdir()?;
        disk::write(&dir.path().join("plan").join(file), &text)?;
        let mut page = Page::postil(dir.path(), file)?;
        let mut samples = Samples::default();
        for is_down in [true, false] {
            if !is_down {
                page.press(Key::End);
            }
            for _ in 0..N_FRAMES_PER_TURN * 2 {
                samples.add(page.turn_wheel(if is_down { STEP_PT } else { -STEP_PT }));
            }
        }
        say(name, &samples);
        worst = worst.max(samples.quantile_ms(0.99));
    }
    goal("worst p99 / 4 ms", worst / 4.0, 1.0);
    Ok(())
}

fn scroll() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut pages = Vec::new();
    for (name, n_bytes) in SIZES {
        let text = postil_xtask::plans::document(7, n_bytes);
        let document = dir.path().join(name).join("plan/document.md");
        disk::write(&document, &text)?;
        if pages.is_empty() {
            pages.push((
                "egui_commonmark's viewport cache, 100 KB",
                Page::peer(text.clone()),
            ));
        }
        pages.push((name, Page::postil(&dir.path().join(name), "document.md")?));
    }
    let mut samples = vec![Samples::default(); pages.len()];
    for turn in 0..N_TURNS {
        for ((_, page), samples) in pages.iter_mut().zip(&mut samples) {
            // Down from the start, then up from the end.
            let is_down = turn < N_TURNS / 2;
            if turn == N_TURNS / 2 {
                page.press(Key::End);
            }
            for _ in 0..N_FRAMES_PER_TURN {
                samples.add(page.turn_wheel(if is_down { STEP_PT } else { -STEP_PT }));
            }
        }
    }
    title("scroll: CPU time of a frame, its logic, layout and tessellation");
    for ((name, _), samples) in pages.iter().zip(&samples) {
        say(name, samples);
    }
    let [peer, smallest, .., largest] = samples.as_slice() else {
        bail!("no sizes");
    };
    let p99 = |samples: &Samples| samples.quantile_ms(0.99);
    let worst = samples[1..].iter().map(p99).fold(0.0, f64::max);
    goal("worst p99 / 4 ms", worst / 4.0, 1.0);
    goal(
        "median at 100 MB / at 100 KB",
        largest.median_ms() / smallest.median_ms(),
        1.2,
    );
    goal(
        "p99 at 100 MB / at 100 KB",
        p99(largest) / p99(smallest),
        1.2,
    );
    goal(
        "median at 100 KB / the peer's",
        smallest.median_ms() / peer.median_ms(),
        1.0,
    );
    Ok(())
}

/// A window without a screen.
struct Page {
    ctx: Context,
    paint: Box<dyn FnMut(&mut Ui)>,
    time: f64,
}

impl Page {
    /// The whole app, with a document of the plan in `dir` open.
    fn postil(dir: &Path, file: &str) -> anyhow::Result<Self> {
        let wake = Wake::default();
        let watcher = Watcher::start(Config::default(), wake.as_waker())?;
        let data_dir = dir.join("data");
        let lock = Lock::acquire(&data_dir).map_err(|error| anyhow::anyhow!("{error}"))?;
        let services = Services::start(lock, watcher, wake)?;
        let opened = Inspected {
            folder: dir.join("plan").canonicalize()?,
            file: Some(file.to_owned()),
            n_plan_files: 1,
            n_plan_files_is_at_least: false,
        };
        let options = Options {
            data_dir,
            inspected: vec![opened],
            ..Options::default()
        };
        let ctx = Context::default();
        let app = Rc::new(RefCell::new(App::new(&ctx, services, options)));
        let painted = Rc::clone(&app);
        let mut frame = eframe::Frame::_new_kittest();
        let paint = Box::new(move |ui: &mut Ui| {
            let mut app = painted.borrow_mut();
            app.logic(ui.ctx(), &mut frame);
            app.ui(ui, &mut frame);
        });
        let mut page = Self {
            ctx,
            paint,
            time: 0.0,
        };
        let started = Instant::now();
        while app.borrow().state().shown().is_none() || !app.borrow().is_settled() {
            if started.elapsed() > PATIENCE {
                bail!("the document does not open");
            }
            page.frame(Vec::new());
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(page)
    }

    /// What Postil would be without a reader of its own, in the same type and colours.
    fn peer(text: String) -> Self {
        let ctx = Context::default();
        postil::theme::install(&ctx);
        let mut cache = CommonMarkCache::default();
        let options = CommonMarkScrollOptions::default().viewport_cache(true);
        let paint = Box::new(move |ui: &mut Ui| {
            let id = egui::Id::unique("peer");
            CommonMarkViewer::new().show_scrollable(id, ui, &mut cache, &options, &text);
        });
        let mut page = Self {
            ctx,
            paint,
            time: 0.0,
        };
        page.frame(Vec::new());
        page
    }

    /// Draws a frame in which the wheel turns this far down.
    fn turn_wheel(&mut self, down_pt: f32) -> Duration {
        self.frame(vec![Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: vec2(0.0, -down_pt),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        }])
    }

    /// Presses a key, and lets the page come to rest.
    fn press(&mut self, key: Key) {
        let event = |pressed| Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        self.frame(vec![event(true), event(false)]);
        for _ in 0..N_FRAMES_TO_REST {
            self.frame(Vec::new());
        }
    }

    /// Draws a frame, and gives the time that it took.
    fn frame(&mut self, events: Vec<Event>) -> Duration {
        self.time += 1.0 / 60.0;
        let mut input = RawInput {
            screen_rect: Some(WINDOW),
            time: Some(self.time),
            max_texture_side: Some(8_192),
            events,
            ..RawInput::default()
        };
        // The wheel turns what is under the pointer.
        let pointer = Event::PointerMoved(pos2(850.0, 400.0));
        input.events.insert(0, pointer);
        let started = Instant::now();
        let mut output = self.ctx.run_ui(input, |ui| (self.paint)(ui));
        let shapes = std::mem::take(&mut output.shapes);
        let triangles = self.ctx.tessellate(shapes, output.pixels_per_point);
        let took = started.elapsed();
        drop(triangles);
        output.drop_without_applying_deltas();
        took
    }
}
