//! What is listed for a person, and in which order.

use std::cmp::Ordering;

use crate::{Library, Plan, PlanId, PlanStatus, Progress, Timestamp};

/// A line of the list of plans.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanSummary {
    /// The plan.
    pub id: PlanId,
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: String,
    /// Where it stands.
    pub status: PlanStatus,
    /// What is reached.
    pub progress: Progress,
    /// When it last changed.
    pub updated: Timestamp,
}

/// The registered plans that match `query`: active ones first, then completed, then archived; in
/// each the one that changed last comes first.
#[must_use]
pub fn plan_summaries(library: &Library, query: &str) -> Vec<PlanSummary> {
    let mut plans: Vec<&Plan> = library
        .plans()
        .filter(|plan| plan_matches(plan, query))
        .collect();
    plans.sort_by_key(|plan| {
        (
            status_order(plan.status),
            std::cmp::Reverse(plan.updated),
            plan.id,
        )
    });
    plans
        .into_iter()
        .map(|plan| PlanSummary {
            id: plan.id,
            name: plan.name.clone(),
            folder: plan.folder.clone(),
            status: plan.status,
            progress: library.progress(plan.id),
            updated: plan.updated,
        })
        .collect()
}

/// Whether every word of `query` is found in the plan's name, folder or description, upper and
/// lower case being the same.
#[must_use]
pub fn plan_matches(plan: &Plan, query: &str) -> bool {
    let fields = [&plan.name, &plan.folder, &plan.description].map(|s| s.to_lowercase());
    query
        .to_lowercase()
        .split_whitespace()
        .all(|word| fields.iter().any(|field| field.contains(word)))
}

fn status_order(status: PlanStatus) -> u8 {
    match status {
        PlanStatus::Active => 0,
        PlanStatus::Completed => 1,
        PlanStatus::Archived => 2,
    }
}

/// The order in which the documents of a folder are read: a folder's own files before its
/// sub-folders, `README` and `index` first, numbers by value (`2-…` before `10-…`), letters
/// without regard to case.
#[must_use]
pub fn document_order(a: &str, b: &str) -> Ordering {
    let (mut rest_a, mut rest_b) = (a, b);
    loop {
        match (rest_a.split_once('/'), rest_b.split_once('/')) {
            (Some((folder_a, tail_a)), Some((folder_b, tail_b))) => {
                match natural_order(folder_a, folder_b) {
                    Ordering::Equal => (rest_a, rest_b) = (tail_a, tail_b),
                    unequal => return unequal,
                }
            }
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (None, None) => {
                return is_not_entry(rest_a)
                    .cmp(&is_not_entry(rest_b))
                    .then_with(|| natural_order(rest_a, rest_b));
            }
        }
    }
}

fn is_not_entry(file: &str) -> bool {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    !(stem.eq_ignore_ascii_case("readme") || stem.eq_ignore_ascii_case("index"))
}

fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (digits_a, digits_b) = (n_digits(left), n_digits(right));
        if digits_a > 0 && digits_b > 0 {
            let (number_a, number_b) = (&left[..digits_a], &right[..digits_b]);
            match number_order(number_a, number_b) {
                Ordering::Equal => (left, right) = (&left[digits_a..], &right[digits_b..]),
                unequal => return unequal,
            }
            continue;
        }
        let (mut chars_a, mut chars_b) = (left.chars(), right.chars());
        match (chars_a.next(), chars_b.next()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => match x.to_lowercase().cmp(y.to_lowercase()) {
                Ordering::Equal => (left, right) = (chars_a.as_str(), chars_b.as_str()),
                unequal => return unequal,
            },
        }
    }
}

fn n_digits(s: &str) -> usize {
    s.bytes().take_while(u8::is_ascii_digit).count()
}

/// Compares runs of digits of any length by value.
fn number_order(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn documents_are_listed_as_they_are_read() {
        let mut paths = [
            "specs/2-later.md",
            "10-end.md",
            "2-middle.md",
            "README.md",
            "appendix/a.md",
            "specs/README.md",
            "1-start.md",
            "Alpha.md",
            "beta.md",
            "007.md",
        ];
        paths.sort_by(|a, b| document_order(a, b));
        assert_eq!(
            paths,
            [
                "README.md",
                "1-start.md",
                "2-middle.md",
                "007.md",
                "10-end.md",
                "Alpha.md",
                "beta.md",
                "appendix/a.md",
                "specs/README.md",
                "specs/2-later.md",
            ]
        );
    }

    proptest! {
        #[test]
        fn the_order_is_total(mut paths in prop::collection::vec("[a-cA-C0-2/.ß]{0,8}", 3)) {
            paths.sort_by(|a, b| document_order(a, b));
            let [a, b, c] = [&paths[0], &paths[1], &paths[2]];
            prop_assert_ne!(document_order(a, c), Ordering::Greater);
            prop_assert_eq!(document_order(a, b), document_order(b, a).reverse());
            prop_assert_eq!(document_order(a, b) == Ordering::Equal, a == b);
        }
    }
}
