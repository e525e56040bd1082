//! What notices by e-mail say (PRO-05): that a filing was reported or has come back, where its progress is seen, and whom to
//! ask. No name, no number, no code stands in them: a mail may be read by others than its owner.

use heyan_domain::Timestamp;
use heyan_domain::notices::Occasion;
use heyan_store::views::FilingView;

use crate::app::{App, SupportContact};
use crate::host::Origin;
use crate::portal::progress_path;
use crate::texts::{Language, Texts};

/// A mail's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// What about.
    pub subject: String,
    /// What it says, in every language one after the other.
    pub text: String,
}

/// The words for a filing. `portal` is where people reach the portal.
pub fn notice(app: &App, portal: &Origin, view: &FilingView, occasion: Occasion, at: Timestamp) -> Notice {
    let link = format!("{portal}{}", progress_path(&app.ring, view.filing.id));
    let support = app.provider(&view.filing.provider).map(|provider| &provider.support);
    let texts: Vec<String> = Language::ALL
        .iter()
        .map(|language| text(Texts::of(*language), view, (occasion, at), &link, support))
        .collect();
    let t = Texts::of(Language::default());
    let subject = match occasion {
        Occasion::Reported => t.get("notice-reported-subject"),
        Occasion::Returned => t.get("notice-returned-subject"),
    };
    Notice { subject, text: texts.join("\r\n\r\n---\r\n\r\n") }
}

fn text(
    t: &Texts,
    view: &FilingView,
    (occasion, at): (Occasion, Timestamp),
    link: &str,
    support: Option<&SupportContact>,
) -> String {
    let (no, time, province) =
        (view.filing.id.to_string(), t.date_time(at), t.province(view.filing.province));
    let values = [("no", no.as_str()), ("time", time.as_str()), ("province", province.as_str())];
    let mut lines = vec![t.get("notice-greeting"), String::new()];
    match occasion {
        Occasion::Reported => {
            lines.push(t.with("notice-reported", &values));
            lines.push(t.get("notice-reported-next"));
        }
        Occasion::Returned => {
            lines.push(t.with("notice-returned", &values));
            lines.push(t.get("notice-returned-next"));
        }
    }
    lines.push(String::new());
    lines.push(t.one("notice-progress", "link", link));
    if let Some(support) = support {
        lines.push(t.one("notice-ask", "name", &support.name));
        let phone = support.phone.as_ref().map(|phone| t.one("notice-ask-phone", "phone", phone));
        let hours = support.hours.as_ref().map(|hours| t.one("notice-ask-hours", "hours", hours));
        let link = support.link.as_ref().map(|link| t.one("notice-ask-link", "link", link));
        lines.extend([phone, hours, link].into_iter().flatten());
    }
    lines.push(String::new());
    lines.push(t.get("notice-automatic"));
    lines.join("\r\n")
}
