//! What names and secrets at the door are.

use rand::SeedableRng as _;

use super::*;

#[test]
fn numbers_and_names_are_what_they_can_be() {
    assert_eq!(IspId::new(330_000_000_001).map(IspId::number), Some(330_000_000_001));
    assert_eq!((IspId::new(0), IspId::new(-1)), (None, None));
    assert!(UserName::parse("xunlan").is_some());
    for wrong in ["", " xunlan", "a\u{7}b", &"x".repeat(65)] {
        assert_eq!(UserName::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn secrets_are_drawn_and_do_not_print() {
    let mut rng = rand::rngs::StdRng::seed_from_u64(1);
    let secret = AccountSecret::draw(true, &mut rng);
    let (key, initial) = secret.key.clone().unwrap();
    assert_eq!((secret.password.len(), key.len(), initial.len()), (20, 16, 16));
    assert_ne!(AccountSecret::draw(true, &mut rng), secret);
    assert_eq!(format!("{secret:?}"), "AccountSecret(…)");
    assert_eq!(AccountSecret::draw(false, &mut rng).key, None);
}
