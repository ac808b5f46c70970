//! JSON bodies, refused in Graph's words.

use aktiver_service::domain::ids::parse_guid;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::error::bad_request;
use crate::error::{Failure, Result};

/// Reads a body that must be a JSON object.
pub fn object(bytes: &[u8]) -> Result<Map<String, Value>> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) | Err(_) => Err(bad_request(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
        )),
    }
}

/// A property that a type does not have.
pub fn no_such_property(property: &str, of: &str) -> Failure {
    bad_request(format!(
        "The property '{property}' does not exist on type 'microsoft.graph.{of}'. Make sure to only use property names that are defined by the type."
    ))
}

/// A value of another primitive type than the property has.
pub fn wrong_type(property: &str, expected: &str) -> Failure {
    bad_request(format!(
        "Cannot convert the value of property '{property}' to the expected type '{expected}'."
    ))
}

/// Reads a GUID.
pub fn guid(value: &Value) -> Result<Uuid> {
    value.as_str().and_then(parse_guid).ok_or_else(|| {
        bad_request("Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details.")
    })
}

/// Whether a member is an annotation, which says nothing about the entity itself.
pub fn is_annotation(name: &str) -> bool {
    name.contains('@')
}
