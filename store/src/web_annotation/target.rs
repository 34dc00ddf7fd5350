//! What an annotation is on.

use postil_model::{Anchor, DocumentId, Library, PlanId, Selectors, TextId};
use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::collect::{address, each};
use super::iri;
use super::report::Problem;
use super::write::{OwnAnchor, OwnFirst};

/// What an annotation is on, as far as its file says it.
#[derive(Debug)]
pub(super) enum On {
    /// The plan as a whole.
    Plan,
    /// A document of the plan as a whole.
    Document(DocumentId),
    /// Words of one.
    Words(DocumentId, Box<Words>),
    /// Anything else: another annotation, or something that is not of this plan.
    Other {
        /// Its address.
        address: String,
        /// The words of it, if some are given.
        quote: String,
    },
    /// Nothing that can be read.
    Nothing,
}

/// Words of a document.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) selectors: Selectors,
    /// What Postil itself wrote of them.
    pub(super) own: Option<Own>,
    pub(super) is_block: bool,
}

/// What Postil wrote of words beside the selectors.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) anchor: Anchor,
    pub(super) first: Option<Anchor>,
}

/// Reads the first target that is in the plan, else the first one.
pub(super) fn on(
    annotation: &Map<String, Value>,
    (library, plan): (&Library, PlanId),
    problems: &mut Vec<(Problem, String)>,
) -> On {
    let targets = each(annotation.get("target"));
    let mut all = targets.iter().map(|target| {
        let mut of_target = Vec::new();
        let on = one(target, (library, plan), &mut of_target);
        (on, of_target)
    });
    let Some(mut best) = all.next() else {
        return On::Nothing;
    };
    if matches!(best.0, On::Other { .. } | On::Nothing)
        && let Some(better) = all.find(|(on, _)| !matches!(on, On::Other { .. } | On::Nothing))
    {
        best = better;
    }
    if targets.len() > 1 {
        problems.push((Problem::OtherTargets, format!("{} in all", targets.len())));
    }
    problems.extend(best.1);
    best.0
}

fn one(
    target: &Value,
    (library, plan): (&Library, PlanId),
    problems: &mut Vec<(Problem, String)>,
) -> On {
    let source = target.get("source").unwrap_or(target);
    let given = each(target.get("selector"));
    if target.get("postil:plan").and_then(Value::as_bool) == Some(true) {
        return On::Plan;
    }
    let own_id = target
        .get("postil:document")
        .and_then(Value::as_str)
        .and_then(iri::to_id);
    let source = address(source);
    let Some(document) = document(library, plan, own_id.map(DocumentId), source) else {
        return source.map_or(On::Nothing, |source| On::Other {
            address: source.to_owned(),
            quote: selectors(given).exact,
        });
    };
    // What stands behind `#` in the address is a place, too, and none that is understood.
    let is_part = !given.is_empty() || source.is_some_and(|source| source.contains('#'));
    if !is_part {
        return On::Document(document);
    }
    let selectors = selectors(given);
    let has_quote = given
        .iter()
        .any(|selector| is_type(selector, "TextQuoteSelector"));
    let own = own(target, &selectors, has_quote, problems);
    if own.is_none() && selectors == Selectors::default() {
        problems.push((Problem::KeptOnDocument, String::new()));
        return On::Document(document);
    }
    let is_block = target.get("postil:block").and_then(Value::as_bool) == Some(true);
    let words = Words {
        selectors,
        own,
        is_block,
    };
    On::Words(document, Box::new(words))
}

/// The document with the id, else the one of the path.
fn document(
    library: &Library,
    plan: PlanId,
    id: Option<DocumentId>,
    source: Option<&str>,
) -> Option<DocumentId> {
    if let Some(id) = id.or_else(|| source.and_then(iri::to_id).map(DocumentId))
        && library.document(plan, id).is_some()
    {
        return Some(id);
    }
    let source = source?;
    let folder = library.plan(plan).map_or("", |plan| &plan.folder);
    let path = iri::to_path(source, folder)?;
    let mut of_path = library
        .documents(plan)
        .filter(|document| document.path == path);
    let first = of_path.next()?;
    // One that is there comes before one that was there.
    let present = std::iter::once(first)
        .chain(of_path)
        .find(|document| document.missing.is_none());
    Some(present.unwrap_or(first).id)
}

fn is_type(selector: &Value, wanted: &str) -> bool {
    let object = selector.as_object();
    object.is_some_and(|object| super::collect::words(object, "type").contains(&wanted))
}

fn selectors(given: &[Value]) -> Selectors {
    let mut selectors = Selectors::default();
    for selector in given {
        let text = |key: &str| {
            selector
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let number = |key: &str| {
            selector
                .get(key)
                .and_then(Value::as_u64)
                .and_then(|n| usize::try_from(n).ok())
        };
        if is_type(selector, "TextQuoteSelector") && selectors.exact.is_empty() {
            selectors.exact = text("exact");
            selectors.prefix = text("prefix");
            selectors.suffix = text("suffix");
        } else if is_type(selector, "TextPositionSelector")
            && selectors.position.is_none()
            && let (Some(start), Some(end)) = (number("start"), number("end"))
            && start <= end
        {
            selectors.position = Some(start..end);
        }
    }
    selectors
}

/// The anchors that Postil wrote; `None` where it did not, or where they cannot be read.
fn own(
    target: &Value,
    selectors: &Selectors,
    has_quote: bool,
    problems: &mut Vec<(Problem, String)>,
) -> Option<Own> {
    let given = target.get("postil:anchor")?;
    let own = OwnAnchor::deserialize(given)
        .ok()
        .filter(|_| has_quote)
        .and_then(|own| {
            let sought = anchor(own, &selectors.exact, &selectors.prefix, &selectors.suffix)?;
            let first = match target.get("postil:first") {
                Some(first) => {
                    let first = OwnFirst::deserialize(first).ok()?;
                    Some(anchor(
                        first.anchor,
                        &first.exact,
                        &first.prefix,
                        &first.suffix,
                    )?)
                }
                None => None,
            };
            Some(Own {
                anchor: sought,
                first,
            })
        });
    if own.is_none() {
        problems.push((Problem::OwnFieldsUnreadable, String::new()));
    }
    own
}

fn anchor(own: OwnAnchor, exact: &str, prefix: &str, suffix: &str) -> Option<Anchor> {
    let (start, end) = own.bytes;
    let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
    (range.start <= range.end).then(|| Anchor {
        quote: exact.to_owned(),
        before: prefix.to_owned(),
        after: suffix.to_owned(),
        range,
        headings: own.headings,
        text: TextId(own.text.0),
    })
}
