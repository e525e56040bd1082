//! The section `[enterprise]` of the configuration file: the listener of the enterprise interface V3.0.
//!
//! Off unless an address is named: the interface proves passwords by MD5 and says nothing of TLS, so it belongs behind a line
//! or a proxy that does, and in front of those alone who have to reach it.

use std::net::SocketAddr;

use heyan_domain::api_keys::Network;
use serde::{Deserialize, Serialize, Serializer};

use crate::failure::Failure;

/// As it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    listen: Option<SocketAddr>,
    #[serde(default)]
    networks: Vec<String>,
    address: Option<String>,
}

/// Checked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Enterprise {
    /// Where it listens.
    pub listen: SocketAddr,
    /// From where anybody may call; from anywhere if none is named.
    #[serde(serialize_with = "texts", skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<Network>,
    /// What the WSDLs say where the services are; else the host that was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

fn texts<S: Serializer>(networks: &[Network], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(networks.iter().map(ToString::to_string))
}

impl Enterprise {
    /// `named` is the address that was named beside the file; it goes before the file's.
    pub(super) fn check(raw: Raw, named: Option<SocketAddr>) -> Result<Option<Self>, Failure> {
        let Some(listen) = named.or(raw.listen) else {
            return if raw.networks.is_empty() && raw.address.is_none() {
                Ok(None)
            } else {
                Err(Failure::new(
                    "enterprise.listen is missing",
                    "name the address that the enterprise interface listens on, or remove the section",
                ))
            };
        };
        let network = |text: &String| {
            Network::parse(text).ok_or_else(|| {
                Failure::new(
                    format!("enterprise.networks has no network in {text}"),
                    "write an IP address or a network: 203.0.113.0/24",
                )
            })
        };
        let networks = raw.networks.iter().map(network).collect::<Result<_, _>>()?;
        let address = raw.address.map(|address| address.trim_end_matches('/').to_owned());
        if let Some(address) = &address
            && !(address.starts_with("https://") || address.starts_with("http://"))
        {
            return Err(Failure::new(
                format!("enterprise.address is no address: {address}"),
                "write scheme and host, without a path: https://icp.example",
            ));
        }
        Ok(Some(Self { listen, networks, address }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, named: Option<&str>) -> Result<Option<Enterprise>, Failure> {
        Enterprise::check(toml::from_str(text).unwrap(), named.map(|named| named.parse().unwrap()))
    }

    #[test]
    fn it_is_off_unless_an_address_is_named() {
        assert_eq!(check("", None).unwrap(), None);
        assert!(check("networks = ['203.0.113.0/24']", None).is_err());
        let named = check("listen = '127.0.0.1:8090'", Some("127.0.0.1:9000")).unwrap().unwrap();
        assert_eq!(named.listen, "127.0.0.1:9000".parse().unwrap());
    }

    #[test]
    fn what_is_no_network_and_no_address_is_refused() {
        assert!(check("listen = '127.0.0.1:8090'\nnetworks = ['here']", None).is_err());
        assert!(check("listen = '127.0.0.1:8090'\naddress = 'icp.example'", None).is_err());
        let all = "listen = '127.0.0.1:8090'\nnetworks = ['203.0.113.7']\naddress = 'https://icp.example/'";
        let all = check(all, None).unwrap().unwrap();
        assert_eq!(all.address.as_deref(), Some("https://icp.example"));
        let written = toml::to_string(&all).unwrap();
        assert_eq!(Enterprise::check(toml::from_str(&written).unwrap(), None).unwrap(), Some(all));
    }
}
