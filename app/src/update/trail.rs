//! Going back and forward, as in a browser.

use postil_model::markdown::Place;

use super::Update;
use crate::state::Stop;

/// Places that are remembered.
const MAX_STOPS: usize = 200;

impl Update<'_> {
    /// Remembers where the reader is, before going elsewhere.
    pub(super) fn leave_place(&mut self) {
        let Some(stop) = self.stop() else {
            return;
        };
        let trail = &mut self.state.trail;
        if trail.back.last() != Some(&stop) {
            trail.back.push(stop);
        }
        if trail.back.len() > MAX_STOPS {
            trail.back.remove(0);
        }
        trail.forward.clear();
    }

    /// Goes to a place of the open document.
    pub(super) fn read_at(&mut self, place: Place) {
        if let Some(open) = &mut self.state.document {
            open.place = place;
            open.go_to = (open.go_to.0 + 1, place);
        }
    }

    /// Goes back, or forward again.
    pub(super) fn go_along(&mut self, is_back: bool) {
        let here = self.stop();
        let Some(plan) = self.state.open_plan else {
            return;
        };
        let trail = &mut self.state.trail;
        let (from, to) = if is_back {
            (&mut trail.back, &mut trail.forward)
        } else {
            (&mut trail.forward, &mut trail.back)
        };
        // A document can have been taken off the plan since.
        let library = &self.state.library;
        let next = std::iter::from_fn(|| from.pop())
            .find(|stop| library.document(plan, stop.document).is_some() && Some(*stop) != here);
        let Some(stop) = next else {
            return;
        };
        to.extend(here);
        self.open_document(stop.document, None);
        self.read_at(stop.place);
    }

    fn stop(&self) -> Option<Stop> {
        let open = self.state.document.as_ref()?;
        Some(Stop {
            document: open.id,
            place: open.place,
        })
    }
}
