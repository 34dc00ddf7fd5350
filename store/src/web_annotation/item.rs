//! One annotation, as its file says it.

use postil_model::{AnnotationKind, Library, PlanId, Timestamp};
use serde_json::{Map, Value};

use super::body::{Said, said};
use super::collect::words;
use super::report::Problem;
use super::target::{On, on};
use super::{iri, time};

/// An annotation as it was read.
pub(super) struct Item<'v> {
    /// Its number in the file, from one on.
    pub(super) number: usize,
    pub(super) object: &'v Map<String, Value>,
    /// What its file calls it; empty if it has no id.
    pub(super) name: String,
    pub(super) id: u128,
    pub(super) created: Option<Timestamp>,
    pub(super) updated: Option<Timestamp>,
    pub(super) resolved: Option<Timestamp>,
    pub(super) on: On,
    pub(super) kind: AnnotationKind,
    pub(super) said: Said,
    /// Whether it says that it is an answer.
    pub(super) is_replying: bool,
    pub(super) problems: Vec<(Problem, String)>,
}

impl Item<'_> {
    /// The words that it suggests.
    pub(super) fn kind_words(&self) -> Option<&str> {
        match &self.kind {
            AnnotationKind::Replacement { words } => Some(words),
            _ => None,
        }
    }
}

/// What is understood of an annotation, or needs no place of its own.
const KNOWN: [&str; 18] = [
    "@context",
    "@id",
    "@type",
    "body",
    "bodyValue",
    "created",
    "generated",
    "generator",
    "id",
    "modified",
    "motivation",
    "postil:colour",
    "postil:created",
    "postil:kind",
    "postil:modified",
    "postil:resolved",
    "target",
    "type",
];

/// Reads an annotation; `None` if it is none.
pub(super) fn item<'v>(
    number: usize,
    value: &'v Value,
    library: &Library,
    plan: PlanId,
) -> Option<Item<'v>> {
    let object = value
        .as_object()
        .filter(|object| object.contains_key("target"))?;
    let mut problems = Vec::new();
    let mut time = |keys: [&str; 2]| {
        let given = keys.iter().find_map(|key| object.get(*key))?;
        let at = time::from_value(given);
        if at.is_none() {
            problems.push((Problem::TimeUnreadable, given.to_string()));
        }
        at
    };
    let created = time(["postil:created", "created"]);
    let updated = time(["postil:modified", "modified"]);
    let resolved = time(["postil:resolved", "postil:resolved"]);
    let name = words(object, "id")
        .first()
        .copied()
        .unwrap_or_default()
        .to_owned();
    let id = match iri::to_id(&name) {
        Some(id) => id,
        None if name.is_empty() => iri::id_from(&value.to_string(), created),
        None => iri::id_from(&name, created),
    };
    let left_out: Vec<_> = object
        .keys()
        .filter(|key| !KNOWN.contains(&key.as_str()))
        .collect();
    if !left_out.is_empty() {
        let names: Vec<_> = left_out.into_iter().map(String::as_str).collect();
        problems.push((Problem::FieldsLeftOut, names.join(", ")));
    }
    let motivations = words(object, "motivation");
    let motivations: Vec<_> = motivations
        .iter()
        .map(|word| word.trim_start_matches("oa:"))
        .collect();
    let mut said = said(object);
    let kind = kind(object, &motivations, &mut said, &mut problems);
    let on = on(object, (library, plan), &mut problems);
    Some(Item {
        number,
        object,
        name,
        id,
        created,
        updated,
        resolved,
        on,
        kind,
        said,
        is_replying: motivations.contains(&"replying"),
        problems,
    })
}

/// What Postil says that it is, else what its motivation comes to.
fn kind(
    object: &Map<String, Value>,
    motivations: &[&str],
    said: &mut Said,
    problems: &mut Vec<(Problem, String)>,
) -> AnnotationKind {
    let own = object
        .get("postil:kind")
        .map(|kind| kind.as_str().unwrap_or_default());
    let colour = object.get("postil:colour");
    let known_colour = colour
        .and_then(Value::as_u64)
        .and_then(|colour| u8::try_from(colour).ok());
    if colour.is_some() && known_colour.is_none() {
        problems.push((Problem::OwnFieldsUnreadable, "postil:colour".to_owned()));
    }
    let highlight = AnnotationKind::Highlight {
        colour: known_colour.unwrap_or_default(),
    };
    let kind = match own {
        Some("highlight") => Some(highlight.clone()),
        Some("comment") => Some(AnnotationKind::Comment),
        Some("question") => Some(AnnotationKind::Question),
        Some("deletion") => Some(AnnotationKind::Deletion),
        Some("replacement") if said.instead.is_some() => None,
        Some(other) => {
            problems.push((Problem::OwnFieldsUnreadable, format!("postil:kind {other}")));
            None
        }
        None => None,
    };
    if let Some(kind) = kind {
        // Words that no kind but a replacement has a place for are not lost.
        if let Some(instead) = said.instead.take() {
            let gap = if said.text.is_empty() { "" } else { "\n\n" };
            said.text = [&instead, gap, &said.text].concat();
            problems.push((Problem::BodiesJoined, String::new()));
        }
        return kind;
    }
    if let Some(words) = said.instead.take() {
        return AnnotationKind::Replacement { words };
    }
    let has = |motivation: &str| motivations.contains(&motivation);
    if has("questioning") {
        return AnnotationKind::Question;
    }
    if has("highlighting") && !has("commenting") {
        return highlight;
    }
    let is_comment = ["commenting", "describing", "replying", "tagging"]
        .iter()
        .any(|word| has(word));
    if !(is_comment || motivations.is_empty()) {
        problems.push((Problem::OtherMotivation, motivations.join(", ")));
    }
    AnnotationKind::Comment
}
