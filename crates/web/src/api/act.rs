//! Carrying out what a request asks for, once.

use std::sync::Arc;

use axum::http::StatusCode;
use heyan_domain::decide::{Action, Command, Outcome};
use heyan_domain::terms::{FilingId, Province};

use super::idempotency::{self, Begun};
use super::incoming::Incoming;
use super::problem::Problem;
use super::reply::{Answer, Reply};
use super::{refusal, shown};

/// How a filing is shown after something was done to it.
#[derive(Clone, Copy)]
pub(super) enum Look {
    /// To its provider, just made.
    Created,
    /// To its provider.
    Filing,
    /// To the administration.
    Review(Province),
}

impl Incoming {
    /// Shows a filing as it is now.
    pub async fn show(&self, id: FilingId, look: Look) -> Answer {
        match look {
            Look::Created => {
                let reply = shown::filing(self, id, StatusCode::CREATED).await?;
                Ok(reply.location(&id.to_string()))
            }
            Look::Filing => shown::filing(self, id, StatusCode::OK).await,
            Look::Review(province) => shown::review(self, id, province).await,
        }
    }

    /// Carries out an action that may be repeated harmlessly by itself, and shows the filing.
    pub async fn act(&self, action: Action, look: Look) -> Answer {
        match self.api.app.engine.execute(action).await? {
            Outcome::Filing(id) => {
                self.settle().await;
                self.show(id, look).await
            }
            outcome => Err(self.not_done(outcome)),
        }
    }

    /// Carries out an action under its `Idempotency-Key`, and shows the filing. `route` is the method and path with
    /// the filing's id.
    pub async fn act_once(&self, route: &str, key: &str, body: &[u8], action: Action, look: Look) -> Answer {
        let request = idempotency::request(&self.whose(), route, key, body);
        let guard = match self.api.running.begin(request)? {
            Begun::First(guard) => guard,
            Begun::Answered(reply) => return Ok(reply),
        };
        let engine = &self.api.app.engine;
        let command = Command { action, request: Some(request) };
        match engine.execute(command).await? {
            Outcome::Filing(id) => {
                self.settle().await;
                let reply = self.show(id, look).await?;
                guard.save(Arc::clone(engine), request.body, &reply);
                Ok(reply)
            }
            Outcome::Replayed(stored) => match (stored.reply, stored.filing) {
                (Some((status, body)), _) => Ok(Reply::replayed(status, body)),
                // The process ended between the deed and its answer: the filing as it is now answers.
                (None, Some(id)) => {
                    let reply = self.show(id, look).await?;
                    guard.save(Arc::clone(engine), request.body, &reply);
                    Ok(reply.marked_replayed())
                }
                (None, None) => Err(Problem::internal()),
            },
            outcome => Err(self.not_done(outcome)),
        }
    }

    fn not_done(&self, outcome: Outcome) -> Problem {
        match outcome {
            Outcome::Refused(refused) => refusal::problem(refused, self.now()),
            Outcome::Verified(..)
            | Outcome::Resent(_)
            | Outcome::Disowned(_)
            | Outcome::Drawing(_)
            | Outcome::Captcha(_)
            | Outcome::Unmask(_)
            | Outcome::Proposal(_)
            | Outcome::Rules(_)
            | Outcome::Bulk(_)
            | Outcome::Filing(_)
            | Outcome::Handed(_)
            | Outcome::Previewed(_)
            | Outcome::Account(_)
            | Outcome::ApiKey(_)
            | Outcome::Webhook(_)
            | Outcome::Enterprise(_)
            | Outcome::Done
            | Outcome::Replayed(_) => Problem::internal(),
        }
    }

    /// In the sandbox, waits for the messages to be in the inbox. What was done stays done if that fails.
    async fn settle(&self) {
        if let Err(error) = self.api.app.settle().await {
            tracing::warn!(name: "api.not_settled", error = %error, "messages are not in the inbox yet");
        }
    }
}
