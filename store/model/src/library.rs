//! All marginalia in memory, and the questions that are asked of them.

mod margin;

use std::collections::BTreeMap;

use crate::{
    Annotation, AnnotationId, Change, Document, DocumentId, FileStamp, HandOver, LastRead, Link,
    LinkId, Milestone, MilestoneId, Note, Phase, PhaseId, Placed, Plan, PlanId, Progress, Reading,
    RecordId, Reply, ReplyId, Settings, Timestamp,
};

/// Everything that the database holds, as values.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Library {
    plans: BTreeMap<PlanId, Plan>,
    phases: BTreeMap<PhaseId, Phase>,
    milestones: BTreeMap<MilestoneId, Milestone>,
    documents: BTreeMap<PlanId, BTreeMap<DocumentId, Document>>,
    stamps: BTreeMap<DocumentId, FileStamp>,
    notes: BTreeMap<PlanId, Note>,
    readings: BTreeMap<PlanId, Reading>,
    annotations: BTreeMap<PlanId, BTreeMap<AnnotationId, Annotation>>,
    replies: BTreeMap<AnnotationId, BTreeMap<ReplyId, Reply>>,
    links: BTreeMap<PlanId, BTreeMap<LinkId, Link>>,
    placed: BTreeMap<AnnotationId, Placed>,
    hand_overs: BTreeMap<AnnotationId, HandOver>,
    last_reads: BTreeMap<DocumentId, LastRead>,
    settings: Settings,
}

