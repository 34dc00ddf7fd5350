//! Diagrams of Mermaid source: drawn on a thread of their own, in the theme's colours, and kept by
//! what they were drawn from. What cannot be drawn is shown as its source, with the reason.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use egui::{
    Color32, ColorImage, Context, Id, Modal, Pos2, Rect, Scene, Sense, TextureHandle,
    TextureOptions, Ui, Vec2, WidgetInfo, accesskit, pos2, vec2,
};
use mermaid_svg::Theme;
use resvg::{tiny_skia, usvg};

use super::sheet::{Ask, Sheet};
use crate::fonts;
use crate::theme::Tokens;
use crate::worker::Worker;

/// Diagrams that are kept; each can take some megabytes of texture.
const MAX_KEPT: usize = 60;
/// Pixels for a point, so that a diagram that is opened large stays sharp.
const PIXELS_PER_POINT: f32 = 2.0;
/// Room around what is drawn.
const EDGE_PT: f32 = 2.0;
/// Pixels that a diagram has on its longer side at the most.
const MAX_SIDE_PX: f32 = 4_096.0;

/// A diagram that is drawn.
#[derive(Clone)]
pub(super) struct Drawn {
    texture: TextureHandle,
    /// Its natural size, in points.
    size: Vec2,
}

impl PartialEq for Drawn {
    fn eq(&self, other: &Self) -> bool {
        self.texture.id() == other.texture.id()
    }
}

impl std::fmt::Debug for Drawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drawn")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// How far a diagram is.
#[derive(Clone)]
pub(super) enum Diagram {
    Pending,
    Drawn(Drawn),
    /// Why it cannot be drawn, for the person.
    Failed(Arc<str>),
}

struct Job {
    key: u64,
    source: String,
    colours: BTreeMap<String, String>,
}

type Picture = Result<(ColorImage, Vec2), String>;

/// The diagrams that were seen.
#[derive(Default)]
pub(super) struct Diagrams {
    worker: Option<Worker<Job, (u64, Picture)>>,
    known: HashMap<u64, Diagram>,
}

impl std::fmt::Debug for Diagrams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Diagrams").finish_non_exhaustive()
    }
}

impl Diagrams {
    /// A diagram, drawn or on its way.
    fn of(&mut self, ctx: &Context, source: &str, t: &Tokens) -> Diagram {
        let colours = colours(t);
        let key = Id::unique((source, &colours)).value();
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let worker = self.worker.get_or_insert_with(|| {
            let ctx = ctx.clone();
            Worker::start(
                "diagrams",
                move || ctx.request_repaint(),
                || {
                    let options = options();
                    move |job: Job| (job.key, draw(&job.source, &job.colours, &options))
                },
            )
        });
        let source = source.to_owned();
        let job = Job {
            key,
            source,
            colours,
        };
        if worker.send(job) {
            self.known.insert(key, Diagram::Pending);
        }
        Diagram::Pending
    }

    /// Takes what was drawn since the last frame.
    pub(super) fn take_news(&mut self, ctx: &Context) {
        let Some(worker) = &mut self.worker else {
            return;
        };
        if self.known.len() > MAX_KEPT {
            self.known
                .retain(|_, known| matches!(known, Diagram::Pending));
        }
        for (key, picture) in worker.drain() {
            let diagram = match picture {
                Ok((image, size)) => {
                    let name = format!("diagram {key}");
                    let texture = ctx.load_texture(name, image, TextureOptions::LINEAR);
                    Diagram::Drawn(Drawn { texture, size })
                }
                Err(why) => Diagram::Failed(why.into()),
            };
            self.known.insert(key, diagram);
        }
    }

    /// Whether diagrams are on their way.
    pub(super) fn is_busy(&self) -> bool {
        self.worker.as_ref().is_some_and(Worker::is_busy)
    }
}

impl Sheet<'_> {
    /// How far the diagram of a code is.
    pub(super) fn diagram_of(&mut self, ui: &Ui, source: &str) -> Diagram {
        self.kept.diagrams.of(ui.ctx(), source, self.t)
    }

    /// Draws a diagram no wider than the page, and gives its height.
    pub(super) fn diagram(&mut self, ui: &Ui, id: Id, at: Pos2, width: f32, drawn: &Drawn) -> f32 {
        let scale = (width / drawn.size.x).min(1.0);
        let rect = Rect::from_min_size(at, drawn.size * scale);
        if ui.is_rect_visible(rect) {
            paint(ui, drawn, rect);
            let button = ui.interact(rect, id.with("diagram"), Sense::click());
            button.widget_info(|| {
                WidgetInfo::labeled(accesskit::Role::Button, true, "Diagram, opens large")
            });
            let button = button
                .on_hover_text_at_pointer("Click to open it large")
                .on_hover_cursor(egui::CursorIcon::ZoomIn);
            if button.clicked() {
                self.asked.push(Ask::Enlarge(drawn.clone()));
            }
        }
        rect.height()
    }
}

