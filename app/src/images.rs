//! Pictures of a plan: read by the watcher, decoded with limits on a thread of their own.
//!
//! Only addresses of the form `postil://PLAN/path` are loaded, where PLAN is the plan's id in hex, and
//! what is written into a document as a `data:` URL. Nothing comes over the network, and an SVG reads
//! no other file.

use std::collections::{BTreeSet, HashMap};
use std::io::Cursor;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Sender, bounded};
use data_url::DataUrl;
use egui::load::{BytesPoll, ImageLoadResult, ImageLoader, ImagePoll, LoadError, SizeHint};
use egui::{Color32, ColorImage};
use postil_model::PlanId;
use postil_model::markdown::{LinkTarget, link_target};
use postil_watcher::{Request, RootId};
use resvg::{tiny_skia, usvg};

/// A larger file is not opened.
const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;
/// Pixels that a picture may have on a side.
const MAX_SIDE_PX: u32 = 8_192;
/// Bytes that decoding may take.
const MAX_DECODE_BYTES: u64 = 128 * 1024 * 1024;
/// Pixels that an SVG is drawn with on its longer side at the most.
const MAX_SVG_SIDE_PX: f32 = 2_048.0;
/// Pictures that may wait to be decoded.
const N_WAITING: usize = 1_024;

const SCHEME: &str = "postil://";
/// Before the hash of a `data:` URL, which egui keeps as bytes.
const EMBEDDED: &str = "bytes://postil-embedded-";

/// The address of a picture that a document of this plan names.
#[must_use]
pub fn uri_prefix(plan: PlanId) -> String {
    format!("{SCHEME}{:032x}/", plan.0)
}

/// The address of a picture that is written into a document; the URL itself is what
/// [`egui::Context::include_bytes`] is to hold under it.
#[must_use]
pub fn embedded_uri(data_url: &str) -> String {
    let hash = egui::Id::unique(data_url).value();
    format!("{EMBEDDED}{hash:016x}-{}", data_url.len())
}

/// The pictures and the thread that decodes them; dropping it stops and joins the thread.
#[derive(Debug)]
pub struct Images {
    shared: Arc<Shared>,
    work: Option<Sender<(String, Arc<[u8]>)>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    pictures: Mutex<Pictures>,
}

#[derive(Debug, Default)]
struct Pictures {
    by_uri: HashMap<String, Picture>,
    /// Asked for in this frame, to be handed to the watcher.
    asked: BTreeSet<String>,
    /// Written into documents, to be decoded.
    embedded: Vec<(String, Arc<[u8]>)>,
}

#[derive(Debug)]
enum Picture {
    Waiting,
    Ready(Arc<ColorImage>),
    Failed(String),
}

impl Shared {
    /// A panic while the lock was held leaves whole entries: each is written in one step.
    fn lock(&self) -> MutexGuard<'_, Pictures> {
        self.pictures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Images {
    /// Starts the thread; `wake` is called when a picture is ready.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(wake: Arc<dyn Fn() + Send + Sync>) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let (work, waiting) = bounded::<(String, Arc<[u8]>)>(N_WAITING);
        let pictures = Arc::clone(&shared);
        let thread = Builder::new().name("images".to_owned()).spawn(move || {
            while let Ok((uri, bytes)) = waiting.recv() {
                let picture = match decode(&uri, &bytes) {
                    Ok(image) => Picture::Ready(Arc::new(image)),
                    Err(why) => Picture::Failed(why),
                };
                pictures.lock().by_uri.insert(uri, picture);
                wake();
            }
        })?;
        Ok(Self {
            shared,
            work: Some(work),
            thread: Some(thread),
        })
    }

    /// Registers the loader with a window.
    pub fn install(&self, ctx: &egui::Context) {
        ctx.add_image_loader(Arc::new(Loader {
            shared: Arc::clone(&self.shared),
        }));
    }

    /// Requests for the watcher that drawing has brought up.
    #[must_use]
    pub fn take_requests(&self) -> Vec<Request> {
        let embedded = std::mem::take(&mut self.shared.lock().embedded);
        for (uri, url) in embedded {
            self.arrived_as(uri, Ok(url));
        }
        let asked = std::mem::take(&mut self.shared.lock().asked);
        asked.iter().filter_map(|uri| request_of(uri)).collect()
    }

