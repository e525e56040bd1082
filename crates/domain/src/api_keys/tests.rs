//! The rules of keys as little stories.

use super::*;
use crate::terms::ProviderId;

fn terms(scopes: &[Scope]) -> KeyTerms {
    KeyTerms {
        label: KeyLabel::parse("order system").unwrap(),
        scopes: scopes.to_vec(),
        networks: Vec::new(),
    }
}

fn provider() -> KeyOwner {
    KeyOwner::Provider(ProviderId::parse("other").unwrap())
}

#[test]
fn a_key_is_given_only_what_its_owner_s_keys_can_do() {
    assert_eq!(fitting(&provider(), &terms(&[Scope::Review, Scope::Read])), [Scope::Read]);
    let administration = KeyOwner::Administration(crate::terms::Province::from_pinyin("zhejiang").unwrap());
    assert_eq!(fitting(&administration, &terms(Scope::ALL)), [Scope::Read, Scope::Review]);
}

#[test]
fn a_label_has_one_to_forty_characters() {
    assert!(KeyLabel::parse(" 订单系统 ").is_some_and(|label| label.as_str() == "订单系统"));
    assert_eq!(KeyLabel::parse("  "), None);
    assert_eq!(KeyLabel::parse(&"x".repeat(41)), None);
    assert_eq!(KeyLabel::parse("a\u{7}b"), None);
}

#[test]
fn a_network_holds_its_addresses_and_no_others() {
    let holds =
        |network: &str, address: &str| Network::parse(network).unwrap().holds(address.parse().unwrap());
    assert!(holds("203.0.113.7", "203.0.113.7") && !holds("203.0.113.7", "203.0.113.8"));
    assert!(holds("203.0.113.9/24", "203.0.113.200"));
    assert!(holds("203.0.113.0/24", "::ffff:203.0.113.1"), "IPv4 over a socket of IPv6");
    assert!(holds("2001:db8::/32", "2001:db8:1::1") && !holds("2001:db8::/32", "2001:db9::1"));
    for wrong in ["", "203.0.113", "203.0.113.0/33", "example.cn"] {
        assert_eq!(Network::parse(wrong), None, "{wrong}");
    }
    assert_eq!(Network::parse("203.0.113.9/24").unwrap().to_string(), "203.0.113.0/24");
    assert_eq!(Network::parse("203.0.113.9").unwrap().to_string(), "203.0.113.9");
}
