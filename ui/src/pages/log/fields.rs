//! What a row says in each field that can be asked for: the value that a condition carries, and what that is called.

use super::chips::value_words;
use contract::log::LogRow;
use domain::LogField;

/// A field of a row: its value, and what a person reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub field: LogField,
    pub value: String,
    pub words: String,
}

/// The field's value in this row, if the event has one.
pub fn said(row: &LogRow, field: LogField) -> Option<Said> {
    let event = &row.event;
    let own = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let (value, name) = match field {
        LogField::EventType => (Some(event.event_type.to_string()), None),
        LogField::Outcome => (own(&event.outcome), None),
        LogField::Severity => (own(&event.severity), None),
        LogField::Risk => (event.risk_level.as_ref().map(|level| level.as_str().to_owned()), None),
        LogField::Actor => (own(&event.actor_id), own(&event.actor_name)),
        LogField::User => (event.user.as_ref().map(ToString::to_string), row.user_name.clone()),
        LogField::Device => (event.device.as_ref().map(ToString::to_string), row.device_name.clone()),
        LogField::App => (own(&event.app), row.app_name.clone()),
        LogField::Ip => (own(&event.ip), None),
        LogField::Session => (own(&event.session), None),
        LogField::RootSession => (own(&event.root_session), None),
        LogField::Transaction => (own(&event.transaction), None),
        LogField::Trace => (own(&event.trace), None),
    };
    let value = value?;
    let words = name.unwrap_or_else(|| value_words(field, &value));
    Some(Said { field, value, words })
}
