//! Makes the bundled SQLite plan as 3.42 does, as far as that can be switched: what it learnt since turns EXISTS into joins and
//! orders joins otherwise, and so decides otherwise which of osquery's tables get their required columns.

use rusqlite::{Connection, ffi};
use std::ffi::c_uint;

/// `SQLITE_OrderBySubq`, `SQLITE_StarQuery`, `SQLITE_ExistsToJoin` and `SQLITE_UnionLimit` of `sqliteInt.h`: the optimizations
/// that came after 3.42. A later SQLite may number them anew; the tests of query shapes would tell.
const NEWER: c_uint = 0xF000_0000;

/// Switches off what came after SQLite 3.42.
pub(crate) fn as_in_3_42(db: &Connection) {
    // SAFETY: the handle is that of a living connection, and this control takes a handle and an unsigned number.
    #[expect(unsafe_code, reason = "rusqlite has no call for it")]
    unsafe {
        ffi::sqlite3_test_control(ffi::SQLITE_TESTCTRL_OPTIMIZATIONS, db.handle(), NEWER);
    }
}
