//! The rules of webhooks as little stories.

use std::collections::BTreeMap;

use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use super::*;
use crate::audit::AuditEntry;
use crate::decide::{Action, Command, Context, Outcome, Refusal};
use crate::event::EventKind;
use crate::rulebook::Rulebook;
use crate::rules::Rules;
use crate::state::{Key, State};
use crate::tags::{CodeTag, CounterKey, EntityTag, KeyId, Keyring, PersonTag, PhoneTag};
use crate::terms::{Code, Document, EventId, IdLast6, Phone, VerificationId};
use crate::working_days::WorkingDays;

/// Webhooks need no keyed hashes.
struct NoKeys;

impl Keyring for NoKeys {
    fn keys(&self) -> &[KeyId] {
        &[]
    }
    fn phone(&self, key: KeyId, _: &Phone) -> PhoneTag {
        PhoneTag::new(key, [0; 15])
    }
    fn person(&self, key: KeyId, _: &Phone, _: &IdLast6) -> PersonTag {
        PersonTag::new(key, [0; 15])
    }
    fn code(&self, key: KeyId, _: VerificationId, _: &Code) -> CodeTag {
        CodeTag::new(key, [0; 15])
    }
    fn entity(&self, key: KeyId, _: &Document) -> EntityTag {
        EntityTag::new(key, [0; 15])
    }
    fn counter(&self, _: &[u8], begins_at: Timestamp) -> CounterKey {
        CounterKey(begins_at.as_ms())
    }
}

fn provider() -> ProviderId {
    ProviderId::parse("tencent").unwrap()
}

fn terms() -> EndpointTerms {
    EndpointTerms { url: EndpointUrl::parse("https://example.cn/heyan", false).unwrap(), kinds: Vec::new() }
}

struct Story {
    now: Timestamp,
    rules: Rules,
    calendar: WorkingDays,
    state: State,
    audit: Vec<AuditEntry>,
    rng: ChaCha12Rng,
}

impl Story {
    /// A provider with one endpoint.
    fn new() -> (Self, EndpointId) {
        let mut story = Self {
            now: Timestamp::parse_rfc3339("2026-03-02T09:00:00+08:00").unwrap(),
            rules: Rules::new(Rulebook::shipped().unwrap(), BTreeMap::new()).0,
            calendar: WorkingDays::shipped().unwrap(),
            state: State::default(),
            audit: Vec::new(),
            rng: ChaCha12Rng::seed_from_u64(1),
        };
        let WebhookAnswer::Secret(id, _) =
            story.ask(WebhookAction::Make { id: None, terms: terms() }).unwrap()
        else {
            panic!("no secret")
        };
        (story, id)
    }

    fn decide(&mut self, action: Action) -> Outcome {
        let command = Command::from(action);
        loop {
            let context = Context {
                now: self.now,
                rules: &self.rules,
                keyring: &NoKeys,
                limits: None,
                calendar: &self.calendar,
            };
            match crate::decide::decide(&context, &self.state, &command, &mut self.rng) {
                Ok((outcome, delta)) => {
                    self.state.apply(&delta);
                    self.audit.extend(delta.audit);
                    return outcome;
                }
                Err(keys) => {
                    for key in keys {
                        match key {
                            Key::Webhooks(provider) => _ = self.state.rows.webhooks.insert(provider, None),
                            Key::Delivery(id) => _ = self.state.rows.deliveries.insert(id, None),
                            Key::Account(id) => _ = self.state.rows.accounts.insert(id, None),
                            other => panic!("{other:?}"),
                        }
                    }
                }
            }
        }
    }

    fn ask(&mut self, action: WebhookAction) -> Result<WebhookAnswer, WebhookRefusal> {
        let action = Action::Webhook { provider: provider(), by: By::Key, action: Box::new(action) };
        match self.decide(action) {
            Outcome::Webhook(answer) => Ok(answer),
            Outcome::Refused(Refusal::Webhook(refusal)) => Err(refusal),
            other => panic!("{other:?}"),
        }
    }

    fn endpoint(&self) -> Endpoint {
        self.state.rows.webhooks[&provider()].as_ref().unwrap()[0].clone()
    }

    /// An event on its way to the endpoint.
    fn delivery(&mut self, no: i64, endpoint: EndpointId) -> DeliveryId {
        let id = DeliveryId::from_number(no);
        let delivery = Delivery {
            id,
            endpoint,
            provider: provider(),
            event: EventId::from_number(no),
            state: DeliveryState::Waiting,
            created_at: self.now,
            next_at: Some(self.now),
            step: 0,
            tries: Vec::new(),
        };
        self.state.rows.deliveries.insert(id, Some(delivery));
        id
    }

