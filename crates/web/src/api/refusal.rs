//! What the engine refuses, as problems.

use heyan_domain::Timestamp;
use heyan_domain::bulk::MAX_OPEN_JOBS;
use heyan_domain::decide::Refusal;
use heyan_domain::filing::initial_review::InitialReviewRefusal;
use heyan_domain::webhooks::{MAX_ENDPOINTS, WebhookRefusal};

use super::code::ErrorCode;
use super::idempotency;
use super::problem::{Problem, Sentence};

/// The problem that a refusal is to the caller.
pub(crate) fn problem(refusal: Refusal, now: Timestamp) -> Problem {
    let plain = |code, key| Problem::new(code, Sentence::new(key));
    match refusal {
        Refusal::Invalid(errors) => Problem::members(&errors),
        Refusal::FilingNotFound => Problem::filing_not_found(),
        Refusal::State(state) => Problem::new(ErrorCode::State, Sentence::new("state").with("state", state)),
        Refusal::Version(now) => Problem::version(now),
        Refusal::VersionUnsaid => Problem::version_unsaid(),
        Refusal::EntityHasOpenFiling(None) => plain(ErrorCode::EntityHasOpenFiling, "open-filing"),
        Refusal::EntityHasOpenFiling(Some(filing)) => {
            let sentence = Sentence::new("open-filing-own").with("filing", filing);
            Problem::new(ErrorCode::EntityHasOpenFiling, sentence).about(Some(filing))
        }
        Refusal::EntityRegistered => plain(ErrorCode::EntityRegistered, "entity-registered"),
        Refusal::OrderNumber(filing) => {
            let sentence = Sentence::new("order-number").with("filing", filing);
            Problem::member(ErrorCode::OrderNumber, "/provider_order_no", sentence).about(Some(filing))
        }
        Refusal::Domain { pointer, domain } => {
            let sentence = Sentence::new("domain-taken").with("domain", domain);
            Problem::member(ErrorCode::DomainTaken, pointer, sentence)
        }
        Refusal::PhoneOnRecord { pointer } => {
            Problem::member(ErrorCode::PhoneOnRecord, pointer, Sentence::new("phone-on-record"))
        }
        Refusal::Access => plain(ErrorCode::Access, "access"),
        Refusal::Claimed(until) => {
            let sentence = Sentence::new("claimed").with("until", until.beijing_hh_mm());
            Problem::new(ErrorCode::Claimed, sentence)
        }
        Refusal::PhoneMessages(at) => {
            let sentence = Sentence::new("phone-messages").with("until", at);
            Problem::new(ErrorCode::PhoneMessages, sentence).retry_at(now, at)
        }
        Refusal::RequestReused => idempotency::reused(),
        Refusal::Exhausted => plain(ErrorCode::Exhausted, "exhausted"),
        Refusal::InitialReview(InitialReviewRefusal::Required) => {
            plain(ErrorCode::State, "initial-review-required")
        }
        Refusal::InitialReview(InitialReviewRefusal::SecondPerson) => {
            plain(ErrorCode::State, "initial-review-second-person")
        }
        Refusal::BulkJobs => {
            let sentence = Sentence::new("bulk-jobs").with("limit", MAX_OPEN_JOBS);
            Problem::new(ErrorCode::BulkJobs, sentence)
        }
        Refusal::Webhook(WebhookRefusal::EndpointNotFound) => Problem::endpoint_not_found(),
        Refusal::Webhook(WebhookRefusal::DeliveryNotFound) => Problem::delivery_not_found(),
        Refusal::Webhook(WebhookRefusal::Off) => plain(ErrorCode::WebhookOff, "webhook-off"),
        Refusal::Webhook(WebhookRefusal::TooMany) => {
            let sentence = Sentence::new("webhook-too-many").with("limit", MAX_ENDPOINTS);
            Problem::new(ErrorCode::WebhookEndpoints, sentence)
        }
    }
}
