//! What holds on every page, whatever its state.

use super::STYLESHEET;
use super::samples::{samples, samples_in};
use crate::texts::{Language, Texts};

/// HTML and style sheet of a page as they stand here; another test weighs whole pages as they are transferred.
const PAGE_LIMIT: usize = 15_000;
/// The largest HTML of a form, which has a captcha beside it.
const FORM_LIMIT: usize = 7_700;
const STYLESHEET_LIMIT: usize = 6_400;

fn sample(name: &str) -> String {
    samples().into_iter().find(|(each, _)| *each == name).map(|(_, html)| html).unwrap()
}

/// The opening tags of an element.
fn tags<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let start = format!("<{element}");
    html.match_indices(&start)
        .map(|(from, _)| &html[from..])
        .filter(|rest| !rest[start.len()..].starts_with(|c: char| c.is_alphanumeric()))
        .map(|rest| &rest[..=rest.find('>').unwrap()])
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = format!(" {name}=\"");
    let rest = &tag[tag.find(&start)? + start.len()..];
    rest.split('"').next()
}

#[test]
fn every_page_has_a_language_a_title_and_one_heading() {
    for language in Language::ALL {
        for (name, html) in samples_in(*language) {
            assert!(html.starts_with("<!DOCTYPE html>"), "{name}");
            assert_eq!(attribute(tags(&html, "html")[0], "lang"), Some(language.tag()), "{name}");
            assert_eq!(tags(&html, "h1").len(), 1, "{name}");
            assert_eq!(tags(&html, "title").len(), 1, "{name}");
            assert!(!html.contains("<title></title>"), "{name}");
        }
    }
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for (name, html) in samples() {
        assert!(tags(&html, "style").is_empty(), "{name}");
        // The one script is the captcha's; it is a file of its own, and nothing stands inside its element.
        let script = format!("<script src=\"{}\"></script>", super::captcha_script_path());
        assert!(tags(&html, "script").len() == html.matches(&script).count(), "{name}");
        assert_eq!(html.contains(&script), html.contains("captcha_id"), "{name}");
        for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
            // Every second piece between quotation marks is a value, which may say what it likes.
            let names: String = tag.split('"').step_by(2).collect();
            assert!(!names.contains(" style=") && !names.contains(" on"), "{name}: {tag}");
        }
        for tag in
            [tags(&html, "img"), tags(&html, "link"), tags(&html, "form"), tags(&html, "audio")].concat()
        {
            let address = ["src", "href", "action"].iter().find_map(|each| attribute(tag, each)).unwrap();
            assert!(address.starts_with('/') && !address.starts_with("//"), "{name}: {tag}");
        }
    }
}

#[test]
fn every_input_has_a_label_and_its_descriptions_exist() {
    for (name, html) in samples() {
        for tag in tags(&html, "input") {
            if attribute(tag, "type") == Some("hidden") {
                continue;
            }
            let id = attribute(tag, "id").unwrap();
            assert_eq!(html.matches(&format!("<label for=\"{id}\">")).count(), 1, "{name}: {id}");
            for described in attribute(tag, "aria-describedby").unwrap_or_default().split_whitespace() {
                assert!(html.contains(&format!("id=\"{described}\"")), "{name}: {described}");
            }
        }
        let ids: Vec<&str> =
            html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "{name}: {ids:?}");
    }
}

/// Enter presses the first submit button of a form (5.1).
#[test]
fn the_first_button_submits_and_another_picture_comes_after_it() {
    for (name, html) in samples() {
        let mut buttons = tags(&html, "button");
        buttons.retain(|tag| attribute(tag, "type") != Some("button"));
        if name.starts_with("p1-") {
            assert_eq!(attribute(buttons[0], "value"), Some("submit"), "{name}");
            let values: Vec<_> = buttons[1..].iter().map(|tag| attribute(tag, "value").unwrap()).collect();
            assert_eq!(values, if name == "p1-no-captcha" { vec![] } else { vec!["refresh"] }, "{name}");
        }
    }
}

#[test]
fn fields_are_named_and_ordered_as_the_specification_says() {
    let names = |html: &str| -> Vec<String> {
        tags(html, "input").iter().filter_map(|tag| attribute(tag, "name").map(str::to_owned)).collect()
    };
    assert_eq!(
        names(&sample("p1-initial")),
        ["form", "captcha_id", "code", "phone", "id_last6", "captcha", "captcha_work"]
    );
    assert_eq!(names(&sample("p1-no-captcha")), ["form", "code", "phone", "id_last6"]);
    assert_eq!(
        names(&sample("p7-initial")),
        ["form", "captcha_id", "phone", "id_last6", "captcha", "captcha_work"]
    );
    let html = sample("p1-initial");
    let code = tags(&html, "input").into_iter().find(|tag| tag.contains("name=\"code\"")).unwrap();
    assert_eq!(attribute(code, "inputmode"), Some("numeric"));
    assert_eq!(attribute(code, "autocomplete"), Some("one-time-code"));
    assert_eq!(attribute(code, "type"), Some("text"));
}