/// A diagram over the window, to be zoomed and moved; whether it stays open.
pub(super) fn large_ui(ui: &Ui, drawn: &Drawn, seen: &mut Rect) -> bool {
    let room = ui.ctx().content_rect().size() * 0.9;
    let modal = Modal::new(Id::unique("diagram")).show(ui.ctx(), |ui| {
        ui.set_min_size(room);
        Scene::new().zoom_range(0.1..=8.0).show(ui, seen, |ui| {
            let (rect, _) = ui.allocate_exact_size(drawn.size, Sense::hover());
            paint(ui, drawn, rect);
        });
    });
    !modal.should_close()
}

fn paint(ui: &Ui, drawn: &Drawn, rect: Rect) {
    let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
    ui.painter()
        .image(drawn.texture.id(), rect, whole, Color32::WHITE);
}

/// The theme's colours, by Mermaid's names.
fn colours(t: &Tokens) -> BTreeMap<String, String> {
    let hex = |c: Color32| format!("#{:02x}{:02x}{:02x}", c.r(), c.g(), c.b());
    [
        ("background", t.paper),
        ("primaryColor", t.code),
        ("primaryBorderColor", t.ink_soft),
        ("primaryTextColor", t.ink),
        ("lineColor", t.ink_soft),
        ("textColor", t.ink),
        ("secondaryColor", t.panel),
        ("tertiaryColor", t.hover),
        ("noteBkgColor", t.mark),
        ("noteBorderColor", t.line),
    ]
    .into_iter()
    .map(|(name, color)| (name.to_owned(), hex(color)))
    .collect()
}

/// Letters of Postil's own: a family that is not there would be drawn as nothing.
fn options() -> usvg::Options<'static> {
    let mut options = usvg::Options::default();
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    options.image_href_resolver.resolve_data = Box::new(|_, _, _| None);
    let known = options.fontdb_mut();
    known.load_font_data(fonts::INTER_REGULAR.to_vec());
    known.set_sans_serif_family("Inter");
    known.set_serif_family("Inter");
    known.set_monospace_family("Inter");
    "Inter".clone_into(&mut options.font_family);
    options
}

fn draw(source: &str, colours: &BTreeMap<String, String>, options: &usvg::Options<'_>) -> Picture {
    let mut theme = Theme::default();
    theme.apply_theme_variables(colours);
    // What others wrote of any text is not to end the thread.
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        mermaid_svg::render_with(source, &theme)
    }));
    let svg = match drawn {
        Ok(svg) => svg.map_err(|error| error.to_string())?,
        Err(_) => return Err("the diagram is of a form that is not known".to_owned()),
    };
    // A sign that asks for an emoji makes the whole word vanish where there is no such letter.
    let svg = svg.replace('\u{FE0F}', "");
    let tree = usvg::Tree::from_str(&svg, options).map_err(|error| error.to_string())?;
    // What is drawn, which can reach out of what the picture says its size is.
    let bounds = tree.root().abs_layer_bounding_box();
    let size = vec2(bounds.width(), bounds.height()) + Vec2::splat(2.0 * EDGE_PT);
    let scale = PIXELS_PER_POINT.min(MAX_SIDE_PX / size.max_elem());
    let pixels = (size * scale).ceil().max(Vec2::splat(1.0));
    let mut pixmap = tiny_skia::Pixmap::new(pixels.x as u32, pixels.y as u32)
        .ok_or("the diagram has no size that can be drawn")?;
    let (x, y) = (EDGE_PT - bounds.x(), EDGE_PT - bounds.y());
    let transform = tiny_skia::Transform::from_scale(scale, scale).pre_translate(x, y);
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    let sides = [pixmap.width() as usize, pixmap.height() as usize];
    Ok((
        ColorImage::from_rgba_premultiplied(sides, pixmap.data()),
        size,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagrams_are_drawn_with_their_words_and_what_is_none_says_why() {
        let options = options();
        let colours = BTreeMap::new();
        let flow = "graph TD\n  A[Start here] --> B{Choice}\n  B -->|yes| C[Done]\n";
        let (image, size) = draw(flow, &colours, &options).expect("a diagram");
        assert!(size.x > 50.0 && size.y > 50.0);
        let wordless = "graph TD\n  A[ ] --> B{ }\n  B --> C[ ]\n";
        let (blank, _) = draw(wordless, &colours, &options).expect("a diagram");
        let n_dark = |image: &ColorImage| {
            let dark = image.pixels.iter().filter(|p| p.a() > 128 && p.r() < 100);
            dark.count()
        };
        assert!(n_dark(&image) > n_dark(&blank) + 300, "the words are drawn");
        assert!(draw("no diagram at all", &colours, &options).is_err());
        for source in [
            "",
            "graph",
            "graph TD\n A--",
            "sequenceDiagram\n A->>",
            "pie\n\"a\" : x",
        ] {
            let _ = draw(source, &colours, &options);
        }
    }
}
