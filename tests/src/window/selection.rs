//! Owns how another program's question for a selection is answered; clipboard and drags both offer
//! one.

use anyhow::Result;
use x11rb::{
    protocol::xproto::{
        AtomEnum, ConnectionExt as _, EventMask, PropMode, SelectionNotifyEvent,
        SelectionRequestEvent,
    },
    wrapper::ConnectionExt as _,
};

use super::link::Link;

/// What a selection is offered as: names of types, and the bytes that each stands for.
pub(super) type Offers = Vec<(&'static str, Vec<u8>)>;

/// Answers a question with one of the offers, or with their list, or with a refusal. Returns
/// whether data was given.
pub(super) fn answer(
    link: &Link,
    request: &SelectionRequestEvent,
    offers: &Offers,
) -> Result<bool> {
    let conn = &link.conn;
    let asked = request.target;
    // Clients older than the convention name no property and mean the target's.
    let property = if request.property == x11rb::NONE {
        asked
    } else {
        request.property
    };
    let mut types = vec![link.atom("TARGETS")?];
    for (name, _) in offers {
        types.push(link.atom(name)?);
    }

    let found = types.iter().position(|&atom| atom == asked);
    match found {
        Some(0) => {
            conn.change_property32(
                PropMode::REPLACE,
                request.requestor,
                property,
                AtomEnum::ATOM,
                &types,
            )?
            .check()?;
        }
        Some(index) => {
            let data = &offers[index - 1].1;
            conn.change_property8(PropMode::REPLACE, request.requestor, property, asked, data)?
                .check()?;
        }
        None => {}
    }
    let notify = SelectionNotifyEvent {
        response_type: x11rb::protocol::xproto::SELECTION_NOTIFY_EVENT,
        sequence: 0,
        time: request.time,
        requestor: request.requestor,
        selection: request.selection,
        target: asked,
        property: if found.is_some() {
            property
        } else {
            x11rb::NONE
        },
    };
    conn.send_event(false, request.requestor, EventMask::NO_EVENT, notify)?
        .check()?;
    Ok(found.is_some_and(|index| index > 0))
}
