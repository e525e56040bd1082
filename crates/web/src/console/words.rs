//! The words of the consoles. This is the one place that knows how a language becomes its texts.

use std::sync::LazyLock;

use crate::texts::Language;
use crate::texts::Texts;

/// Files of one language, the same in both; a console adds its own here.
const ZH_CN: &[&str] = &[
    include_str!("../../locales/zh-CN/terms.ftl"),
    include_str!("../../locales/zh-CN/console.ftl"),
    include_str!("../../locales/zh-CN/second-factor.ftl"),
    include_str!("../../locales/zh-CN/administration.ftl"),
    include_str!("../../locales/zh-CN/operator.ftl"),
    include_str!("../../locales/zh-CN/provider.ftl"),
    include_str!("../../locales/zh-CN/proposals.ftl"),
    include_str!("../../locales/zh-CN/outages.ftl"),
    include_str!("../../locales/zh-CN/rules-versions.ftl"),
    include_str!("../../locales/zh-CN/kept.ftl"),
    include_str!("../../locales/zh-CN/oversight.ftl"),
    include_str!("../../locales/zh-CN/provider-form.ftl"),
    include_str!("../../locales/zh-CN/initial-review.ftl"),
    include_str!("../../locales/zh-CN/api-keys.ftl"),
    include_str!("../../locales/zh-CN/webhooks.ftl"),
    include_str!("../../locales/zh-CN/members.ftl"),
    include_str!("../../locales/zh-CN/bulk.ftl"),
    include_str!("../../locales/zh-CN/routes.ftl"),
];
const EN: &[&str] = &[
    include_str!("../../locales/en/terms.ftl"),
    include_str!("../../locales/en/console.ftl"),
    include_str!("../../locales/en/second-factor.ftl"),
    include_str!("../../locales/en/administration.ftl"),
    include_str!("../../locales/en/operator.ftl"),
    include_str!("../../locales/en/provider.ftl"),
    include_str!("../../locales/en/proposals.ftl"),
    include_str!("../../locales/en/outages.ftl"),
    include_str!("../../locales/en/rules-versions.ftl"),
    include_str!("../../locales/en/kept.ftl"),
    include_str!("../../locales/en/oversight.ftl"),
    include_str!("../../locales/en/provider-form.ftl"),
    include_str!("../../locales/en/initial-review.ftl"),
    include_str!("../../locales/en/api-keys.ftl"),
    include_str!("../../locales/en/webhooks.ftl"),
    include_str!("../../locales/en/members.ftl"),
    include_str!("../../locales/en/bulk.ftl"),
    include_str!("../../locales/en/routes.ftl"),
];

static TEXTS_ZH_CN: LazyLock<Texts> = LazyLock::new(|| Texts::from_sources("zh-CN", ZH_CN));
static TEXTS_EN: LazyLock<Texts> = LazyLock::new(|| Texts::from_sources("en", EN));

/// The texts of a language.
pub fn texts(language: Language) -> &'static Texts {
    match language {
        Language::ZhCn => &TEXTS_ZH_CN,
        Language::En => &TEXTS_EN,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::console::declared;

    /// Every key with the names of its values.
    fn keys(sources: &'static [&'static str]) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (key, text) in
            sources.iter().flat_map(|source| source.lines()).filter_map(|line| line.split_once(" = "))
        {
            let values = text.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next());
            assert!(found.insert(key, values.collect()).is_none(), "{key} is there twice");
        }
        found
    }

    #[test]
    fn both_languages_say_the_same_things_about_the_same_values() {
        assert_eq!(keys(ZH_CN), keys(EN));
        for language in [Language::ZhCn, Language::En] {
            assert!(texts(language).defects().is_empty(), "{:?}", texts(language).defects());
        }
    }

    #[test]
    fn every_word_that_is_asked_for_is_there() {
        let there = keys(EN);
        let missing: Vec<String> = crate::texts::tests::used(true)
            .into_iter()
            .filter(|key| !there.contains_key(key.as_str()))
            .collect();
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn every_entry_of_the_menu_has_its_word() {
        for key in declared().iter().filter_map(|route| route.menu) {
            assert!(keys(EN).contains_key(key), "{key} is missing");
        }
    }
}
