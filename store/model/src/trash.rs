//! What lies in the trash, by name.

use crate::{Library, LinkTarget, RecordId, Timestamp, label};

/// Something that was removed and can be restored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trashed {
    /// Which record.
    pub record: RecordId,
    /// Its name, or its first words.
    pub name: String,
    /// What it is, and where it was: `phase of Garden`.
    pub of: String,
    /// When it was removed.
    pub at: Timestamp,
}

impl Library {
    /// What is in the trash and would be seen if it were restored, the latest first.
    #[must_use]
    pub fn trash(&self) -> Vec<Trashed> {
        let removed = self.removed().into_iter();
        let named = removed.filter_map(|(at, record)| {
            let (name, of) = self.name_of_removed(record)?;
            Some(Trashed {
                record,
                name,
                of,
                at,
            })
        });
        named.collect()
    }

    fn name_of_removed(&self, record: RecordId) -> Option<(String, String)> {
        let plan_name = |id| self.plan(id).map_or("", |plan| plan.name.as_str());
        match record {
            RecordId::Plan(id) => Some((self.plan(id)?.name.clone(), "plan".to_owned())),
            RecordId::Phase(id) => {
                let phase = self.phase(id)?;
                let of = format!("phase of {}", plan_name(phase.plan));
                Some((phase.name.clone(), of))
            }
            RecordId::Milestone(id) => {
                let milestone = self.milestone(id)?;
                let phase = self.phase(milestone.phase)?;
                let of = format!("milestone of {}", phase.name);
                Some((milestone.name.clone(), of))
            }
            RecordId::Annotation(plan, id) => {
                let annotation = self.annotation(plan, id)?;
                let words = if annotation.body.trim().is_empty() {
                    let passage = annotation.passage();
                    passage.map_or("", |passage| passage.anchor.quote.as_str())
                } else {
                    &annotation.body
                };
                let document = annotation.document().and_then(|id| self.document(plan, id));
                let of = document.map_or_else(|| plan_name(plan), |d| d.path.as_str());
                Some((label::first_words(words), format!("note on {of}")))
            }
            RecordId::Reply(of, id) => {
                let reply = self.reply(of, id)?;
                let to = self.annotation_of_any_plan(of)?;
                let of = format!("reply in {}", plan_name(to.plan));
                Some((label::first_words(&reply.body), of))
            }
            RecordId::Link(plan, id) => {
                let link = self.link(plan, id)?;
                let target = match &link.target {
                    LinkTarget::Plan(to) => plan_name(*to),
                    LinkTarget::File(path) => path,
                };
                let name = if link.name.is_empty() {
                    target
                } else {
                    &link.name
                };
                Some((name.to_owned(), format!("link of {}", plan_name(plan))))
            }
            RecordId::Document(..)
            | RecordId::Note(_)
            | RecordId::Reading(_)
            | RecordId::Settings
            | RecordId::Placed(_)
            | RecordId::HandOver(_)
            | RecordId::LastRead(_)
            | RecordId::Stamp(_) => None,
        }
    }
}