#[test]
fn errors_are_summed_up_on_top_in_the_order_of_the_form_and_repeated_at_the_field() {
    let html = sample("p1-malformed");
    let prefix = Texts::of(Language::ZhCn).get("error-prefix");
    assert!(html.contains(&format!("<title>{prefix}")));
    let summary = &html[html.find("role=\"alert\"").unwrap()..html.find("<h1>").unwrap()];
    let links: Vec<_> = tags(summary, "a").iter().map(|tag| attribute(tag, "href").unwrap()).collect();
    assert_eq!(links, ["#code", "#phone", "#id_last6", "#captcha"]);
    for text in summary.split("\">").skip(1).filter_map(|rest| rest.split_once("</a>")).map(|(text, _)| text)
    {
        assert_eq!(html.matches(text).count(), 2, "{text}");
    }
    assert!(!sample("p1-initial").contains(&prefix));
}

#[test]
fn phone_and_suffix_survive_an_error_code_and_captcha_do_not() {
    let html = sample("p1-code-wrong");
    let value = |name: &str| {
        let tag = tags(&html, "input").into_iter().find(|tag| attribute(tag, "name") == Some(name)).unwrap();
        attribute(tag, "value").unwrap()
    };
    assert_eq!((value("phone"), value("id_last6")), ("15400000001", "01001X"));
    assert_eq!((value("code"), value("captcha")), ("", ""));
}

#[test]
fn what_was_typed_is_escaped() {
    let html = sample("p1-hostile");
    let html = html.replace(super::captcha_script_path(), "").replace("<script src=\"\"></script>", "");
    assert!(!html.contains("<script") && !html.contains("' onfocus"));
    assert!(html.contains("&#60;script&#62;"));
}

#[test]
fn no_text_is_missing_a_value_and_no_page_shows_a_key() {
    for (name, html) in samples() {
        assert!(!html.contains("{$"), "{name}");
        for key in crate::texts::tests::keys() {
            assert!(!html.contains(&format!(">{key}<")), "{name}: {key}");
        }
    }
}

#[test]
fn the_sandbox_says_what_it_is_on_every_page() {
    for (name, html) in samples() {
        assert_eq!(html.contains("SANDBOX"), name.starts_with("sandbox"), "{name}");
    }
}

/// Two people of whom nothing is known get the same page, byte for byte (VER-09).
#[test]
fn an_unknown_person_gets_the_fixed_checklist_without_figures_of_a_filing() {
    let html = sample("p1-not-found");
    let left = Texts::of(Language::ZhCn).get("wrong-code");
    assert!(!html.contains(&left));
    let alert = &html[html.find("role=\"alert\"").unwrap()..html.find("<h1>").unwrap()];
    assert_eq!(tags(alert, "li").len(), 5);
}

#[test]
fn a_link_that_is_not_http_is_left_out() {
    let contact = super::ProviderContact {
        name: String::new(),
        phone: Some("+86 400-000 0000".to_owned()),
        link: Some("javascript:alert(1)".to_owned()),
        hours: None,
    };
    assert_eq!((contact.safe_link(), contact.dial().as_str()), (None, "+864000000000"));
}

#[test]
fn pages_are_small() {
    for (name, html) in samples() {
        let is_form = ["p1-", "p7-"].iter().any(|start| name.starts_with(start));
        let limit = if is_form { FORM_LIMIT } else { PAGE_LIMIT - STYLESHEET_LIMIT };
        assert!(html.len() <= limit, "{name}: {} bytes", html.len());
    }
    assert!(STYLESHEET.len() <= STYLESHEET_LIMIT, "{} bytes", STYLESHEET.len());
}

/// Language, type size and colours are links, so that they need no script and no form.
#[test]
fn every_page_can_be_shown_otherwise() {
    for (name, html) in samples() {
        for switch in ["/display?language=", "/display?size=", "/display?contrast="] {
            assert_eq!(html.matches(&format!("href=\"{switch}")).count(), 1, "{name}: {switch}");
        }
    }
    let class = |name: &str| attribute(tags(&sample(name), "html")[0], "class").map(str::to_owned);
    assert_eq!(class("p1-initial"), None);
    assert_eq!(class("sandbox-large").as_deref(), Some("large"));
    assert_eq!(class("sandbox-both").as_deref(), Some("large contrast"));
}

#[test]
fn a_page_in_english_has_no_chinese_but_names() {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for key in crate::texts::tests::keys() {
        let text = Texts::of(Language::En).get(&key);
        assert!(!text.contains(is_han), "{key}: {text}");
    }
}

/// Writes the samples into a folder, for people and programs that look at them: `HEYAN_SAMPLES=/some/folder`.
#[test]
fn samples_can_be_looked_at() {
    let Some(folder) = std::env::var_os("HEYAN_SAMPLES").map(std::path::PathBuf::from) else { return };
    for language in Language::ALL {
        for (name, html) in samples_in(*language) {
            std::fs::write(folder.join(format!("{name}.{}.html", language.tag())), html).unwrap();
        }
    }
    std::fs::write(folder.join("portal.css"), STYLESHEET).unwrap();
    let mut rng = <rand_chacha::ChaCha20Rng as rand::SeedableRng>::seed_from_u64(1);
    for number in 0..12 {
        let text = crate::captcha::draw_text(&mut rng);
        let picture = crate::captcha::render(&text, &mut rng);
        std::fs::write(folder.join(format!("captcha-{number}-{text}.png")), picture).unwrap();
    }
}
