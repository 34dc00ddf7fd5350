//! The benchmark's data: versions of documents, passages of them, and where those went.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

/// A pair of versions of a document.
pub(super) struct Case {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) passages: Vec<Passage>,
}

/// Words of the one version, and where the truth has them in the other.
pub(super) struct Passage {
    pub(super) id: String,
    pub(super) class: Class,
    /// Bytes of the old version.
    pub(super) range: Range<usize>,
    pub(super) quote: String,
    /// Bytes of the new version.
    pub(super) to: Option<Range<usize>>,
    /// Bytes of the new version that count as right too.
    pub(super) acceptable: Vec<Range<usize>>,
}

/// What became of a passage, by the truth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Class {
    Same,
    Moved,
    Changed,
    HeavilyChanged,
    Gone,
}

impl Class {
    pub(super) const ALL: [Self; 5] = [
        Self::Same,
        Self::Moved,
        Self::Changed,
        Self::HeavilyChanged,
        Self::Gone,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Moved => "moved",
            Self::Changed => "changed",
            Self::HeavilyChanged => "heavily_changed",
            Self::Gone => "gone",
        }
    }
}

/// All cases, and the texts by name.
pub(super) struct Data {
    pub(super) cases: Vec<Case>,
    pub(super) texts: BTreeMap<String, String>,
}

impl Data {
    /// Reads `cases.jsonl` and what it names of `versions/` below `dir`.
    pub(super) fn read(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join("cases.jsonl");
        let lines = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let mut texts = BTreeMap::new();
        let mut cases = Vec::new();
        for line in lines.lines().filter(|line| !line.is_empty()) {
            let case = case(&serde_json::from_str(line)?).context("a case of another form")?;
            for name in [&case.from, &case.to] {
                if !texts.contains_key(name) {
                    let path = dir.join("versions").join(format!("{name}.md"));
                    let text =
                        fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                    texts.insert(name.clone(), text);
                }
            }
            cases.push(case);
        }
        Ok(Self { cases, texts })
    }
}

fn case(value: &Value) -> Option<Case> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let passages = value["passages"].as_array()?.iter();
    Some(Case {
        from: text("from")?,
        to: text("to")?,
        passages: passages.map(passage).collect::<Option<_>>()?,
    })
}

fn passage(value: &Value) -> Option<Passage> {
    let range = |start: &Value, end: &Value| -> Option<Range<usize>> {
        Some(usize::try_from(start.as_u64()?).ok()?..usize::try_from(end.as_u64()?).ok()?)
    };
    let class = value["class"].as_str()?;
    let acceptable = value["acceptable"].as_array()?.iter();
    Some(Passage {
        id: value["id"].as_str()?.to_owned(),
        class: Class::ALL.into_iter().find(|of| of.name() == class)?,
        range: range(&value["start"], &value["end"])?,
        quote: value["quote"].as_str()?.to_owned(),
        to: range(&value["to_start"], &value["to_end"]),
        acceptable: acceptable
            .map(|pair| range(&pair[0], &pair[1]))
            .collect::<Option<_>>()?,
    })
}
