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
    /// Document id → stamp.
    Stamps,
    /// The text `library` → how far `ops.jsonl` reaches.
    OpsMark,
    /// Entry id → what was done. Not in databases of schema 1 that were made before there was a
    /// journal: there it is empty until something is written to it. No older Postil reads it, and
    /// what an older one changes makes an entry that cannot be undone, not one that harms.
    Journal,
    /// The text `library` → what the database is.
    Meta,
    /// Table name, 0, key, xxh3-64 of the bytes big-endian → a record's bytes as they were found.
    Quarantine,
}

pub(crate) type Bytes = &'static [u8];

impl Table {
    /// The tables that make up a library.
    pub(crate) const OF_LIBRARY: [Self; 8] = [
        Self::Plans,
        Self::Phases,
        Self::Milestones,
        Self::Documents,
        Self::Notes,
        Self::Readings,
        Self::Settings,
        Self::Stamps,
    ];

    /// All tables.
    pub(crate) const ALL: [Self; 12] = [
        Self::Plans,
        Self::Phases,
        Self::Milestones,
        Self::Documents,
        Self::Notes,
        Self::Readings,
        Self::Settings,
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
            // Holds no envelopes of its own.
            Self::Quarantine => 0,
        }
    }

    pub(crate) const fn is_derived(self) -> bool {
        matches!(self, Self::Stamps | Self::OpsMark)
    }

    /// Whether a database without it is a whole one, in which the table is empty.
    pub(crate) const fn may_be_missing(self) -> bool {
        self.is_derived() || matches!(self, Self::Journal)
    }

    pub(crate) const fn definition(self) -> TableDefinition<'static, Bytes, Bytes> {
        TableDefinition::new(self.name())
    }
}