    /// The bytes of a picture were read, or could not be.
    pub fn arrived(&self, plan: PlanId, path: &str, bytes: &Result<Arc<[u8]>, String>) {
        // One file may be named in several ways, as with `..` or `%20`.
        let of_file =
            |uri: &&String| request_path(uri).is_some_and(|(of, p)| of == plan && p == path);
        let uris: Vec<String> = {
            let pictures = self.shared.lock();
            let waiting = pictures
                .by_uri
                .iter()
                .filter(|(_, p)| matches!(p, Picture::Waiting));
            waiting
                .map(|(uri, _)| uri)
                .filter(of_file)
                .cloned()
                .collect()
        };
        for uri in uris {
            self.arrived_as(uri, bytes.clone());
        }
    }

    fn arrived_as(&self, uri: String, bytes: Result<Arc<[u8]>, String>) {
        match (bytes, &self.work) {
            (Ok(bytes), Some(work)) => {
                if work.try_send((uri.clone(), bytes)).is_err() {
                    // Asked for again when it is next drawn.
                    self.shared.lock().by_uri.remove(&uri);
                }
            }
            (Ok(_), None) => {}
            (Err(why), _) => {
                self.shared.lock().by_uri.insert(uri, Picture::Failed(why));
            }
        }
    }

    /// Drops what is held of a plan's pictures, so that they are read again.
    pub fn forget(&self, ctx: &egui::Context, plan: PlanId) {
        let prefix = uri_prefix(plan);
        let mut forgotten = Vec::new();
        self.shared.lock().by_uri.retain(|uri, picture| {
            let stays = !uri.starts_with(&prefix) || matches!(picture, Picture::Waiting);
            if !stays {
                forgotten.push(uri.clone());
            }
            stays
        });
        // Outside the lock: the window asks the loader to forget in turn.
        for uri in &forgotten {
            ctx.forget_image(uri);
        }
    }

    /// Whether any picture is on its way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.shared
            .lock()
            .by_uri
            .values()
            .any(|picture| matches!(picture, Picture::Waiting))
    }
}

impl Drop for Images {
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the images' thread had panicked");
        }
    }
}

fn request_of(uri: &str) -> Option<Request> {
    let (plan, path) = request_path(uri)?;
    Some(Request::ReadAsset {
        root: RootId(plan.0),
        path,
        max_bytes: MAX_FILE_BYTES,
    })
}

/// The plan and the path under its folder that an address names.
fn request_path(uri: &str) -> Option<(PlanId, String)> {
    let (plan, path) = uri.strip_prefix(SCHEME)?.split_once('/')?;
    let plan = PlanId(u128::from_str_radix(plan, 16).ok()?);
    match link_target(path, "") {
        LinkTarget::Document { path, .. } => Some((plan, path)),
        _ => None,
    }
}

struct Loader {
    shared: Arc<Shared>,
}

impl Loader {
    fn load_embedded(&self, ctx: &egui::Context, uri: &str) -> ImageLoadResult {
        let is_known = self.shared.lock().by_uri.contains_key(uri);
        // Outside the lock: the window asks its loaders in turn.
        let bytes = if is_known {
            None
        } else {
            match ctx.try_load_bytes(uri)? {
                BytesPoll::Ready { bytes, .. } => Some(Arc::from(&*bytes)),
                BytesPoll::Pending { .. } => return Ok(ImagePoll::Pending { size: None }),
            }
        };
        let mut pictures = self.shared.lock();
        if let Some(bytes) = bytes {
            pictures.by_uri.insert(uri.to_owned(), Picture::Waiting);
            pictures.embedded.push((uri.to_owned(), bytes));
        }
        poll(pictures.by_uri.get(uri))
    }
}

fn poll(picture: Option<&Picture>) -> ImageLoadResult {
    match picture {
        Some(Picture::Ready(image)) => Ok(ImagePoll::Ready {
            image: Arc::clone(image),
        }),
        Some(Picture::Failed(why)) => Err(LoadError::Loading(why.clone())),
        Some(Picture::Waiting) | None => Ok(ImagePoll::Pending { size: None }),
    }
}

