//! What an annotation says.

use serde_json::{Map, Value};

use super::collect::{address, each, words};
use super::report::Problem;

/// What was said, and what is to be known of the reading of it.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// In one text.
    pub(super) text: String,
    /// Words that are to take the place of those that are marked.
    pub(super) instead: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) problems: Vec<(Problem, String)>,
}

/// Reads all bodies of an annotation. Nothing in them is more than text.
pub(super) fn said(annotation: &Map<String, Value>) -> Said {
    let mut said = Said::default();
    let mut texts = Vec::new();
    for body in each(annotation.get("bodyValue"))
        .iter()
        .chain(each(annotation.get("body")))
    {
        take(
            body,
            annotation.contains_key("bodyValue"),
            &mut said,
            &mut texts,
        );
    }
    if texts.len() > 1 {
        said.problems.push((Problem::BodiesJoined, String::new()));
    }
    said.text = texts.join("\n\n");
    said
}

fn take(body: &Value, is_plain: bool, said: &mut Said, texts: &mut Vec<String>) {
    let object = match body {
        Value::String(text) if is_plain => return texts.push(text.clone()),
        Value::String(_) => return elsewhere(body, said, texts),
        Value::Object(object) => object,
        _ => return said.problems.push((Problem::BodyUnreadable, String::new())),
    };
    // A choice between bodies: all of them, since nobody is here to choose.
    if !object.contains_key("value") && object.contains_key("items") {
        for body in each(object.get("items")) {
            take(body, false, said, texts);
        }
        return;
    }
    let purposes = words(object, "purpose");
    let Some(value) = object.get("value") else {
        if purposes.contains(&"tagging")
            && let Some(address) = address(body)
        {
            return tag(address, said);
        }
        return elsewhere(object.get("source").unwrap_or(body), said, texts);
    };
    let Some(value) = value.as_str() else {
        return said.problems.push((Problem::BodyUnreadable, String::new()));
    };
    if words(object, "format")
        .iter()
        .any(|format| format.contains("html"))
    {
        said.problems.push((Problem::HtmlAsSource, String::new()));
    }
    if purposes.contains(&"tagging") {
        tag(value, said);
    } else if purposes.contains(&"editing") && said.instead.is_none() {
        said.instead = Some(value.to_owned());
    } else {
        texts.push(value.to_owned());
    }
}

fn tag(tag: &str, said: &mut Said) {
    if !said.tags.iter().any(|there| there == tag) {
        said.tags.push(tag.to_owned());
    }
}

fn elsewhere(body: &Value, said: &mut Said, texts: &mut Vec<String>) {
    match address(body) {
        Some(address) => {
            said.problems
                .push((Problem::BodyElsewhere, address.to_owned()));
            texts.push(address.to_owned());
        }
        None => said.problems.push((Problem::BodyUnreadable, String::new())),
    }
}