impl Library {
    /// Takes over one change. Later changes to the same record win.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Plan(plan) => drop(self.plans.insert(plan.id, plan)),
            Change::Phase(phase) => drop(self.phases.insert(phase.id, phase)),
            Change::Milestone(milestone) => drop(self.milestones.insert(milestone.id, milestone)),
            Change::Document(document) => {
                let of_plan = self.documents.entry(document.plan).or_default();
                of_plan.insert(document.id, document);
            }
            Change::Stamp(stamp) => drop(self.stamps.insert(stamp.document, stamp)),
            Change::Note(note) => drop(self.notes.insert(note.plan, note)),
            Change::Reading(reading) => drop(self.readings.insert(reading.plan, reading)),
            Change::Settings(settings) => self.settings = settings.sane(),
            Change::Annotation(annotation) => {
                let of_plan = self.annotations.entry(annotation.plan).or_default();
                of_plan.insert(annotation.id, annotation);
            }
            Change::Reply(reply) => {
                let of_annotation = self.replies.entry(reply.annotation).or_default();
                of_annotation.insert(reply.id, reply);
            }
            Change::Link(link) => {
                let of_plan = self.links.entry(link.plan).or_default();
                of_plan.insert(link.id, link);
            }
            Change::Placed(placed) => drop(self.placed.insert(placed.annotation, placed)),
            Change::HandOver(hand_over) => {
                self.hand_overs.insert(hand_over.annotation, hand_over);
            }
            Change::LastRead(read) => drop(self.last_reads.insert(read.document, read)),
        }
    }

    /// The same library as changes: what to store so that applying them to an empty library
    /// gives it back.
    pub fn to_changes(&self) -> impl Iterator<Item = Change> {
        let documents = self.documents.values().flat_map(BTreeMap::values);
        let annotations = self.annotations.values().flat_map(BTreeMap::values);
        let replies = self.replies.values().flat_map(BTreeMap::values);
        let links = self.links.values().flat_map(BTreeMap::values);
        self.plans
            .values()
            .cloned()
            .map(Change::Plan)
            .chain(self.phases.values().cloned().map(Change::Phase))
            .chain(self.milestones.values().cloned().map(Change::Milestone))
            .chain(documents.cloned().map(Change::Document))
            .chain(self.stamps.values().copied().map(Change::Stamp))
            .chain(self.notes.values().cloned().map(Change::Note))
            .chain(self.readings.values().copied().map(Change::Reading))
            .chain(annotations.cloned().map(Change::Annotation))
            .chain(replies.cloned().map(Change::Reply))
            .chain(links.cloned().map(Change::Link))
            .chain(self.placed.values().cloned().map(Change::Placed))
            .chain(self.hand_overs.values().copied().map(Change::HandOver))
            .chain(self.last_reads.values().copied().map(Change::LastRead))
            .chain(std::iter::once(Change::Settings(self.settings.clone())))
    }

    /// A record as it is now; `None` if there is none. The settings are always there.
    #[must_use]
    pub fn record(&self, id: RecordId) -> Option<Change> {
        match id {
            RecordId::Plan(id) => self.plans.get(&id).cloned().map(Change::Plan),
            RecordId::Phase(id) => self.phases.get(&id).cloned().map(Change::Phase),
            RecordId::Milestone(id) => self.milestones.get(&id).cloned().map(Change::Milestone),
            RecordId::Document(plan, id) => self.document(plan, id).cloned().map(Change::Document),
            RecordId::Note(plan) => self.notes.get(&plan).cloned().map(Change::Note),
            RecordId::Reading(plan) => self.readings.get(&plan).copied().map(Change::Reading),
            RecordId::Settings => Some(Change::Settings(self.settings.clone())),
            RecordId::Stamp(id) => self.stamps.get(&id).copied().map(Change::Stamp),
            RecordId::Annotation(plan, id) => {
                self.annotation(plan, id).cloned().map(Change::Annotation)
            }
            RecordId::Reply(of, id) => self.reply(of, id).cloned().map(Change::Reply),
            RecordId::Link(plan, id) => self.link(plan, id).cloned().map(Change::Link),
            RecordId::Placed(id) => self.placed.get(&id).cloned().map(Change::Placed),
            RecordId::HandOver(id) => self.hand_overs.get(&id).copied().map(Change::HandOver),
            RecordId::LastRead(id) => self.last_reads.get(&id).copied().map(Change::LastRead),
        }
    }

    /// What was removed and can be restored, the latest first.
    #[must_use]
    pub fn removed(&self) -> Vec<(Timestamp, RecordId)> {
        let plans = self.plans.values();
        let plans = plans.map(|plan| (plan.removed, RecordId::Plan(plan.id)));
        let phases = self.phases.values();
        let phases = phases.map(|phase| (phase.removed, RecordId::Phase(phase.id)));
        let milestones = self.milestones.values();
        let milestones = milestones.map(|m| (m.removed, RecordId::Milestone(m.id)));
        let annotations = self.annotations.values().flat_map(BTreeMap::values);
        let annotations = annotations.map(|a| (a.removed, RecordId::Annotation(a.plan, a.id)));
        let replies = self.replies.values().flat_map(BTreeMap::values);
        let replies = replies.map(|r| (r.removed, RecordId::Reply(r.annotation, r.id)));
        let links = self.links.values().flat_map(BTreeMap::values);
        let links = links.map(|link| (link.removed, RecordId::Link(link.plan, link.id)));
        let mut removed: Vec<_> = plans
            .chain(phases)
            .chain(milestones)
            .chain(annotations)
            .chain(replies)
            .chain(links)
            .filter_map(|(at, id)| at.map(|at| (at, id)))
            .collect();
        removed.sort_by(|a, b| b.cmp(a));
        removed
    }

    /// The registered plans, oldest first.
    pub fn plans(&self) -> impl Iterator<Item = &Plan> {
        self.plans.values().filter(|plan| plan.removed.is_none())
    }

    /// Any plan that was ever registered.
    #[must_use]
    pub fn plan(&self, id: PlanId) -> Option<&Plan> {
        self.plans.get(&id)
    }

    /// The plan of a folder, registered or removed.
    #[must_use]
    pub fn plan_of_folder(&self, folder: &str) -> Option<&Plan> {
        let mut found = self.plans.values().filter(|plan| plan.folder == folder);
        let first = found.next()?;
        if first.removed.is_none() {
            return Some(first);
        }
        Some(found.find(|plan| plan.removed.is_none()).unwrap_or(first))
    }

    /// The phases of a plan in their order, without removed ones.
    #[must_use]
    pub fn phases(&self, plan: PlanId) -> Vec<&Phase> {
        let mut phases: Vec<_> = self
            .phases
            .values()
            .filter(|phase| phase.plan == plan && phase.removed.is_none())
            .collect();
        phases.sort_by_key(|phase| (phase.rank, phase.id));
        phases
    }

    /// Any phase, removed ones too.
    #[must_use]
    pub fn phase(&self, id: PhaseId) -> Option<&Phase> {
        self.phases.get(&id)
    }

    /// The milestones of a phase in their order, without removed ones.
    #[must_use]
    pub fn milestones(&self, phase: PhaseId) -> Vec<&Milestone> {
        let mut milestones: Vec<_> = self
            .milestones
            .values()
            .filter(|milestone| milestone.phase == phase && milestone.removed.is_none())
            .collect();
        milestones.sort_by_key(|milestone| (milestone.rank, milestone.id));
        milestones
    }

    /// Any milestone, removed ones too.
    #[must_use]
    pub fn milestone(&self, id: MilestoneId) -> Option<&Milestone> {
        self.milestones.get(&id)
    }

    /// How many milestones of a phase are reached.
    #[must_use]
    pub fn phase_progress(&self, phase: PhaseId) -> Progress {
        let milestones = self.milestones(phase);
        let n_done = milestones.iter().filter(|m| m.completed.is_some()).count();
        Progress {
            n_done,
            n_total: milestones.len(),
        }
    }

    /// How many milestones of a plan are reached.
    #[must_use]
    pub fn progress(&self, plan: PlanId) -> Progress {
        self.phases(plan)
            .iter()
            .fold(Progress::default(), |sum, phase| {
                let part = self.phase_progress(phase.id);
                Progress {
                    n_done: sum.n_done + part.n_done,
                    n_total: sum.n_total + part.n_total,
                }
            })
    }

    /// All documents of a plan, missing ones too, in the order of their ids.
    pub fn documents(&self, plan: PlanId) -> impl Iterator<Item = &Document> {
        self.documents
            .get(&plan)
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    /// One document of a plan.
    #[must_use]
    pub fn document(&self, plan: PlanId, id: DocumentId) -> Option<&Document> {
        self.documents.get(&plan)?.get(&id)
    }

    /// What the file system said of a document's file.
    #[must_use]
    pub fn stamp(&self, document: DocumentId) -> Option<&FileStamp> {
        self.stamps.get(&document)
    }

    /// The free notes of a plan.
    #[must_use]
    pub fn note(&self, plan: PlanId) -> Option<&Note> {
        self.notes.get(&plan)
    }

    /// Where the person read in a plan.
    #[must_use]
    pub fn reading(&self, plan: PlanId) -> Option<&Reading> {
        self.readings.get(&plan)
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
