//! The tables of the database and what each is keyed by.

use redb::TableDefinition;

/// A table of bytes, ordered by its keys.
///
/// A key is the identity that the model gives the record, so that writing a record again always
/// meets the record that was there: ids big-endian, so that the order of keys is the order of
/// creation, and a document under its plan, so that one range read gives a plan's documents.
///
/// Authored tables hold what a person would miss. They are backed up and migrated, never dropped.
/// Derived ones may be dropped at any time: what is in them is found again in the plan folders.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Table {
    /// Plan id → plan.
    Plans,
    /// Phase id → phase.
    Phases,
    /// Milestone id → milestone.
    Milestones,
    /// Plan id, document id → document.
    Documents,
    /// Plan id → note.
    Notes,
    /// Plan id → reading.
    Readings,
    /// The text `library` → settings.
    Settings,
    /// Plan id, annotation id → annotation. Not under its document: it may follow its words to
    /// another.
    Annotations,
    /// Annotation id, reply id → reply.
    Replies,
    /// Plan id, link id → link.
    Links,
    /// Annotation id → where it stands.
    Placed,
    /// Annotation id → when it was handed back.
    HandOvers,
    /// Document id → what was last read of it.
    LastReads,
    /// Text id, number of the part → a part of a text that some record speaks of.
    Texts,
    /// Document id → stamp.
    Stamps,
    /// The text `library` → how far `ops.jsonl` reaches.
    OpsMark,
    /// Entry id → what was done.
    Journal,
    /// The text `library` → what the database is.
    Meta,
    /// Table name, 0, key, xxh3-64 of the bytes big-endian → a record's bytes as they were found.
    Quarantine,
}

pub(crate) type Bytes = &'static [u8];

impl Table {
    /// The tables that make up a library.
    pub(crate) const OF_LIBRARY: [Self; 14] = [
        Self::Plans,
        Self::Phases,
        Self::Milestones,
        Self::Documents,
        Self::Notes,
        Self::Readings,
        Self::Settings,
        Self::Annotations,
        Self::Replies,
        Self::Links,
        Self::Placed,
        Self::HandOvers,
        Self::LastReads,
        Self::Stamps,
    ];

    /// All tables.
    pub(crate) const ALL: [Self; 19] = [
        Self::Plans,
        Self::Phases,
        Self::Milestones,
        Self::Documents,
        Self::Notes,
        Self::Readings,
        Self::Settings,
        Self::Annotations,
        Self::Replies,
        Self::Links,
        Self::Placed,
        Self::HandOvers,
        Self::LastReads,
        Self::Texts,
        Self::Stamps,
        Self::OpsMark,
        Self::Journal,
        Self::Meta,
        Self::Quarantine,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plans => "authored/plans",
            Self::Phases => "authored/phases",
            Self::Milestones => "authored/milestones",
            Self::Documents => "authored/documents",
            Self::Notes => "authored/notes",
            Self::Readings => "authored/readings",
            Self::Settings => "authored/settings",
            Self::Annotations => "authored/annotations",
            Self::Replies => "authored/replies",
            Self::Links => "authored/links",
            Self::Placed => "authored/placed",
            Self::HandOvers => "authored/hand-overs",
            Self::LastReads => "authored/last-reads",
            Self::Texts => "authored/texts",
            Self::Stamps => "derived/stamps",
            Self::OpsMark => "derived/ops",
            Self::Journal => "authored/journal",
            Self::Meta => "authored/meta",
            Self::Quarantine => "authored/quarantine",
        }
    }

    /// What envelopes in this table say that they hold. Never changed, never used again.
    pub(crate) const fn kind(self) -> u8 {
        match self {
            Self::Plans => 1,
            Self::Phases => 2,
            Self::Milestones => 3,
            Self::Documents => 4,
            Self::Notes => 5,
            Self::Readings => 6,
            Self::Settings => 7,
            Self::Stamps => 8,
            Self::Meta => 9,
            Self::Journal => 10,
            Self::OpsMark => 11,
            Self::Annotations => 12,
            Self::Replies => 13,
            Self::Links => 14,
            Self::Placed => 15,
            Self::HandOvers => 16,
            Self::LastReads => 17,
            Self::Texts => 18,
            // Holds no envelopes of its own.
            Self::Quarantine => 0,
        }
    }

    pub(crate) const fn is_derived(self) -> bool {
        matches!(self, Self::Stamps | Self::OpsMark)
    }

    /// Whether a database of this schema is a whole one without it, in which the table is empty.
    pub(crate) const fn may_be_missing(self, schema: u32) -> bool {
        let is_later = match self {
            Self::Annotations
            | Self::Replies
            | Self::Links
            | Self::Placed
            | Self::HandOvers
            | Self::LastReads
            | Self::Texts
            // Came while the schema was 1.
            | Self::Journal => schema < 2,
            _ => false,
        };
        is_later || self.is_derived()
    }

    pub(crate) const fn definition(self) -> TableDefinition<'static, Bytes, Bytes> {
        TableDefinition::new(self.name())
    }
}