    fn see(&self, id: DeliveryId) -> Delivery {
        self.state.rows.deliveries[&id].clone().unwrap()
    }

    fn tried(&mut self, endpoint: EndpointId, id: DeliveryId, result: TryResult, asked_ms: Option<i64>) {
        let tried = Try { at: self.now, took_ms: 0, result };
        let tries = vec![Tried { delivery: id, tried, asked_ms }];
        let outcome = self.decide(Action::WebhookTried { provider: provider(), endpoint, tries });
        assert_eq!(outcome, Outcome::Done);
    }
}

#[test]
fn what_is_not_taken_is_tried_nine_times_within_a_day_and_then_has_failed() {
    let (mut story, endpoint) = Story::new();
    let id = story.delivery(1, endpoint);
    let began = story.now;
    let mut waits = Vec::new();
    loop {
        story.tried(endpoint, id, TryResult::Status(500), None);
        let Some(next) = story.see(id).next_at else { break };
        waits.push(next.since_ms(story.now) / SECOND_MS);
        story.now = next;
    }
    let least = [5, 60, 300, 1_800, 7_200, 18_000, 28_800, 28_800];
    assert_eq!(waits.len(), least.len());
    for (wait, least) in waits.iter().zip(least) {
        assert!((least..=least + least / 20).contains(wait), "{wait} s for {least} s");
    }
    assert_eq!((story.see(id).state, story.see(id).tries.len()), (DeliveryState::Failed, 9));
    assert!(story.now.since_ms(began) < 25 * HOUR_MS);
}

#[test]
fn an_endpoint_that_asks_for_time_gets_it_up_to_an_hour() {
    let (mut story, endpoint) = Story::new();
    let id = story.delivery(1, endpoint);
    story.tried(endpoint, id, TryResult::Status(429), Some(MINUTE_MS));
    assert_eq!(story.see(id).next_at, Some(story.now.plus_ms(MINUTE_MS)));
    story.tried(endpoint, id, TryResult::Status(503), Some(DAY_MS));
    assert_eq!(story.see(id).next_at, Some(story.now.plus_ms(HOUR_MS)));
}

#[test]
fn an_endpoint_that_is_gone_is_not_asked_again() {
    let (mut story, endpoint) = Story::new();
    let id = story.delivery(1, endpoint);
    story.tried(endpoint, id, TryResult::Status(410), None);
    assert_eq!(story.endpoint().off, Some(Off { at: story.now, reason: OffReason::Gone }));
    assert_eq!(story.audit.last().unwrap().action, AuditAction::WebhookOff);
    assert_eq!(story.ask(WebhookAction::Replay(vec![id])), Err(WebhookRefusal::Off));
}

#[test]
fn an_endpoint_that_takes_nothing_for_three_days_is_switched_off_and_one_yes_begins_the_time_anew() {
    let (mut story, endpoint) = Story::new();
    let first = story.delivery(1, endpoint);
    story.tried(endpoint, first, TryResult::Unreachable, None);
    story.now = story.now.plus_ms(2 * DAY_MS);
    let second = story.delivery(2, endpoint);
    story.tried(endpoint, second, TryResult::Status(204), None);
    assert_eq!(story.endpoint().failing_since, None);
    let third = story.delivery(3, endpoint);
    story.tried(endpoint, third, TryResult::TooSlow, None);
    story.now = story.now.plus_ms(3 * DAY_MS - 1);
    story.tried(endpoint, first, TryResult::TooSlow, None);
    assert_eq!(story.endpoint().off, None);
    story.now = story.now.plus_ms(1);
    story.tried(endpoint, third, TryResult::NotPublic, None);
    assert_eq!(story.endpoint().off.map(|off| off.reason), Some(OffReason::Failing));
    story.ask(WebhookAction::Switch(endpoint, true)).unwrap();
    assert_eq!((story.endpoint().off, story.endpoint().failing_since), (None, None));
}

