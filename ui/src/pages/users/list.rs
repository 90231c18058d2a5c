//! The table itself with its foot.

use super::{ViewUrl, columns, rows::Rows};
use crate::{
    kit::{
        grid::{Grid, SortBy},
        text,
    },
    parts::user_link::UsersView,
    state::prefs::Prefs,
};
use contract::users::UserRow;
use domain::{Timestamp, UserColumn};
use leptos::prelude::*;
use std::sync::Arc;

/// A row with the clock that its ages are told against.
#[derive(PartialEq)]
struct Seen(Arc<UserRow>, Timestamp);

/// The table.
#[component]
pub fn UserList(url: ViewUrl, rows: Rows) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let count = Memo::new(move |_| rows.head.read().as_ref().map_or(0, |h| h.matching as usize));
    let now = Memo::new(move |_| rows.head.read().as_ref().map_or(Timestamp(0), |h| h.now));
    let columns = Memo::new(move |_| columns::shown(prefs));
    let height = Memo::new(move |_| prefs.get().density.row());
    let order = Memo::new(move |_| {
        let sort = url.view.read().sort();
        sort.into_iter().map(|k| (k.column.key(), k.descending)).collect()
    });
    let open = Memo::new(move |_| url.view.read().open.clone());
    let is_open = Callback::new(move |index: usize| {
        let open = open.get();
        open.is_some() && rows.row(index).map(|r| r.id.clone()) == open
    });
    let on_open = Callback::new(move |index: usize| {
        if let Some(row) = rows.row_now(index) {
            let walking = open.get_untracked().is_some();
            let change = |v: &mut UsersView| v.open = Some(row.id.clone());
            if walking { url.adjust(change) } else { url.change(change) }
        }
    });
    // With the pane open, walking the list with the keyboard walks the pane too.
    let on_walk = Callback::new(move |row: usize| {
        if open.get_untracked().is_some() {
            on_open.run(row);
        }
    });
    let on_sort = Callback::new(move |SortBy { key, add }: SortBy| {
        if let Some(column) = UserColumn::from_key(key) {
            url.change(|v| v.sort_by(column, add));
        }
    });
    view! {
        <Grid
            label="Users"
            count=Signal::from(count)
            columns=Signal::from(columns)
            row_height=Signal::from(height)
            order=Signal::from(order)
            on_sort
            row=Callback::new(move |index| rows.row(index).map(|r| Arc::new(Seen(r, now.get()))))
            draw=Arc::new(|Seen(row, now): &Seen, key| columns::draw(row, key, *now))
            is_open
            on_open
            on_range=Callback::new(move |range| rows.in_sight(range))
            on_walk
            top=Signal::from(rows.turn)
        />
        <div class="list-foot">
            <span>{move || rows.head.get().map(|h| format!("{} of {}", text::count(h.matching), text::count(h.total)))}</span>
            {move || rows.failure.get().map(|f| view! { <span role="alert" class="clip">{format!("Not up to date: {f}")}</span> })}
        </div>
    }
}
