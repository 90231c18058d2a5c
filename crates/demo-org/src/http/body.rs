//! Bodies that callers send, as far as every endpoint checks them alike.

use super::call::Call;
use super::error::ApiError;
use serde_json::{Map, Value};

/// A body that has to be an object.
pub fn body_object(call: &Call, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    match call.json(body)? {
        Value::Object(map) => Ok(map),
        _ => Err(ApiError::malformed_body()),
    }
}

/// A text that has to be there, of 1 to `most` characters.
pub fn required(body: &Map<String, Value>, field: &str, most: usize) -> Result<(), ApiError> {
    match body.get(field).and_then(Value::as_str) {
        Some(text) if text.chars().count() > most => {
            Err(ApiError::invalid(field, format!("The field is too long: at most {most} characters")))
        }
        Some(text) if !text.trim().is_empty() => Ok(()),
        _ => Err(ApiError::invalid(field, "The field cannot be left blank")),
    }
}

/// A value that has to be one of a few.
pub fn one_of(body: &Map<String, Value>, field: &str, values: &[&str]) -> Result<(), ApiError> {
    match body.get(field).and_then(Value::as_str) {
        Some(text) if values.contains(&text) => Ok(()),
        _ => Err(ApiError::invalid(field, format!("must be one of {}", values.join(", ")))),
    }
}

/// What a field that may be left out or null has to be when it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Text,
    Number,
    Object,
    List,
}

/// Fields that may be left out or null, each with its shape.
pub fn shaped(body: &Map<String, Value>, fields: &[(&str, Shape)]) -> Result<(), ApiError> {
    for (field, shape) in fields {
        let fits = match (body.get(*field), shape) {
            (None | Some(Value::Null), _) => true,
            (Some(value), Shape::Text) => value.is_string(),
            (Some(value), Shape::Number) => value.is_i64(),
            (Some(value), Shape::Object) => value.is_object(),
            (Some(value), Shape::List) => value.is_array(),
        };
        if !fits {
            return Err(ApiError::invalid(field, "is of the wrong type"));
        }
    }
    Ok(())
}