impl ImageLoader for Loader {
    fn id(&self) -> &'static str {
        concat!(module_path!(), "::Loader")
    }

    fn load(&self, ctx: &egui::Context, uri: &str, _: SizeHint) -> ImageLoadResult {
        if uri.starts_with(EMBEDDED) {
            return self.load_embedded(ctx, uri);
        }
        let Some((_, path)) = uri
            .strip_prefix(SCHEME)
            .and_then(|rest| rest.split_once('/'))
        else {
            let why = format!("Pictures from elsewhere are not fetched: {uri}");
            return Err(LoadError::Loading(why));
        };
        if !matches!(link_target(path, ""), LinkTarget::Document { .. }) {
            let why =
                format!("The picture lies outside the plan's folder and is not shown: {path}");
            return Err(LoadError::Loading(why));
        }
        let mut pictures = self.shared.lock();
        if !pictures.by_uri.contains_key(uri) {
            pictures.by_uri.insert(uri.to_owned(), Picture::Waiting);
            pictures.asked.insert(uri.to_owned());
        }
        poll(pictures.by_uri.get(uri))
    }

    fn forget(&self, uri: &str) {
        self.shared.lock().by_uri.remove(uri);
    }

    fn forget_all(&self) {
        self.shared.lock().by_uri.clear();
    }

    fn byte_size(&self) -> usize {
        let pictures = self.shared.lock();
        let bytes = pictures.by_uri.values().map(|picture| match picture {
            Picture::Ready(image) => image.pixels.len() * size_of::<Color32>(),
            Picture::Failed(_) | Picture::Waiting => 0,
        });
        bytes.sum()
    }

    fn has_pending(&self) -> bool {
        self.shared
            .lock()
            .by_uri
            .values()
            .any(|picture| matches!(picture, Picture::Waiting))
    }
}

/// Decodes a picture within the limits.
///
/// # Errors
/// Words for the person, when it is no picture, is damaged or is too large.
pub fn decode(uri: &str, bytes: &[u8]) -> Result<ColorImage, String> {
    if uri.starts_with(EMBEDDED) {
        return decode_embedded(bytes);
    }
    let path = std::path::Path::new(uri);
    let is_svg = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("svg"));
    if is_svg {
        decode_svg(bytes)
    } else {
        decode_raster(bytes)
    }
}

/// A picture that is written as a `data:` URL.
fn decode_embedded(url: &[u8]) -> Result<ColorImage, String> {
    // Four letters for three bytes, or three for one.
    if url.len() as u64 > MAX_FILE_BYTES * 4 / 3 {
        let most = MAX_FILE_BYTES / (1024 * 1024);
        return Err(format!("The picture is larger than {most} MB"));
    }
    let damaged = "What is written in place of the picture is damaged";
    let url = std::str::from_utf8(url).map_err(|_| damaged)?;
    let url = DataUrl::process(url).map_err(|error| format!("{damaged} ({error})"))?;
    let (bytes, _) = url
        .decode_to_vec()
        .map_err(|error| format!("{damaged} ({error})"))?;
    match (
        url.mime_type().type_.as_str(),
        url.mime_type().subtype.as_str(),
    ) {
        ("image", "svg+xml") => decode_svg(&bytes),
        ("image", _) => decode_raster(&bytes),
        (kind, of) => Err(format!(
            "What is written there is no picture, but {kind}/{of}"
        )),
    }
}

fn decode_raster(bytes: &[u8]) -> Result<ColorImage, String> {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    let mut reader = image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| format!("The picture cannot be read ({error})"))?;
    reader.limits(limits);
    let image = reader.decode().map_err(|error| match error {
        image::ImageError::Limits(_) => {
            format!("The picture is too large, at most {MAX_SIDE_PX} pixels a side are shown")
        }
        error => format!("The picture cannot be read ({error})"),
    })?;
    let image = image.into_rgba8();
    let size = [image.width() as usize, image.height() as usize];
    Ok(ColorImage::from_rgba_unmultiplied(
        size,
        image.as_flat_samples().as_slice(),
    ))
}

