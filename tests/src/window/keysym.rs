//! Owns the X names of keys: the ones a test presses, and the one of any character.

use x11rb::protocol::xproto::Keysym;

/// Backspace.
pub const BACKSPACE: Keysym = 0xff08;
/// Tab.
pub const TAB: Keysym = 0xff09;
/// Return.
pub const RETURN: Keysym = 0xff0d;
/// Escape.
pub const ESCAPE: Keysym = 0xff1b;
/// Home.
pub const HOME: Keysym = 0xff50;
/// Arrow left.
pub const LEFT: Keysym = 0xff51;
/// Arrow up.
pub const UP: Keysym = 0xff52;
/// Arrow right.
pub const RIGHT: Keysym = 0xff53;
/// Arrow down.
pub const DOWN: Keysym = 0xff54;
/// Page up.
pub const PAGE_UP: Keysym = 0xff55;
/// Page down.
pub const PAGE_DOWN: Keysym = 0xff56;
/// End.
pub const END: Keysym = 0xff57;
/// The first function key; those after it follow it.
pub const F1: Keysym = 0xffbe;
/// Delete.
pub const DELETE: Keysym = 0xffff;
/// Shift left.
pub const SHIFT: Keysym = 0xffe1;
/// Control left.
pub const CONTROL: Keysym = 0xffe3;
/// Alt left.
pub const ALT: Keysym = 0xffe9;
/// Super left.
pub const SUPER: Keysym = 0xffeb;

/// The key of a character: itself in Latin-1, 0x01000000 above its code point otherwise (X11
/// protocol, appendix A).
#[must_use]
pub fn from_char(char: char) -> Keysym {
    match char {
        '\n' => RETURN,
        '\t' => TAB,
        ' '..='~' | '\u{a0}'..='\u{ff}' => u32::from(char),
        _ => 0x0100_0000 + u32::from(char),
    }
}
