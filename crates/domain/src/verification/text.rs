//! The text of a message (SMS-01).

use crate::mark;
use crate::rulebook::RuleSet;
use crate::terms::{Code, Province, wire_enum};

wire_enum! {
    /// Which of a verification's messages.
    pub enum MessageKind {
        /// The first one of the round.
        First = "first",
        /// 短信重发.
        Resend = "resend",
        /// The next-day noon resend.
        Noon = "noon",
    }
}

impl MessageKind {
    /// The template's key in the rule's texts.
    pub const fn template(self) -> &'static str {
        match self {
            Self::First => "sms.first",
            Self::Resend => "sms.resend",
            Self::Noon => "sms.noon",
        }
    }
}

/// The longest name of a filing in a message; the rest would cost a segment.
const LABEL_CHARS: usize = 12;

/// What messages call a filing: the site's name, shortened, without digit runs that could be taken for a code
/// (SMS-01).
pub fn filing_label(name: &str) -> String {
    let mut label = String::new();
    let mut run = String::new();
    for c in name.chars().chain(['\0']) {
        if c.is_numeric() {
            run.push(c);
            continue;
        }
        if run.chars().count() < 6 {
            label.push_str(&run);
        }
        run.clear();
        if c != '\0' && !c.is_control() && !matches!(c, '【' | '】' | '{' | '}') {
            label.push(c);
        }
    }
    let label = label.trim();
    if label.chars().count() <= LABEL_CHARS {
        return label.to_owned();
    }
    label.chars().take(LABEL_CHARS - 1).chain(['…']).collect()
}

/// Fills the rule's template.
pub fn message_text(
    rule: &RuleSet,
    province: Province,
    kind: MessageKind,
    no: u8,
    code: &Code,
    label: &str,
) -> String {
    mark!("SMS-01");
    let template = rule.text("zh-CN", kind.template()).unwrap_or_default();
    template
        .replace("{hours}", &rule.validity_hours.to_string())
        .replace("{host}", rule.portal_host(province))
        .replace("{no}", &no.to_string())
        .replace("{code}", code.expose())
        // Last, so that a name cannot smuggle a placeholder in.
        .replace("{filing}", label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_short_and_holds_no_second_code() {
        assert_eq!(filing_label("山间书店"), "山间书店");
        assert_eq!(filing_label("彩票123456网站2024"), "彩票网站2024");
        assert_eq!(filing_label("１２３４５６站"), "站");
        assert_eq!(filing_label("一二三四五六七八九十甲乙丙丁"), "一二三四五六七八九十甲…");
    }
}
