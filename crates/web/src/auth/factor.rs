//! The second factor as people type and see it.

use heyan_domain::accounts::{RECOVERY_CODES, RecoveryTag, SecondFactor, TotpCode};
use rand::Rng;
use sha2::{Digest as _, Sha256};

/// Digits and letters of a recovery code: none that are easily taken for another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 80 bits.
const RECOVERY_CHARS: usize = 16;

/// Reads what was typed into the one field for both: a code of the app, or a recovery code.
pub(crate) fn second_factor(typed: &str) -> Option<SecondFactor> {
    TotpCode::parse(typed)
        .map(SecondFactor::Code)
        .or_else(|| recovery_code(typed).map(|code| SecondFactor::Recovery(tag(&code))))
}

/// A recovery code without its hyphens; letters that are not used are taken for the digits that they look like.
fn recovery_code(typed: &str) -> Option<String> {
    let plain = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let code: String = plain
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    let known = |c: char| u8::try_from(c).is_ok_and(|byte| LETTERS.contains(&byte));
    (code.len() == RECOVERY_CHARS && code.chars().all(known)).then_some(code)
}

fn tag(code: &str) -> RecoveryTag {
    RecoveryTag(Sha256::new().chain_update(b"heyan recovery v1").chain_update(code).finalize().into())
}

/// New recovery codes as they are shown, once, and what is kept of them.
pub(crate) fn draw_recovery_codes(rng: &mut dyn Rng) -> (Vec<String>, Vec<RecoveryTag>) {
    (0..RECOVERY_CODES)
        .map(|_| {
            let mut bytes = [0; RECOVERY_CHARS];
            rng.fill_bytes(&mut bytes);
            // 32 letters divide 256 evenly: each is as likely as any other.
            let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).map_or('0', |b| char::from(*b));
            let code: String = bytes.iter().map(letter).collect();
            (grouped(&code, '-'), tag(&code))
        })
        .unzip()
}

/// In groups of four, which are easier to copy.
pub(crate) fn grouped(text: &str, between: char) -> String {
    text.chars().enumerate().fold(String::new(), |mut grouped, (at, c)| {
        if at > 0 && at % 4 == 0 {
            grouped.push(between);
        }
        grouped.push(c);
        grouped
    })
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed() {
        let (shown, tags) = draw_recovery_codes(&mut StdRng::seed_from_u64(1));
        assert_eq!((shown.len(), tags.len()), (RECOVERY_CODES, RECOVERY_CODES));
        for (shown, tag) in shown.iter().zip(tags) {
            assert_eq!(shown.len(), RECOVERY_CHARS + 3);
            let typed = [shown.clone(), shown.replace('-', " ").to_uppercase(), shown.replace('0', "O")];
            for typed in typed {
                assert_eq!(second_factor(&typed), Some(SecondFactor::Recovery(tag)), "{typed}");
            }
        }
    }

    #[test]
    fn what_is_neither_is_nothing() {
        for strange in
            ["", "12345", "1234567", "abcd-efgh-jkmn-pqr", "abcd-efgh-jkmn-pqru", "密".repeat(16).as_str()]
        {
            assert_eq!(second_factor(strange), None, "{strange}");
        }
    }
}