#[test]
fn a_replay_begins_the_ladder_anew_and_only_for_one_s_own() {
    let (mut story, endpoint) = Story::new();
    let id = story.delivery(1, endpoint);
    story.tried(endpoint, id, TryResult::Status(200), None);
    assert_eq!((story.see(id).state, story.see(id).next_at), (DeliveryState::Delivered, None));
    story.now = story.now.plus_ms(DAY_MS);
    story.ask(WebhookAction::Replay(vec![id])).unwrap();
    let again = story.see(id);
    assert_eq!((again.state, again.next_at, again.step), (DeliveryState::Waiting, Some(story.now), 0));
    let none = DeliveryId::from_number(9);
    assert_eq!(story.ask(WebhookAction::Replay(vec![none])), Err(WebhookRefusal::DeliveryNotFound));
    let other = ProviderId::parse("jd").unwrap();
    let action = Box::new(WebhookAction::Replay(vec![id]));
    let refused = story.decide(Action::Webhook { provider: other, by: By::Key, action });
    assert_eq!(refused, Outcome::Refused(Refusal::Webhook(WebhookRefusal::DeliveryNotFound)));
}

#[test]
fn a_new_secret_and_the_one_before_it_both_sign_for_a_day() {
    let (mut story, endpoint) = Story::new();
    let count = |story: &Story| story.endpoint().signs(story.now).count();
    let first = story.endpoint().secrets[0].secret.clone();
    let WebhookAnswer::Secret(_, second) = story.ask(WebhookAction::Renew(endpoint)).unwrap() else {
        panic!("no secret")
    };
    let signing: Vec<WebhookSecret> = story.endpoint().signs(story.now).cloned().collect();
    assert_eq!(signing, [second, first]);
    story.now = story.now.plus_ms(DAY_MS - 1);
    assert_eq!(count(&story), 2);
    story.now = story.now.plus_ms(1);
    assert_eq!(count(&story), 1);
    story.ask(WebhookAction::Renew(endpoint)).unwrap();
    assert_eq!((count(&story), story.endpoint().secrets.len()), (2, 2), "the first has gone");
    story.ask(WebhookAction::DropOld(endpoint)).unwrap();
    assert_eq!(count(&story), 1);
}

#[test]
fn a_provider_has_ten_endpoints_at_most_and_nobody_else_s() {
    let (mut story, endpoint) = Story::new();
    for _ in 1..MAX_ENDPOINTS {
        story.ask(WebhookAction::Make { id: None, terms: terms() }).unwrap();
    }
    let one_more = WebhookAction::Make { id: None, terms: terms() };
    assert_eq!(story.ask(one_more), Err(WebhookRefusal::TooMany));
    let other = ProviderId::parse("jd").unwrap();
    let action = Box::new(WebhookAction::Remove(endpoint));
    let refused = story.decide(Action::Webhook { provider: other, by: By::Key, action });
    assert_eq!(refused, Outcome::Refused(Refusal::Webhook(WebhookRefusal::EndpointNotFound)));
    let stranger = By::Staff(AccountId::from_number(1));
    let action = Box::new(WebhookAction::Remove(endpoint));
    let refused = story.decide(Action::Webhook { provider: provider(), by: stranger, action });
    assert_eq!(refused, Outcome::Refused(Refusal::Webhook(WebhookRefusal::EndpointNotFound)));
    story.ask(WebhookAction::Remove(endpoint)).unwrap();
    assert_eq!(story.ask(WebhookAction::Renew(endpoint)), Err(WebhookRefusal::EndpointNotFound));
}

/// proves: SEC-11
#[test]
fn an_address_is_https_and_bare() {
    let parse = |text: &str| EndpointUrl::parse(text, false).map(|url| url.as_str().to_owned());
    assert_eq!(parse(" https://Example.CN/a?b=c ").as_deref(), Some("https://example.cn/a?b=c"));
    for wrong in [
        "",
        "example.cn",
        "http://example.cn/",
        "ftp://example.cn/",
        "https://user@example.cn/",
        "https://user:secret@example.cn/",
        "https://example.cn/#part",
    ] {
        assert_eq!(parse(wrong), None, "{wrong}");
    }
    assert!(EndpointUrl::parse("http://127.0.0.1:8080/", true).is_some());
    // However an address is written, it is one.
    assert_eq!(EndpointUrl::parse("https://0x7f.1/", false).unwrap().host(), "127.0.0.1");
    assert_eq!(EndpointUrl::parse("https://[::ffff:7f00:1]/", false).unwrap().host(), "[::ffff:7f00:1]");
}

#[test]
fn an_endpoint_is_told_of_what_it_asked_for_and_never_of_what_is_not_in_the_feed() {
    let (story, _) = Story::new();
    let mut endpoint = story.endpoint();
    assert!(endpoint.wants(EventKind::FilingReturned) && !endpoint.wants(EventKind::FilingClaimed));
    endpoint.terms.kinds = vec![EventKind::FilingReturned];
    assert!(endpoint.wants(EventKind::FilingReturned) && !endpoint.wants(EventKind::Passed));
}
