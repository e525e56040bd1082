//! The home page, and the inboxes of the sandbox: for messages, and for events.

use heyan_domain::Timestamp;

use super::RenderError;
use super::shell::{Page, Shell, Tab, finish};
use crate::texts::{Key, Texts};

/// The body of the filing that the sandbox's home page suggests to report: invented people, numbers and names.
pub const SANDBOX_FILING: &str = include_str!("../../../assets/sandbox-filing.json");

/// The last six of the two people in [`SANDBOX_FILING`], in the order entity head, service head.
const SANDBOX_LAST6: [&str; 2] = ["010016", "010195"];

/// Seconds between two loads of an inbox that refreshes itself.
const INBOX_REFRESH_S: u32 = 5;

/// The home page at `/`: links to the two forms; in a sandbox also how to try it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HomePage {
    /// Where this server is reached, without a slash at the end, for the example (`http://127.0.0.1:8080`).
    pub base_url: String,
}

#[derive(askama::Template)]
#[template(path = "portal/home.html")]
struct HomeView<'a> {
    shell: Shell<'a>,
    base_url: &'a str,
    filing: &'static str,
    verify_hint: String,
}

impl HomePage {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let [first, second] = SANDBOX_LAST6;
        let mut shell = Shell::new(page, Tab::None, t.get("site-name"));
        // The heading is the site's name, which the title need not say twice.
        shell.title = t.get("site-name");
        finish(&HomeView {
            shell,
            base_url: &self.base_url,
            filing: SANDBOX_FILING.trim_end(),
            verify_hint: t.with("home-try-verify", &[("first", first), ("second", second)]),
        })
    }
}

/// A message that the loopback route took (SMS-02).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InboxMessage {
    /// When it was made.
    pub created_at: Timestamp,
    /// The phone, in full: sandbox numbers are invented.
    pub to: String,
    /// The sender's number.
    pub sender: String,
    /// Which message of its verification.
    pub number: u32,
    /// Exactly what a carrier would get.
    pub text: String,
    /// How far it is.
    pub state: MessageState,
}

/// The state of a message (SMS-02).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageState {
    /// Waits for a route.
    Queued,
    /// A route has it.
    Submitted,
    /// It has arrived.
    Delivered,
    /// It will not arrive.
    Failed,
    /// Nobody can tell.
    Unknown,
}

impl MessageState {
    const fn key(self) -> Key {
        match self {
            Self::Queued => Key("state-queued"),
            Self::Submitted => Key("state-submitted"),
            Self::Delivered => Key("state-delivered"),
            Self::Failed => Key("state-failed"),
            Self::Unknown => Key("state-unknown"),
        }
    }
}

/// The inbox at `/sandbox/inbox`, with the query `phone=` (filter) and `refresh=1` (loads itself again).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InboxPage {
    /// The filter as typed; empty for all.
    pub phone: String,
    /// The messages, newest first.
    pub messages: Vec<InboxMessage>,
    /// Whether there are older ones that are not shown.
    pub more: bool,
    /// Whether the page loads itself again.
    pub refreshing: bool,
}

#[derive(askama::Template)]
#[template(path = "portal/inbox.html")]
struct InboxView<'a> {
    shell: Shell<'a>,
    inbox: &'a InboxPage,
}

impl InboxView<'_> {
    /// Whether the list is empty because of the filter.
    fn is_filtered(&self) -> bool {
        !self.inbox.phone.is_empty()
    }

    /// The page's own address with the refresh turned the other way.
    fn other_refresh(&self) -> String {
        let digits: String = self.inbox.phone.chars().filter(char::is_ascii_digit).collect();
        match (digits.is_empty(), self.inbox.refreshing) {
            (true, true) => "/sandbox/inbox".to_owned(),
            (true, false) => "/sandbox/inbox?refresh=1".to_owned(),
            (false, true) => format!("/sandbox/inbox?phone={digits}"),
            (false, false) => format!("/sandbox/inbox?phone={digits}&refresh=1"),
        }
    }
}

impl InboxPage {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let mut shell = Shell::new(page, Tab::Inbox, t.get("inbox-title"));
        shell.refresh_s = self.refreshing.then_some(INBOX_REFRESH_S);
        finish(&InboxView { shell, inbox: self })
    }
}

/// A message to a webhook that the sandbox's receiver got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceivedMessage {
    /// When.
    pub at: Timestamp,
    /// What it was answered.
    pub status: u16,
    /// What it tells of.
    pub kind: String,
    /// `webhook-id`.
    pub id: String,
    /// What is in it.
    pub body: String,
    /// The provider and the endpoint with whose secret it was signed.
    pub signed_for: Option<(String, String)>,
}

/// What the sandbox's receiver of webhooks got, at `/sandbox/webhooks`, with the query `refresh=1` (loads itself again).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceivedPage {
    /// Where this server is reached, without a slash at the end.
    pub base_url: String,
    /// The messages, newest first.
    pub messages: Vec<ReceivedMessage>,
    /// Whether the page loads itself again.
    pub refreshing: bool,
}

#[derive(askama::Template)]
#[template(path = "portal/received.html")]
struct ReceivedView<'a> {
    shell: Shell<'a>,
    received: &'a ReceivedPage,
}

impl ReceivedView<'_> {
    /// The page's own address with the refresh turned the other way.
    const fn other_refresh(&self) -> &'static str {
        if self.received.refreshing { "/sandbox/webhooks" } else { "/sandbox/webhooks?refresh=1" }
    }
}

impl ReceivedPage {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let mut shell = Shell::new(page, Tab::None, t.get("received-title"));
        shell.refresh_s = self.refreshing.then_some(INBOX_REFRESH_S);
        finish(&ReceivedView { shell, received: self })
    }
}
