//! `inet_aton` and `in_cidr_block`.

use super::{scalar, values, wrong};
use ipnet::{Ipv4Net, Ipv6Net};
use rusqlite::functions::Context;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Result};
use std::net::{IpAddr, Ipv4Addr};

pub(super) fn register(db: &Connection) -> Result<()> {
    scalar(db, "inet_aton", 1, |context| {
        let address = values::text(context, 0).and_then(|text| text.parse::<Ipv4Addr>().ok());
        Ok(address.map_or(Value::Null, |address| Value::Integer(u32::from(address).into())))
    })?;
    scalar(db, "in_cidr_block", 2, in_cidr_block)
}

/// Whether an address is one of a block's hosts: the first and the last of an IPv4 block are none.
fn in_cidr_block(context: &Context<'_>) -> Result<Value> {
    let text = |at, words: &str| match context.get_raw(at) {
        ValueRef::Text(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        _ => Err(wrong(words)),
    };
    let block = text(0, "CIDR must be a string")?;
    let address = text(1, "IP addresss must be a string")?;
    let inside = match address.parse().map_err(|_| wrong("IP address cannot be parsed"))? {
        IpAddr::V4(address) => {
            let block: Ipv4Net =
                block.parse().map_err(|_| wrong("CIDR for IP address v4 cannot be parsed"))?;
            let edge =
                block.prefix_len() < 31 && (address == block.network() || address == block.broadcast());
            block.contains(&address) && !edge
        }
        IpAddr::V6(address) => {
            let block: Ipv6Net =
                block.parse().map_err(|_| wrong("CIDR for IP address v6 cannot be parsed"))?;
            block.contains(&address)
        }
    };
    Ok(Value::Integer(inside.into()))
}
