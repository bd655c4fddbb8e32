//! Which machine an address means, as far as its text alone tells: names are never looked up, since a name server could say anything.

use std::net::IpAddr;

/// `[::1]:9092`, `host:9092`, `SASL_SSL://host:9092`, `postgres://user:word@host:5432/db` → the host.
pub fn host_of(address: &str) -> &str {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let address = address.split(['/', '?', '#']).next().unwrap_or(address);
    let address = address.rsplit_once('@').map_or(address, |(_, rest)| rest);
    if let Some(rest) = address.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    // An address of version 6 without brackets has more than one colon.
    match address.split_once(':') {
        Some((host, port)) if !port.contains(':') => host,
        _ => address,
    }
}

/// Loopback by its nature.
pub fn is_here(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The hosts of `a:9092,b:9092` that are not this machine.
pub fn elsewhere(addresses: &str) -> impl Iterator<Item = &str> {
    addresses.split(',').map(|address| host_of(address.trim())).filter(|host| !host.is_empty() && !is_here(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_this_machine() {
        for here in ["localhost:9092", "127.0.0.1:9092,127.8.9.1:1", "[::1]:9092", "::1", "kafka.localhost:1", "PLAINTEXT://localhost:1", "http://localhost:80/a@b", ""] {
            assert_eq!(elsewhere(here).next(), None, "{here}");
        }
        for there in ["kafka:9092", "10.0.0.1:9092", "localhost.evil.com:9092", "0.0.0.0:9092", "[2001:db8::1]:9092", "192.168.0.2", "http://localhost@evil.com/"] {
            assert_eq!(elsewhere(there).count(), 1, "{there}");
        }
        assert_eq!(elsewhere("localhost:1,kafka:9092").collect::<Vec<_>>(), ["kafka"]);
        assert_eq!(host_of("postgres://u:p@db.internal:5432/shop?sslmode=require"), "db.internal");
    }
}
