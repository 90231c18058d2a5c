//! Pieces that know the domain: how a risk looks, what an unknown is called, where a link leads. Pages are put together
//! from these and the kit.

pub mod activity_link;
pub mod as_of_band;
pub mod bulk_moves;
pub mod cheat_sheet;
pub mod check_sheet;
pub mod check_usage;
pub mod connect;
pub mod contain_sheet;
pub mod device_actions;
pub mod device_cell;
pub mod device_link;
pub mod event_words;
pub mod facet_panel;
pub mod failure_notice;
pub mod filter_chip;
pub mod lifecycle_sheet;
pub mod lock_button;
pub mod log_link;
pub mod org_menu;
pub mod palette;
pub mod pane;
pub mod rail;
pub mod raw_event;
pub mod risk_badge;
pub mod status_bar;
pub mod step_state;
pub mod sync_panel;
pub mod time_picker;
pub mod top_bar;
pub mod trouble;
pub mod typed_confirmation;
pub mod user_link;
pub mod wipe_org;
pub mod words;
