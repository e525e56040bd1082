//! The columns: each is a member of the body of `POST /v1/filings`, in a row that holds one service.

use std::collections::HashMap;
use std::sync::LazyLock;

use heyan_domain::filing::raw::FLAGS;
use heyan_domain::terms::{DocumentType, FilingKind, Initiator, Nature, Province, ServiceKind};

use crate::console::texts;
use crate::texts::Language;

/// The member that a column holds, as a JSON pointer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Column(&'static str);

/// All of them, in the order of the template.
const POINTERS: &[&str] = &[
    "/provider_order_no",
    "/kind",
    "/province",
    "/report",
    "/entity/name",
    "/entity/nature",
    "/entity/document/type",
    "/entity/document/number",
    "/entity/address/province",
    "/entity/address/city",
    "/entity/address/detail",
    "/entity/head/name",
    "/entity/head/phones",
    "/entity/head/emergency_phone",
    "/entity/head/email",
    "/entity/head/document/type",
    "/entity/head/document/number",
    "/entity/head/document/back_number",
    "/services/0/kind",
    "/services/0/name",
    "/services/0/domains",
    "/services/0/service_no",
    "/services/0/head/name",
    "/services/0/head/phones",
    "/services/0/head/emergency_phone",
    "/services/0/head/email",
    "/services/0/head/document/type",
    "/services/0/head/document/number",
    "/services/0/head/document/back_number",
    "/services/0/access/method",
    "/services/0/access/ip_addresses",
    "/services/0/access/server_place",
    "/reference/entity_no",
    "/reference/service_no",
    "/initiator",
    "/shell",
    "/remark",
];

/// Without these no row says what is to be done.
pub(super) const REQUIRED: [Column; 2] = [Column("/kind"), Column("/province")];

impl Column {
    /// Every column, in the order of the template.
    pub fn all() -> impl Iterator<Item = Self> {
        POINTERS.iter().copied().map(Self)
    }

    /// Its member.
    pub const fn pointer(self) -> &'static str {
        self.0
    }

    /// The API's name of it: the pointer with dots.
    pub fn api_name(self) -> String {
        self.0.trim_start_matches('/').replace('/', ".")
    }

    /// Its name in a language: Chinese words, or the API's name.
    pub fn name(self, language: Language) -> String {
        texts(language).get(&self.key("bulk-column"))
    }

    /// The key of one of its texts.
    pub fn key(self, group: &str) -> String {
        format!("{group}{}", self.0.replace(['/', '_'], "-"))
    }

    /// The words that it takes, if it takes only some: by their names on the wire.
    pub fn words(self) -> Vec<&'static str> {
        let end = self.0.rsplit_once('/').map_or("", |(_, end)| end);
        match (self.0, end) {
            ("/kind", _) => FilingKind::ALL.iter().map(|word| word.as_str()).collect(),
            ("/entity/nature", _) => Nature::ALL.iter().map(|word| word.as_str()).collect(),
            ("/services/0/kind", _) => ServiceKind::ALL.iter().map(|word| word.as_str()).collect(),
            ("/initiator", _) => Initiator::ALL.iter().map(|word| word.as_str()).collect(),
            ("/report" | "/shell", _) => FLAGS.to_vec(),
            (_, "type") => {
                let personal = self.0.contains("/head/");
                let all = DocumentType::ALL.iter().filter(|word| !personal || word.is_personal());
                all.map(|word| word.as_str()).collect()
            }
            (_, "province") => Province::ALL.iter().map(|word| word.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// A word of the wire as people of a language read it.
    pub fn word(self, language: Language, wire: &str) -> String {
        let end = self.0.rsplit_once('/').map_or("", |(_, end)| end);
        let plain = wire.replace('_', "-");
        let key = match (self.0, end) {
            ("/kind", _) => format!("kind-{plain}"),
            ("/entity/nature", _) => format!("provider-nature-{plain}"),
            ("/services/0/kind", _) => format!("provider-service-{plain}"),
            ("/initiator", _) => format!("provider-initiator-{plain}"),
            ("/report" | "/shell", _) => format!("bulk-{plain}"),
            (_, "province") => {
                let province: Option<Province> = wire.parse().ok();
                format!("province-{}", province.map_or("", Province::pinyin))
            }
            _ => format!("provider-document-{plain}"),
        };
        texts(language).get(&key)
    }

    /// What a cell says, as the wire says it: words of either language are taken for what they name.
    pub fn to_wire(self, text: &str) -> String {
        WORDS.get(&(self, text.to_lowercase())).map_or_else(|| text.to_owned(), |wire| (*wire).to_owned())
    }

    /// Whether a cell holds several values.
    pub fn is_list(self) -> bool {
        ["/phones", "/domains", "/ip_addresses"].iter().any(|end| self.0.ends_with(end))
    }
}

/// The wire's words behind those of both languages.
static WORDS: LazyLock<HashMap<(Column, String), &'static str>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for column in Column::all() {
        for wire in column.words() {
            for language in Language::ALL {
                words.insert((column, column.word(*language, wire).to_lowercase()), wire);
            }
        }
    }
    words
});

/// The column under a heading, in any language, by the API's name or as a pointer.
static HEADINGS: LazyLock<HashMap<String, Column>> = LazyLock::new(|| {
    let mut headings = HashMap::new();
    for column in Column::all() {
        for language in Language::ALL {
            headings.insert(column.name(*language).to_lowercase(), column);
        }
        headings.insert(column.api_name(), column);
        headings.insert(column.0.to_owned(), column);
    }
    headings
});

/// The column that a heading names. A star marks what is needed and is no part of the name.
pub(super) fn of_heading(heading: &str) -> Option<Column> {
    HEADINGS.get(&heading.trim_matches(['*', ' ', '\u{3000}']).to_lowercase()).copied()
}

/// The column that a pointer is in, or, for one that names several, the first of them.
pub(crate) fn of_pointer(pointer: &str) -> Option<Column> {
    let below = |whole: &str, part: &str| {
        part.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let inside = Column::all().find(|column| below(column.0, pointer));
    let around = || Column::all().find(|column| !pointer.is_empty() && below(pointer, column.0));
    inside.or_else(around)
}
