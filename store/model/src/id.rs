//! Typed ids and the one representation of time.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        ///
        /// 128 bits; ids made later are greater, so a range read in id order is a read in the order
        /// of creation. Made by the caller, never here.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u128);
    )*};
}

id! {
    /// Names a registered plan.
    PlanId,
    /// Names a phase of a plan.
    PhaseId,
    /// Names a milestone of a phase.
    MilestoneId,
    /// Names a document of a plan, whatever its file is called at the moment.
    DocumentId,
    /// Names a note in the margin.
    AnnotationId,
    /// Names an answer to a note in the margin.
    ReplyId,
    /// Names a link of a plan.
    LinkId,
}

/// Names a text by what it is: the hash of the bytes of the file that it was read from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TextId(pub [u8; 32]);

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp(pub i64);
