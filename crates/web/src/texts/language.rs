//! The languages, and the choice between them.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use serde::{Deserialize, Serialize};

/// A language in which pages and answers exist.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub enum Language {
    /// Simplified Chinese, the default.
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// Every language, the default first.
    pub const ALL: &'static [Self] = &[Self::ZhCn, Self::En];

    /// The language tag (BCP 47), as in the `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language of a tag, exactly as [`tag`](Self::tag) writes it.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.tag() == tag)
    }

    /// The other language.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::ZhCn => Self::En,
            Self::En => Self::ZhCn,
        }
    }

    /// Which of a pair is in this language.
    pub const fn pick<'t, T: ?Sized>(self, zh: &'t T, en: &'t T) -> &'t T {
        match self {
            Self::ZhCn => zh,
            Self::En => en,
        }
    }

    /// What `Accept-Language` prefers; Chinese if it says nothing usable (RFC 9110, 12.5.4).
    pub fn of(headers: &HeaderMap) -> Self {
        let mut best = (0_u16, Self::default());
        let values = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
        for range in values.flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let primary = parts.next().and_then(|tag| tag.split('-').next()).unwrap_or_default();
            let language = match primary.to_ascii_lowercase().as_str() {
                "zh" | "*" => Self::ZhCn,
                "en" => Self::En,
                _ => continue,
            };
            let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1_000, thousandths);
            if quality > best.0 {
                best = (quality, language);
            }
        }
        best.1
    }
}

/// A quality of at most three decimals, in thousandths; what is none counts as nothing.
fn thousandths(text: &str) -> u16 {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = rest.chars().chain("000".chars()).take(3).collect();
    let whole: Option<u16> = whole.parse().ok().filter(|whole| *whole <= 1);
    match (whole, digits.parse::<u16>()) {
        (Some(whole), Ok(digits)) => whole.saturating_mul(1_000).saturating_add(digits).min(1_000),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::Language;

    fn of(value: &'static str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(value));
        Language::of(&headers)
    }

    #[test]
    fn the_best_language_wins_and_chinese_is_the_default() {
        assert_eq!(Language::of(&HeaderMap::new()), Language::ZhCn);
        assert_eq!(of("en"), Language::En);
        assert_eq!(of("en-GB;q=0.8, zh;q=0.9"), Language::ZhCn);
        assert_eq!(of("fr, en;q=0.5, *;q=0.1"), Language::En);
        assert_eq!(of("fr"), Language::ZhCn);
        assert_eq!(of("en;q=0"), Language::ZhCn);
        assert_eq!(of(";;;,q=x"), Language::ZhCn);
    }
}
