//! Notes as JSON-LD.

use std::collections::BTreeMap;

use postil_model::{
    Anchor, Annotation, AnnotationKind, AnnotationState, CodePoints, DocumentId, FeedbackOptions,
    Library, Passage, Placement, PlanId, Reply, Standings, Target, notes_to_hand_over,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{iri, time};
use crate::ops::Hex;

#[derive(Serialize)]
struct CollectionOut {
    #[serde(rename = "@context")]
    context: Value,
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    label: String,
    total: usize,
    first: PageOut,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageOut {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    start_index: usize,
    items: Vec<AnnotationOut>,
}

#[derive(Serialize)]
struct AnnotationOut {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    motivation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    body: Vec<BodyOut>,
    target: TargetOut,
    #[serde(rename = "postil:kind", skip_serializing_if = "Option::is_none")]
    own_kind: Option<&'static str>,
    #[serde(rename = "postil:colour", skip_serializing_if = "Option::is_none")]
    colour: Option<u8>,
    #[serde(rename = "postil:resolved", skip_serializing_if = "Option::is_none")]
    resolved: Option<Value>,
    #[serde(rename = "postil:created", skip_serializing_if = "Option::is_none")]
    created_ms: Option<i64>,
    #[serde(rename = "postil:modified", skip_serializing_if = "Option::is_none")]
    modified_ms: Option<i64>,
}

#[derive(Serialize)]
struct BodyOut {
    #[serde(rename = "type")]
    kind: &'static str,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    purpose: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum TargetOut {
    Note(String),
    Plan {
        id: String,
        #[serde(rename = "postil:plan")]
        is_plan: bool,
    },
    Document {
        #[serde(rename = "type")]
        kind: &'static str,
        source: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        selector: Vec<SelectorOut>,
        #[serde(rename = "postil:document")]
        document: String,
        #[serde(rename = "postil:block", skip_serializing_if = "std::ops::Not::not")]
        is_block: bool,
        #[serde(rename = "postil:anchor", skip_serializing_if = "Option::is_none")]
        anchor: Option<OwnAnchor>,
        #[serde(rename = "postil:first", skip_serializing_if = "Option::is_none")]
        first: Option<Box<OwnFirst>>,
    },
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum SelectorOut {
    #[serde(rename = "TextQuoteSelector")]
    Quote {
        exact: String,
        prefix: String,
        suffix: String,
    },
    #[serde(rename = "TextPositionSelector")]
    Position { start: usize, end: usize },
}

/// What of an anchor the quote's selector does not say.
#[derive(Serialize, Deserialize)]
pub(super) struct OwnAnchor {
    pub(super) bytes: (u64, u64),
    pub(super) headings: Vec<String>,
    pub(super) text: Hex<32>,
}

/// The whole of one.
#[derive(Serialize, Deserialize)]
pub(super) struct OwnFirst {
    pub(super) exact: String,
    pub(super) prefix: String,
    pub(super) suffix: String,
    #[serde(flatten)]
    pub(super) anchor: OwnAnchor,
}

impl From<&Anchor> for OwnAnchor {
    fn from(anchor: &Anchor) -> Self {
        Self {
            bytes: (anchor.range.start as u64, anchor.range.end as u64),
            headings: anchor.headings.clone(),
            text: Hex(anchor.text.0),
        }
    }
}

impl From<&Anchor> for OwnFirst {
    fn from(anchor: &Anchor) -> Self {
        Self {
            exact: anchor.quote.clone(),
            prefix: anchor.before.clone(),
            suffix: anchor.after.clone(),
            anchor: anchor.into(),
        }
    }
}

/// The notes of a plan that `options` ask for and the answers to them, oldest first, as the text of a
/// `.jsonld` file. Positions are given for notes whose words stand unaltered in `standings`.
#[must_use]
pub fn to_json_ld(
    library: &Library,
    plan: PlanId,
    standings: &Standings<'_>,
    options: &FeedbackOptions,
) -> String {
    let mut writer = Writer {
        library,
        standings,
        points: BTreeMap::new(),
    };
    let mut items = Vec::new();
    for annotation in notes_to_hand_over(library, plan, options) {
        items.push(writer.note(annotation));
        items.extend(library.replies(annotation.id).map(reply));
    }
    let id = format!("urn:x-postil:notes:{}", iri::uuid(plan.0));
    let collection = CollectionOut {
        context: json!(["http://www.w3.org/ns/anno.jsonld", { "postil": "urn:x-postil:" }]),
        kind: "AnnotationCollection",
        label: library
            .plan(plan)
            .map_or_else(String::new, |plan| plan.name.clone()),
        total: items.len(),
        first: PageOut {
            id: format!("{id}:1"),
            kind: "AnnotationPage",
            start_index: 0,
            items,
        },
        id,
    };
    // Strings, numbers and lists: nothing that JSON does not know.
    let mut text = serde_json::to_string_pretty(&collection).unwrap_or_default();
    text.push('\n');
    text
}

struct Writer<'a> {
    library: &'a Library,
    standings: &'a Standings<'a>,
    points: BTreeMap<DocumentId, CodePoints<'a>>,
}

impl Writer<'_> {
    fn note(&mut self, annotation: &Annotation) -> AnnotationOut {
        let (motivation, own_kind) = match annotation.kind {
            AnnotationKind::Highlight { .. } => ("highlighting", "highlight"),
            AnnotationKind::Comment => ("commenting", "comment"),
            AnnotationKind::Question => ("questioning", "question"),
            AnnotationKind::Replacement { .. } => ("editing", "replacement"),
            AnnotationKind::Deletion => ("editing", "deletion"),
        };
        let mut body = Vec::new();
        if let AnnotationKind::Replacement { words } = &annotation.kind {
            body.push(markdown(words, "editing"));
        }
        if !annotation.body.is_empty() {
            let is_question = annotation.kind == AnnotationKind::Question;
            let purpose = if is_question {
                "questioning"
            } else {
                "commenting"
            };
            body.push(markdown(&annotation.body, purpose));
        }
        body.extend(annotation.tags.iter().map(|tag| BodyOut {
            kind: "TextualBody",
            value: tag.clone(),
            format: None,
            purpose: "tagging",
        }));
        AnnotationOut {
            id: iri::of_id(annotation.id.0),
            kind: "Annotation",
            motivation,
            created: time::to_text(annotation.created),
            modified: time::to_text(annotation.updated),
            body,
            target: self.target(annotation),
            own_kind: Some(own_kind),
            colour: match annotation.kind {
                AnnotationKind::Highlight { colour } => Some(colour),
                _ => None,
            },
            resolved: match annotation.state {
                AnnotationState::Resolved { at } => Some(time::to_value(at)),
                AnnotationState::Draft | AnnotationState::Open => None,
            },
            created_ms: time::to_text(annotation.created)
                .is_none()
                .then_some(annotation.created.0),
            modified_ms: time::to_text(annotation.updated)
                .is_none()
                .then_some(annotation.updated.0),
        }
    }

    fn target(&mut self, annotation: &Annotation) -> TargetOut {
        let (document, passage, is_block) = match &annotation.target {
            Target::Plan => {
                return TargetOut::Plan {
                    id: iri::of_id(annotation.plan.0),
                    is_plan: true,
                };
            }
            Target::Document(document) => (*document, None, false),
            Target::Passage(document, passage) => (*document, Some(passage), false),
            Target::Block(document, passage) => (*document, Some(passage), true),
        };
        let known = self.library.document(annotation.plan, document);
        TargetOut::Document {
            kind: "SpecificResource",
            source: known.map_or_else(|| iri::of_id(document.0), |known| iri::of_path(&known.path)),
            selector: passage.map_or_else(Vec::new, |passage| {
                self.selectors(annotation, document, passage)
            }),
            document: iri::of_id(document.0),
            is_block,
            anchor: passage.map(|passage| passage.sought().into()),
            first: passage
                .filter(|passage| passage.confirmed.is_some())
                .map(|passage| Box::new(OwnFirst::from(&passage.anchor))),
        }
    }

    fn selectors(
        &mut self,
        annotation: &Annotation,
        document: DocumentId,
        passage: &Passage,
    ) -> Vec<SelectorOut> {
        let sought = passage.sought();
        let mut selectors = vec![SelectorOut::Quote {
            exact: sought.quote.clone(),
            prefix: sought.before.clone(),
            suffix: sought.after.clone(),
        }];
        if let Some(standing) = self.standings.get(&document)
            && let Some(Placement::Exact { range } | Placement::Moved { range }) =
                standing.placements.get(&annotation.id)
            && standing.text.get(range.clone()) == Some(&sought.quote)
        {
            let points = self.points.entry(document);
            let points = points.or_insert_with(|| CodePoints::new(standing.text));
            let points = points.of_bytes(range);
            selectors.extend(points.map(|points| SelectorOut::Position {
                start: points.start,
                end: points.end,
            }));
        }
        selectors
    }
}

fn reply(reply: &Reply) -> AnnotationOut {
    AnnotationOut {
        id: iri::of_id(reply.id.0),
        kind: "Annotation",
        motivation: "replying",
        created: time::to_text(reply.created),
        modified: time::to_text(reply.updated),
        body: vec![markdown(&reply.body, "replying")],
        target: TargetOut::Note(iri::of_id(reply.annotation.0)),
        own_kind: None,
        colour: None,
        resolved: None,
        created_ms: time::to_text(reply.created)
            .is_none()
            .then_some(reply.created.0),
        modified_ms: time::to_text(reply.updated)
            .is_none()
            .then_some(reply.updated.0),
    }
}

fn markdown(value: &str, purpose: &'static str) -> BodyOut {
    BodyOut {
        kind: "TextualBody",
        value: value.to_owned(),
        format: Some("text/markdown"),
        purpose,
    }
}
