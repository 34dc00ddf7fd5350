//! Which annotations a file has: the containers around them.

use serde_json::{Map, Value};

use super::report::{Problem, Report};

/// More annotations are not read of one file.
pub(super) const MAX_ITEMS: usize = 50_000;

/// The annotations of a file in its order. `None` if it is nothing that has annotations.
pub(super) fn items<'v>(file: &'v Value, report: &mut Report) -> Option<Vec<&'v Value>> {
    let mut found = Vec::new();
    let mut is_container = false;
    // What is yet to be looked into, the next on top. JSON is a tree: it ends, and what names itself
    // by an address is not followed.
    let mut waiting = vec![file];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(values) => {
                is_container |= std::ptr::eq(value, file);
                waiting.extend(values.iter().rev());
            }
            Value::Object(object) if is_collection(object) => {
                is_container = true;
                let inner = ["next", "items", "first", "@graph"]
                    .iter()
                    .filter_map(|key| object.get(*key));
                for value in inner {
                    match value {
                        Value::String(address) => {
                            report.add(Problem::PageElsewhere, found.len(), address);
                        }
                        value => waiting.push(value),
                    }
                }
            }
            other => found.push(other),
        }
    }
    let is_annotation = |value: &&Value| value.get("target").is_some();
    (is_container || found.iter().any(is_annotation)).then(|| {
        report.n_items = found.len();
        for _ in found.iter().skip(MAX_ITEMS) {
            report.add(Problem::TooMany, MAX_ITEMS + 1, "");
        }
        found.truncate(MAX_ITEMS);
        found
    })
}

fn is_collection(object: &Map<String, Value>) -> bool {
    let is_named = |name: &str| name.ends_with("Collection") || name.ends_with("AnnotationPage");
    words(object, "type").into_iter().any(is_named)
        || object.contains_key("@graph")
        || (object.contains_key("items") && !object.contains_key("target"))
}

/// The strings under a key, which may be one or a list; also under the key as JSON-LD writes it out.
pub(super) fn words<'v>(object: &'v Map<String, Value>, key: &str) -> Vec<&'v str> {
    let value = object.get(key).or_else(|| object.get(&format!("@{key}")));
    match value {
        Some(Value::String(word)) => vec![word],
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// One value, or the values of a list.
pub(super) fn each(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(values)) => values,
        Some(value) => std::slice::from_ref(value),
    }
}

/// The address of a thing: the thing itself, or its `id`.
pub(super) fn address(value: &Value) -> Option<&str> {
    match value {
        Value::String(address) => Some(address),
        Value::Object(object) => words(object, "id").first().copied(),
        _ => None,
    }
}
