//! The Community ID of a connection, version 1: <https://github.com/corelight/community-id-spec>.

use super::{scalar, values, wrong};
use crate::engine::Shared;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rusqlite::functions::Context;
use rusqlite::types::Value;
use rusqlite::{Connection, Result};
use sha1::{Digest, Sha1};
use std::net::IpAddr;
use std::sync::Arc;

pub(super) fn register(db: &Connection, shared: &Arc<Shared>) -> Result<()> {
    for arguments in [5, 6] {
        scalar(db, "community_id_v1_strict", arguments, |context| {
            id(context).map(Value::Text).map_err(wrong)
        })?;
        let shared = shared.clone();
        scalar(db, "community_id_v1", arguments, move |context| {
            Ok(match id(context) {
                Ok(id) => Value::Text(id),
                Err(words) => {
                    shared.session().warn(words);
                    Value::Null
                }
            })
        })?;
    }
    Ok(())
}

fn id(context: &Context<'_>) -> std::result::Result<String, String> {
    let address = |at, name: &str| -> std::result::Result<IpAddr, String> {
        let text = values::text(context, at).unwrap_or_default();
        text.parse().map_err(|_| format!("Community ID {name} cannot be parsed as IP"))
    };
    let number = |at, name: &str, most: i64| -> std::result::Result<u16, String> {
        let text = values::text(context, at).unwrap_or_default();
        let number = text.parse::<i64>().ok().filter(|number| (0..=most).contains(number));
        number
            .and_then(|number| u16::try_from(number).ok())
            .ok_or_else(|| format!("Community ID {name} {text} is out of range"))
    };
    let (from, to) = (address(0, "saddr")?, address(1, "daddr")?);
    let (from_port, to_port) = (number(2, "sport", 65_535)?, number(3, "dport", 65_535)?);
    let protocol = number(4, "protocol", 255)?;
    let seed = if context.len() > 5 { number(5, "seed", 65_535)? } else { 0 };
    let bytes = |address: IpAddr| match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    // The smaller end comes first, so that both directions have one ID.
    let mut ends = [(bytes(from), from_port), (bytes(to), to_port)];
    ends.sort();
    let mut hash = Sha1::new();
    hash.update(seed.to_be_bytes());
    hash.update(&ends[0].0);
    hash.update(&ends[1].0);
    // The number fits a byte, and a zero fills up.
    hash.update([u8::try_from(protocol).unwrap_or_default(), 0]);
    hash.update(ends[0].1.to_be_bytes());
    hash.update(ends[1].1.to_be_bytes());
    Ok(format!("1:{}", BASE64_STANDARD.encode(hash.finalize())))
}
