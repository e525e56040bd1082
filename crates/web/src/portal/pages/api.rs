//! `/docs`: the calls of the provider API, for people. It is made of the same table as `/openapi.json`.

use super::RenderError;
use super::shell::{Page, Shell, Tab, finish};
use crate::api::openapi::{Operation, TAGS, calls};
use crate::texts::Texts;

/// See the module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApiPage {
    /// Whether this is a sandbox, which has calls of its own.
    pub sandbox: bool,
}

struct Call {
    method: String,
    path: &'static str,
    summary: String,
    needs: Vec<&'static str>,
}

struct Group {
    name: String,
    calls: Vec<Call>,
}

#[derive(askama::Template)]
#[template(path = "portal/api.html")]
struct ApiView<'a> {
    shell: Shell<'a>,
    words: &'static Texts,
    groups: Vec<Group>,
}

impl Call {
    fn of(words: &Texts, operation: &Operation) -> Self {
        let mut needs = Vec::new();
        needs.extend(operation.once.then_some("Idempotency-Key"));
        needs.extend(operation.if_match.then_some("If-Match"));
        Self {
            method: operation.method.to_uppercase(),
            path: operation.path,
            summary: words.get(&format!("api-op-{}", operation.id)),
            needs,
        }
    }
}

impl ApiPage {
    /// The page as HTML.
    pub fn render(self, page: &Page) -> Result<String, RenderError> {
        let words = Texts::of_problems(page.language);
        let groups = TAGS.iter().map(|tag| Group {
            name: words.get(&format!("api-tag-{tag}")),
            calls: calls(self.sandbox)
                .filter(|one| one.tag == *tag)
                .map(|one| Call::of(words, one))
                .collect(),
        });
        let shell = Shell::new(page, Tab::None, words.get("api-title"));
        let groups = groups.filter(|group: &Group| !group.calls.is_empty()).collect();
        finish(&ApiView { shell, words, groups })
    }
}
