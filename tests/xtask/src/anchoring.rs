//! `cargo xtask anchoring`: how well notes are placed again over real histories, against two published
//! methods, by the rules of the benchmark that the data comes with.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use postil_model::{Anchor, Cold, Placement, TextId, Warm};

use self::cases::{Case, Class, Data, Passage};
use self::document::Document;
use self::verdict::{Answer, Verdict, verdict};

mod cases;
mod document;
mod method_a;
mod method_b;
mod verdict;

#[cfg(test)]
mod tests;

/// How often each verdict was given on each class.
type Counts = BTreeMap<Class, BTreeMap<Verdict, usize>>;

/// Places every passage by every method and prints a table for each.
///
/// # Errors
///
/// Where the data cannot be read, is of another form, or nothing can be printed.
pub(crate) fn run(dir: &Path, only: Option<&str>, dump: Option<&Path>) -> anyhow::Result<ExitCode> {
    let data = Data::read(dir)?;
    let mut summary = serde_json::Map::new();
    for (name, method) in METHODS {
        if only.is_some_and(|only| only != *name) {
            continue;
        }
        let mut counts = Counts::new();
        let mut lines = String::new();
        let mut documents = BTreeMap::new();
        for case in &data.cases {
            for name in [&case.from, &case.to] {
                if !documents.contains_key(name) {
                    documents.insert(name.clone(), Document::new(&data.texts[name]));
                }
            }
            let answers = method(case, &documents[&case.from], &documents[&case.to]);
            for (passage, answer) in case.passages.iter().zip(answers) {
                let verdict = verdict(passage, &answer);
                *counts
                    .entry(passage.class)
                    .or_default()
                    .entry(verdict)
                    .or_default() += 1;
                lines += &line(passage, &answer, verdict);
            }
        }
        if let Some(dump) = dump {
            #[expect(
                clippy::disallowed_methods,
                reason = "a list to read, not a file to keep"
            )]
            std::fs::write(dump.join(format!("{name}.jsonl")), lines)?;
        }
        print(name, &counts)?;
        summary.insert((*name).to_owned(), json(&counts));
    }
    writeln!(io::stdout(), "{}", serde_json::Value::Object(summary))?;
    Ok(ExitCode::SUCCESS)
}

type Method = fn(&Case, &Document, &Document) -> Vec<Answer>;

const METHODS: &[(&str, Method)] = &[
    ("warm", warm),
    ("cold", cold),
    ("cold-all", cold_all),
    ("A", |case, old, new| {
        let passages = case.passages.iter();
        passages
            .map(|passage| method_a::place(old, new, passage))
            .collect()
    }),
    ("B", |case, old, new| {
        let passages = case.passages.iter();
        passages
            .map(|passage| method_b::place(old, new, passage))
            .collect()
    }),
];

fn warm(case: &Case, old: &Document, new: &Document) -> Vec<Answer> {
    let warm = Warm::new(&old.raw, &new.raw);
    let passages = case.passages.iter();
    passages
        .map(|passage| {
            let anchor = anchor(old, passage);
            answer(warm.place(&anchor, passage.range.clone()))
        })
        .collect()
}

fn cold(case: &Case, old: &Document, new: &Document) -> Vec<Answer> {
    let cold = Cold::new(&new.raw);
    let passages = case.passages.iter();
    passages
        .map(|passage| answer(cold.place(&anchor(old, passage))))
        .collect()
}

fn cold_all(case: &Case, old: &Document, new: &Document) -> Vec<Answer> {
    let anchors: Vec<_> = case
        .passages
        .iter()
        .map(|passage| anchor(old, passage))
        .collect();
    let anchors: Vec<_> = anchors.iter().collect();
    Cold::new(&new.raw)
        .place_all(&anchors)
        .into_iter()
        .map(answer)
        .collect()
}

fn anchor(old: &Document, passage: &Passage) -> Anchor {
    let headings = old.headings_over(passage.range.start);
    Anchor::of(&old.raw, passage.range.clone(), TextId([0; 32]), headings)
}

fn answer(placement: Placement) -> Answer {
    match placement {
        Placement::Exact { range } | Placement::Moved { range } => Answer::Sure(range),
        Placement::Changed { .. } | Placement::Ambiguous { .. } => {
            placement.range().map_or(Answer::Detached, Answer::Flagged)
        }
        Placement::Detached => Answer::Detached,
    }
}

fn line(passage: &Passage, answer: &Answer, verdict: Verdict) -> String {
    let (range, state) = match answer {
        Answer::Sure(range) => (Some(range), "exact"),
        Answer::Flagged(range) => (Some(range), "changed"),
        Answer::Detached => (None, "detached"),
    };
    let value = serde_json::json!({
        "id": passage.id,
        "start": range.map(|range| range.start),
        "end": range.map(|range| range.end),
        "state": state,
        "verdict": verdict.name(),
    });
    format!("{value}\n")
}

fn print(name: &str, counts: &Counts) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{name}\n")?;
    write!(out, "{:<16}{:>6}", "class", "n")?;
    for verdict in Verdict::ALL {
        write!(out, "{:>17}", verdict.name())?;
    }
    writeln!(out)?;
    for (class, counts) in counts {
        let n: usize = counts.values().sum();
        write!(out, "{:<16}{n:>6}", class.name())?;
        for verdict in Verdict::ALL {
            let count = counts.get(&verdict).copied().unwrap_or(0);
            let share = 100.0 * count as f64 / n as f64;
            write!(out, "{:>17}", format!("{count} ({share:.1}%)"))?;
        }
        writeln!(out)?;
    }
    let n: usize = counts.values().flat_map(BTreeMap::values).sum();
    let n_wrong = total(counts, Verdict::WrongConfident);
    let share = 100.0 * n_wrong as f64 / n as f64;
    writeln!(
        out,
        "\nall {n}: wrong and confident {n_wrong} ({share:.2}%)\n"
    )?;
    Ok(())
}

fn total(counts: &Counts, verdict: Verdict) -> usize {
    counts
        .values()
        .filter_map(|counts| counts.get(&verdict))
        .sum()
}

fn json(counts: &Counts) -> serde_json::Value {
    let classes = counts.iter().map(|(class, counts)| {
        let counts = Verdict::ALL.iter().map(|verdict| {
            let count = counts.get(verdict).copied().unwrap_or(0);
            (verdict.name().to_owned(), count.into())
        });
        (
            class.name().to_owned(),
            serde_json::Value::Object(counts.collect()),
        )
    });
    serde_json::Value::Object(classes.collect())
}
