//! The watcher on the real file system. Nothing here sleeps: tests wait for events, and for what
//! must not happen they wait until a sentinel that was changed later has been told.

mod churn;
mod converge;
mod edits;
mod faults;
mod hostile;
mod kinds;
mod limits;
mod links;
mod races;
mod requests;
mod roots;
mod served;
mod support;
mod tools;
mod writes;
