//! Base64 and digests of text.

use super::{scalar, values};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rusqlite::types::Value;
use rusqlite::{Connection, Result};
use sha2::Digest;

/// From a text to a text.
type Call = fn(&str) -> String;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

pub(super) fn register(db: &Connection) -> Result<()> {
    let calls: [(&str, Call); 6] = [
        ("to_base64", |text| BASE64.encode(text)),
        ("from_base64", |text| {
            let bytes = BASE64.decode(text).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        }),
        ("conditional_to_base64", |text| {
            // Only where something could not be printed.
            let printable = text.bytes().all(|b| (0x20..0x7f).contains(&b));
            if printable { text.to_owned() } else { BASE64.encode(text) }
        }),
        ("md5", |text| hex(&md5::Md5::digest(text))),
        ("sha1", |text| hex(&sha1::Sha1::digest(text))),
        ("sha256", |text| hex(&sha2::Sha256::digest(text))),
    ];
    for (name, call) in calls {
        scalar(db, name, 1, move |context| {
            Ok(values::text(context, 0).map_or(Value::Null, |text| Value::Text(call(&text))))
        })?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
