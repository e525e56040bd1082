//! The section `[webhooks]` of the configuration file: how far events are sent (SEC-11).

use heyan_web::webhooks::Allowed;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::Config;

/// As it is written.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// Networks that events are sent to beside the public addresses: those of providers on private lines.
    #[serde(default)]
    networks: Vec<IpNet>,
}

impl Webhooks {
    /// Whether nothing is written that changes anything.
    pub(super) fn says_nothing(&self) -> bool {
        self.networks.is_empty()
    }

    /// Where messages may go. A sandbox that only this machine can reach sends to this machine as well, over plain HTTP if
    /// need be: that is where whoever tries it listens.
    pub fn allowed(&self, config: &Config) -> Allowed {
        let plain = config.sandbox && config.listen.ip().is_loopback();
        let mut networks = self.networks.clone();
        if plain {
            networks.extend(
                ["127.0.0.0/8", "::1/128"].iter().filter_map(|network| network.parse::<IpNet>().ok()),
            );
        }
        Allowed { networks, plain }
    }
}
