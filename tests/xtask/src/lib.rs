//! What Postil's own commands share with its tests and benches: made-up plan folders.

pub mod plans;
