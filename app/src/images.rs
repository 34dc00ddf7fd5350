//! Pictures of a plan: read by the watcher, decoded with limits on a thread of their own.
//!
//! Only addresses of the form `postil://PLAN/path` are loaded, where PLAN is the plan's id in hex, and
//! what is written into a document as a `data:` URL. Nothing comes over the network, and an SVG reads
//! no other file.

mod decode;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Sender, bounded};
use egui::load::{BytesPoll, ImageLoadResult, ImageLoader, ImagePoll, LoadError, SizeHint};
use egui::{Color32, ColorImage};
use postil_model::PlanId;
use postil_model::markdown::{LinkTarget, link_target};
use postil_watcher::{Request, RootId};

use self::decode::decode;

/// A larger file is not opened.
const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;
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
