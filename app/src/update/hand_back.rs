//! Notes on their way back to whoever wrote the plan.

use std::collections::BTreeMap;
use std::path::PathBuf;

use postil_model::{Feedback, FeedbackOptions, PlanId, Standing, Standings, feedback};
use postil_store::web_annotation::to_json_ld;

use super::{Update, count};
use crate::command::DialogPurpose;
use crate::effects::{Effect, NewFile};
use crate::margin::{Form, HandBack};
use crate::state::Tone;

impl Update<'_> {
    pub(super) fn hand_back(&mut self, to: HandBack, options: FeedbackOptions) {
        match to {
            HandBack::Clipboard => {
                let Some((_, feedback)) = self.feedback(options) else {
                    return;
                };
                let n = feedback.hand_overs.len();
                self.effects.push(Effect::CopyText(feedback.text));
                self.write(feedback.hand_overs, None);
                let notes = count(n, "note");
                self.tell(
                    Tone::Info,
                    format!("{notes} copied, ready to be pasted"),
                    None,
                );
            }
            HandBack::File(form) => {
                let purpose = DialogPurpose::HandBack(form, options);
                self.effects.push(Effect::Choose(purpose));
            }
        }
    }

    /// The folder is chosen: the file goes there under a name that is free.
    pub(super) fn save_notes(&mut self, folder: PathBuf, form: Form, options: FeedbackOptions) {
        let Some((plan, feedback)) = self.feedback(options) else {
            return;
        };
        let name = self
            .state
            .library
            .plan(plan)
            .map_or("plan", |plan| &plan.name);
        let stem: String = name
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
            .collect();
        let file = match form {
            Form::Feedback => NewFile {
                folder,
                stem: format!("{stem}-notes"),
                extension: "md",
                text: feedback.text,
                then: feedback.hand_overs,
            },
            Form::WebAnnotations => NewFile {
                folder,
                stem: format!("{stem}-notes"),
                extension: "jsonld",
                text: self.of_standing(|this, standings| {
                    to_json_ld(&this.state.library, plan, standings, options)
                }),
                then: Vec::new(),
            },
        };
        self.effects.push(Effect::SaveNew(Box::new(file)));
    }

    fn feedback(&mut self, options: FeedbackOptions) -> Option<(PlanId, Feedback)> {
        self.hand_over_what_is_due(true);
        let plan = self.state.open_plan?;
        let now = self.env.now;
        let feedback = self.of_standing(|this, standings| {
            feedback(&this.state.library, plan, standings, options, now)
        });
        if feedback.hand_overs.is_empty() {
            self.tell(Tone::Info, "There is no note to hand back", None);
            return None;
        }
        Some((plan, feedback))
    }

    /// Hands over what is known of documents as they are now: of the open one.
    fn of_standing<T>(&self, then: impl FnOnce(&Self, &Standings<'_>) -> T) -> T {
        let mut standings = BTreeMap::new();
        let is_placed = self.state.margin.text.is_some();
        if let (Some(open), Some(parsed), true) =
            (&self.state.document, self.state.shown(), is_placed)
        {
            let standing = Standing {
                text: parsed.text(),
                placements: &self.state.margin.places,
            };
            standings.insert(open.id, standing);
        }
        then(self, &standings)
    }
}
