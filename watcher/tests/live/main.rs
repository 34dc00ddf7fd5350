//! The watcher on the real file system. Nothing here sleeps: tests wait for events, and for what
//! must not happen they wait until a sentinel that was changed later has been told.

mod edits;
mod hostile;
mod requests;
mod roots;
mod support;