fn decode_svg(bytes: &[u8]) -> Result<ColorImage, String> {
    let mut options = usvg::Options::default();
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    options.image_href_resolver.resolve_data = Box::new(|_, _, _| None);
    let fonts = options.fontdb_mut();
    fonts.load_font_data(crate::fonts::INTER_REGULAR.to_vec());
    fonts.set_sans_serif_family("Inter");
    fonts.set_serif_family("Inter");
    "Inter".clone_into(&mut options.font_family);
    let tree = usvg::Tree::from_data(bytes, &options)
        .map_err(|error| format!("The picture cannot be read ({error})"))?;
    let size = tree.size();
    let longer = size.width().max(size.height());
    // Twice its size for sharp lines on dense screens, within the limit.
    let scale = (MAX_SVG_SIDE_PX / longer).min(2.0);
    let (width, height) = (
        (size.width() * scale).ceil(),
        (size.height() * scale).ceil(),
    );
    let mut pixmap = tiny_skia::Pixmap::new(width.max(1.0) as u32, height.max(1.0) as u32)
        .ok_or("The picture has no size that can be drawn")?;
    resvg::render(
        &tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    let pixels = [pixmap.width() as usize, pixmap.height() as usize];
    let mut image = ColorImage::from_rgba_premultiplied(pixels, pixmap.data());
    image.source_size =
        egui::vec2(size.width(), size.height()).min(egui::Vec2::splat(MAX_SVG_SIDE_PX));
    Ok(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::DynamicImage::new_luma8(width, height)
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("a picture in memory");
        bytes.into_inner()
    }

    #[test]
    fn pictures_within_the_limits_are_decoded() {
        let image = decode("postil://0/a.png", &png(3, 2)).expect("a picture");
        assert_eq!(image.size, [3, 2]);
    }

    #[test]
    fn pictures_in_the_text_itself_are_decoded_or_say_what_is_wrong() {
        let decode = |url: &str| decode(&embedded_uri(url), url.as_bytes());
        let dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        let image = decode(&format!("data:image/png;base64,{dot}")).expect("a picture");
        assert_eq!(image.size, [1, 1]);
        let gif = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
        assert_eq!(decode(gif).expect("a picture").size, [1, 1]);
        let svg =
            "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='4' height='2'/%3E";
        assert_eq!(decode(svg).expect("a picture").size, [8, 4]);
        for (url, why) in [
            ("data:image/png;base64,%%%", "damaged"),
            ("data:image/png;base64,iVBORw0KGgo=", "cannot be read"),
            ("data:image/png", "comma"),
            ("data:text/html,<b>", "no picture, but text/html"),
        ] {
            let said = decode(url).expect_err(url);
            assert!(said.contains(why), "{url}: {said}");
        }
        let long = "A".repeat(15_000_000);
        let said = decode(&format!("data:image/png;base64,{long}")).expect_err("too large");
        assert!(said.contains("larger than 10 MB"), "{said}");
    }

    #[test]
    fn a_picture_that_is_too_large_is_refused() {
        let why = decode("postil://0/a.png", &png(MAX_SIDE_PX + 1, 1)).expect_err("too large");
        assert!(why.contains("too large"), "{why}");
    }

    #[test]
    fn damaged_pictures_are_refused() {
        let mut bytes = png(30, 20);
        bytes.truncate(40);
        assert!(decode("postil://0/a.png", &bytes).is_err());
        assert!(decode("postil://0/a.png", b"no picture").is_err());
        assert!(decode("postil://0/a.svg", b"<svg").is_err());
    }

    #[test]
    fn an_svg_reads_no_other_file_and_its_size_is_bounded() {
        let dir = tempfile::tempdir().expect("a folder");
        let other = dir.path().join("red.png");
        let red = image::RgbaImage::from_pixel(4, 4, image::Rgba([255, 0, 0, 255]));
        red.save(&other).expect("a picture on disk");
        let svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"
                xmlns:xlink="http://www.w3.org/1999/xlink">
                <image width="8" height="8" href="{}"/></svg>"#,
            other.display(),
        );
        let image = decode("postil://0/a.svg", svg.as_bytes()).expect("an empty picture");
        assert!(image.pixels.iter().all(|pixel| pixel.a() == 0));

        let huge = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9"/>"#;
        let image = decode("postil://0/a.svg", huge.as_bytes()).expect("a bounded picture");
        assert!(image.size[0] <= MAX_SVG_SIDE_PX as usize);
    }
}
