//! What the suites across Postil's packages share.

pub mod window;
