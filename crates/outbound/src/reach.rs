//! Where a client goes: whoever names an address for us to ask may name one inside of our own house (SEC-11).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use tower_service::Service;

/// What of IPv4 is not public, by the registry of special-purpose addresses (IANA, RFC 6890 and its successors), and
/// multicast.
const NOT_PUBLIC_V4: [Ipv4Net; 16] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 31, 196, 0], 24),
    v4([192, 52, 193, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 3),
];

/// What of IPv6 is given to the public: 2000::/3, without protocols (Teredo among them), documentation, and 6to4, whose
/// addresses hold others.
const PUBLIC_V6: Ipv6Net = v6(0x2000_0000, 3);
const NOT_PUBLIC_V6: [Ipv6Net; 4] =
    [v6(0x2001_0000, 23), v6(0x2001_0db8, 32), v6(0x2002_0000, 16), v6(0x3fff_0000, 20)];

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

/// The network whose first two groups are these.
const fn v6(groups: u32, prefix: u8) -> Ipv6Net {
    #[expect(clippy::as_conversions, reason = "`From` is not const")]
    Ipv6Net::new_assert(Ipv6Addr::from_bits((groups as u128) << 96), prefix)
}

/// Where a client goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Wherever it is sent.
    Everywhere,
    /// To public addresses, and to these networks.
    Public(Vec<IpNet>),
}

impl Reach {
    /// Whether it goes to an address.
    pub fn holds(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        match self {
            Self::Everywhere => true,
            Self::Public(also) => is_public(address) || also.iter().any(|network| network.contains(&address)),
        }
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => NOT_PUBLIC_V4.iter().all(|network| !network.contains(&address)),
        IpAddr::V6(address) => {
            PUBLIC_V6.contains(&address) && NOT_PUBLIC_V6.iter().all(|network| !network.contains(&address))
        }
    }
}

/// A name that leads to where the client does not go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the name leads to an address that is not asked")]
struct OutOfReach;

/// Why a name leads nowhere.
type Unguided = Box<dyn std::error::Error + Send + Sync>;

/// Whether that is why a request has failed.
pub(crate) fn is_out_of_reach(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(<dyn std::error::Error>::is::<OutOfReach>)
}

/// Looks names up, and lets only those addresses through that the client goes to.
#[derive(Clone, Debug)]
pub(crate) struct Guide(pub Arc<Reach>);

impl Service<Name> for Guide {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Unguided;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Unguided>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unguided>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let reach = Arc::clone(&self.0);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // A name that leads both out and in is somebody's trick: none of its addresses is used.
            if found.iter().all(|address| reach.holds(address.ip())) {
                Ok(found.into_iter())
            } else {
                Err(Unguided::from(OutOfReach))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_to(address: &str) -> bool {
        Reach::Public(Vec::new()).holds(address.parse().unwrap())
    }

    #[test]
    fn public_addresses_are_in_reach() {
        for address in
            ["1.1.1.1", "8.8.8.8", "203.0.114.1", "223.255.255.1", "2400:3200::1", "2606:4700::1111"]
        {
            assert!(goes_to(address), "{address}");
        }
    }

    #[test]
    fn addresses_of_the_own_house_in_any_guise_are_not() {
        for address in [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "10.1.2.3",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.100.100.200",
            "192.0.0.192",
            "198.19.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!goes_to(address), "{address}");
        }
    }

    #[test]
    fn a_network_that_is_named_is_in_reach_as_well() {
        let reach = Reach::Public(vec!["10.20.0.0/16".parse().unwrap()]);
        assert!(
            reach.holds("10.20.1.1".parse().unwrap()) && reach.holds("::ffff:10.20.1.1".parse().unwrap())
        );
        assert!(!reach.holds("10.21.1.1".parse().unwrap()));
        assert!(Reach::Everywhere.holds("127.0.0.1".parse().unwrap()));
    }
}
