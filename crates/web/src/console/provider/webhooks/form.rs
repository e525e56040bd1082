//! What is said of an endpoint: the fields of a new one and of one that is changed.

use heyan_domain::event::EventKind;
use heyan_domain::webhooks::{Endpoint, EndpointTerms};
use serde::Deserialize;

use crate::app::App;
use crate::console::parts::{Field, FormPart};
use crate::console::provider::terms::word;
use crate::texts::Texts;

/// The fields as they are sent: each ticked kind by its name.
#[derive(Deserialize, Default)]
#[serde(transparent)]
pub(super) struct Typed(Vec<(String, String)>);

impl Typed {
    pub fn of(endpoint: &Endpoint) -> Self {
        let url = ("url".to_owned(), endpoint.terms.url.as_str().to_owned());
        let kinds = endpoint.terms.kinds.iter().map(|kind| (kind.to_string(), "on".to_owned()));
        Self(std::iter::once(url).chain(kinds).collect())
    }

    fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// What was typed, or the words for what is wrong with the address.
    pub fn read(&self, app: &App) -> Result<EndpointTerms, &'static str> {
        let url = app.webhooks.read_url(self.value("url")).ok_or("webhooks-url-wrong")?;
        let kinds = EventKind::ALL.iter().copied().filter(|kind| kind.is_in_feed());
        Ok(EndpointTerms { url, kinds: kinds.filter(|kind| self.value(kind.as_str()) == "on").collect() })
    }

    pub fn fields(&self, t: &Texts, part: FormPart, wrong: Option<&str>) -> FormPart {
        let url = Field::text("url", t.get("webhooks-url"), self.value("url"));
        let url = url.hint(t.get("webhooks-url-hint")).error(wrong.map(|key| t.get(key)));
        let part = part.summary(t.get("form-problems")).field(url);
        let kinds = EventKind::ALL.iter().filter(|kind| kind.is_in_feed());
        kinds.enumerate().fold(part, |part, (no, kind)| {
            let name = kind.as_str();
            let field = Field::check(name, word(t, "event", name), self.value(name) == "on");
            part.field(if no == 0 { field.hint(t.get("webhooks-kinds-hint")) } else { field })
        })
    }
}
