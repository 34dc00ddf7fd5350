//! What the suites across Postil's packages share.

pub mod bench;
pub mod disk;
pub mod gui;
pub mod window;
