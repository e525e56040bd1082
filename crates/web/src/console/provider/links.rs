//! Ways on from a page, as buttons side by side.

use askama::Template;

/// Links that look like buttons: path, words, whether it is the one most likely wanted.
#[derive(Debug, Default, Template)]
#[template(
    source = "{% if !items.is_empty() %}<p class=\"buttons\">{% for (path, text, first) in items %}<a class=\"button{% if !first %} second{% endif %}\" href=\"{{ path }}\">{{ text }}</a>{% endfor %}</p>{% endif %}",
    ext = "html"
)]
pub(super) struct Links {
    items: Vec<(String, String, bool)>,
}

impl Links {
    /// One more.
    pub fn link(mut self, path: impl Into<String>, text: String) -> Self {
        self.items.push((path.into(), text, false));
        self
    }

    /// The one most likely wanted.
    pub fn main(mut self, path: impl Into<String>, text: String) -> Self {
        self.items.push((path.into(), text, true));
        self
    }
}
