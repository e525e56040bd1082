//! The one function that decides: state, command, time and randomness in; outcome and changes out.

use std::fmt;

use crate::Timestamp;
use crate::accounts::{self, AccountAction};
use crate::api_keys::{self, ApiKeyAction};
use crate::audit::unmask::{self, UnmaskAction};
use crate::bulk::{self, BulkAction};
use crate::due::Due;
use crate::enterprise::{self, EnterpriseAction};
use crate::filing::draft::Draft;
use crate::filing::initial_review::{self, InitialReviewAction};
use crate::limits::{self, AddressBlock, Limits};
use crate::mark;
use crate::notices::{self, SwitchNotices};
use crate::privacy::{self, ErasureCause};
use crate::proposals::{self, ProposalAction};
use crate::providers::{self, NameProvider};
use crate::review;
use crate::routes::{self, DrainRoute};
use crate::rules::{Rules, RulesAction, version};
use crate::state::{Key, State};
use crate::tags::Keyring;
use crate::terms::{Code, EndpointId, EventId, FilingId, IdLast6, MessageId, Phone, ProviderId, Province};
use crate::tx::{Delta, Tx};
use crate::verification::{self, Transport};
use crate::webhooks::{self, Tried, WebhookAction};
use crate::working_days::WorkingDays;
use crate::{feed, filing};

mod answer;

pub use answer::{Outcome, Refusal};

/// What is given to a decision beside the state.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The instant of the decision; never goes back.
    pub now: Timestamp,
    /// The rulebook and its archive.
    pub rules: &'a Rules,
    /// The keyed hashes.
    pub keyring: &'a dyn Keyring,
    /// Request and message limits; `None` where the sandbox has them off.
    pub limits: Option<&'a Limits>,
    /// The calendar of working days.
    pub calendar: &'a WorkingDays,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context(at {})", self.now)
    }
}

/// Names a request that may be repeated: a hash of caller, route and `Idempotency-Key`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RequestKey(pub [u8; 16]);

/// The `Idempotency-Key` of a command, and what it was first used with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Request {
    /// Which request.
    pub key: RequestKey,
    /// A hash of its body.
    pub body: [u8; 16],
}

/// What is kept of a request that was carried out, for its repetitions. Written in the transaction of the command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredReply {
    /// A hash of the body that the key was first used with.
    pub body: [u8; 16],
    /// The filing that the command was about.
    pub filing: Option<FilingId>,
    /// HTTP status and body, once they have been written.
    pub reply: Option<(u16, std::sync::Arc<[u8]>)>,
    /// When it was carried out.
    pub at: Timestamp,
}

/// Which version of a filing the caller has read (`If-Match`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    /// This one.
    Version(u32),
    /// Whatever it is now (`*`, sandbox only).
    Any,
    /// Nothing was said, where something must be: refused, but only after the filing was found.
    Unsaid,
}

/// What can be asked of the system.
#[derive(Clone, Debug)]
pub enum Action {
    /// 短信核验.
    Verify {
        /// The phone typed.
        phone: Phone,
        /// The last six typed.
        id_last6: IdLast6,
        /// The code typed.
        code: Code,
        /// Where the request came from.
        from: Option<AddressBlock>,
    },
    /// 短信重发.
    Resend {
        /// The phone typed.
        phone: Phone,
        /// The last six typed.
        id_last6: IdLast6,
        /// Where the request came from.
        from: Option<AddressBlock>,
    },
    /// "这不是我的备案" (PRO-07).
    Disown {
        /// The phone typed.
        phone: Phone,
        /// The code typed.
        code: Code,
        /// Where the request came from.
        from: Option<AddressBlock>,
    },
    /// Asks whether a captcha may be drawn.
    CountDrawing {
        /// Where the request came from.
        from: Option<AddressBlock>,
    },
    /// Uses up a captcha, whatever its answer was (VER-02): right once for each.
    UseCaptcha {
        /// The captcha's own number.
        nonce: [u8; 16],
    },
    /// Makes a draft; reports it in the same transaction if asked.
    Create {
        /// Whose it is.
        provider: ProviderId,
        /// What is filed.
        draft: Box<Draft>,
        /// Whether to report it at once.
        report: bool,
    },
    /// Asks what a report of this would come to (PRO-02); nothing changes.
    Preview {
        /// Whose it would be.
        provider: ProviderId,
        /// The filing that it would correct.
        filing: Option<FilingId>,
        /// What would be filed.
        draft: Box<Draft>,
    },
    /// Replaces the content of a draft or a returned filing.
    Correct {
        /// Whose it is.
        provider: ProviderId,
        /// Which.
        filing: FilingId,
        /// What the caller has read.
        expected: Expected,
        /// The new content.
        draft: Box<Draft>,
        /// Whether to report it at once.
        report: bool,
    },
    /// 提交管局: opens a round.
    Report {
        /// Whose it is.
        provider: ProviderId,
        /// Which.
        filing: FilingId,
        /// What the caller has read.
        expected: Expected,
    },
    /// 重新核验: opens a round for an unedited returned filing.
    Reverify {
        /// Whose it is.
        provider: ProviderId,
        /// Which.
        filing: FilingId,
        /// What the caller has read.
        expected: Expected,
    },
    /// Takes a filing back.
    Withdraw {
        /// Whose it is.
        provider: ProviderId,
        /// Which.
        filing: FilingId,
    },
    /// A reviewer takes a filing.
    Claim {
        /// The administration.
        province: Province,
        /// Who.
        reviewer: String,
        /// Which.
        filing: FilingId,
    },
    /// 审核通过.
    Approve {
        /// The administration.
        province: Province,
        /// Who.
        reviewer: String,
        /// Which.
        filing: FilingId,
        /// What the caller has read.
        expected: Expected,
    },
    /// 审核不通过.
    Reject {
        /// The administration.
        province: Province,
        /// Who.
        reviewer: String,
        /// Which.
        filing: FilingId,
        /// What the caller has read.
        expected: Expected,
        /// Why.
        reason: String,
    },
    /// A carrier has accepted a message.
    Submitted {
        /// Which.
        message: MessageId,
        /// The route that took it.
        route: String,
        /// The carrier's id of it.
        carrier_id: String,
        /// To whom it goes, where receipts know it by the carrier's id alone.
        to: Option<Phone>,
    },
    /// A message has arrived.
    Delivered {
        /// Which.
        message: MessageId,
        /// The carrier's code.
        carrier_code: String,
    },
    /// A message was refused for good or did not arrive.
    SendFailed {
        /// Which.
        message: MessageId,
        /// The carrier's code.
        carrier_code: String,
    },
    /// What else becomes of a message on its way.
    Transport(Box<Transport>),
    /// A command whose time has come.
    Due(Due),
    /// A provider has read its feed up to here.
    Acknowledge {
        /// Who.
        provider: ProviderId,
        /// The last event read.
        event: EventId,
    },
    /// Keeps the reply to a request for its repetitions.
    SaveReply {
        /// Which request.
        key: RequestKey,
        /// The HTTP status.
        status: u16,
        /// The HTTP body.
        body: std::sync::Arc<[u8]>,
    },
    /// Something about an account of the staff or its sessions (SEC-09).
    Account(Box<AccountAction>),
    /// Something about keys of the provider API.
    ApiKey(Box<ApiKeyAction>),
    /// Something about a provider's webhooks.
    Webhook {
        /// Whose.
        provider: ProviderId,
        /// Who asks.
        by: webhooks::By,
        /// What.
        action: Box<WebhookAction>,
    },
    /// What came of sending events to an endpoint.
    WebhookTried {
        /// Whose.
        provider: ProviderId,
        /// Which.
        endpoint: EndpointId,
        /// Each try.
        tries: Vec<Tried>,
    },
    /// Something about seeing personal data in clear (SEC-12).
    Unmask(Box<UnmaskAction>),
    /// Something about what takes two people (SEC-14).
    Proposal(Box<ProposalAction>),
    /// Something about versions of the rules.
    Rules(Box<RulesAction>),
    /// Erases the personal data of a filing that has come to its end (SEC-13).
    Erase {
        /// Which.
        filing: FilingId,
        /// Why.
        cause: Box<ErasureCause>,
    },
    /// Something that a provider's people do before a filing is reported (FIL-01).
    InitialReview(Box<InitialReviewAction>),
    /// A provider's notices by e-mail (PRO-05).
    SwitchNotices(Box<SwitchNotices>),
    /// A route to carriers that gets no messages, or gets them again.
    DrainRoute(Box<DrainRoute>),
    /// A provider that the system knows.
    NameProvider(Box<NameProvider>),
    /// Something about filing in bulk (PRO-04).
    Bulk(Box<BulkAction>),
    /// Something about the enterprise interface.
    Enterprise(Box<EnterpriseAction>),
}

/// An action, and the request it may be a repetition of.
#[derive(Clone, Debug)]
pub struct Command {
    /// What is asked.
    pub action: Action,
    /// Under which `Idempotency-Key`.
    pub request: Option<Request>,
}

impl From<Action> for Command {
    fn from(action: Action) -> Self {
        Self { action, request: None }
    }
}

/// Why a decision stopped before its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// Rows must be loaded first; then it is asked again.
    Need(Vec<Key>),
    /// It is refused.
    Refuse(Refusal),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

/// Decides one command: gives the outcome and what changes, or the rows it needs to see first. Pure.
pub fn decide(
    context: &Context<'_>,
    state: &State,
    command: &Command,
    rng: &mut dyn rand::Rng,
) -> Result<(Outcome, Delta), Vec<Key>> {
    let mut tx = Tx::new(context, state);
    match decide_request(&mut tx, command, rng) {
        Ok(outcome) => Ok((outcome, tx.into_delta())),
        Err(Stop::Need(keys)) => Err(keys),
        Err(Stop::Refuse(refusal)) => Ok((Outcome::Refused(refusal), Delta::default())),
    }
}

fn decide_request(tx: &mut Tx<'_>, command: &Command, rng: &mut dyn rand::Rng) -> Result<Outcome, Stop> {
    let Some(request) = command.request else { return decide_action(tx, &command.action, rng) };
    if let Some(stored) = tx.reply(&request.key)? {
        return if stored.body == request.body {
            Ok(Outcome::Replayed(stored))
        } else {
            Err(Refusal::RequestReused.into())
        };
    }
    let outcome = decide_action(tx, &command.action, rng)?;
    let filing = match &outcome {
        Outcome::Filing(filing) => Some(*filing),
        Outcome::Verified(..)
        | Outcome::Resent(_)
        | Outcome::Disowned(_)
        | Outcome::Drawing(_)
        | Outcome::Captcha(_)
        | Outcome::Handed(_)
        | Outcome::Previewed(_)
        | Outcome::Account(_)
        | Outcome::ApiKey(_)
        | Outcome::Webhook(_)
        | Outcome::Unmask(_)
        | Outcome::Proposal(_)
        | Outcome::Rules(_)
        | Outcome::Bulk(_)
        | Outcome::Enterprise(_)
        | Outcome::Done
        | Outcome::Replayed(_)
        | Outcome::Refused(_) => None,
    };
    let at = tx.now();
    tx.put_reply(request.key, StoredReply { body: request.body, filing, reply: None, at });
    Ok(outcome)
}

fn decide_action(tx: &mut Tx<'_>, action: &Action, rng: &mut dyn rand::Rng) -> Result<Outcome, Stop> {
    mark!("FIL-01");
    match action {
        Action::Verify { phone, id_last6, code, from } => {
            let answered = verification::verify(tx, phone, id_last6, code, *from)?;
            Ok(Outcome::Verified(answered.0, answered.1))
        }
        Action::Resend { phone, id_last6, from } => {
            verification::resend(tx, phone, id_last6, *from, rng).map(Outcome::Resent)
        }
        Action::Disown { phone, code, from } => {
            verification::disown(tx, phone, code, *from).map(Outcome::Disowned)
        }
        Action::CountDrawing { from } => limits::count_drawing(tx, *from).map(Outcome::Drawing),
        Action::UseCaptcha { nonce } => limits::use_captcha(tx, nonce).map(Outcome::Captcha),
        Action::Create { provider, draft, report } => filing::create(tx, provider, draft, *report, rng),
        Action::Preview { provider, filing, draft } => filing::preview(tx, provider, *filing, draft),
        Action::Correct { provider, filing, expected, draft, report } => {
            filing::correct(tx, provider, *filing, *expected, draft, *report, rng)
        }
        Action::Report { provider, filing, expected } => {
            filing::report(tx, provider, *filing, *expected, rng)
        }
        Action::Reverify { provider, filing, expected } => {
            filing::reverify(tx, provider, *filing, *expected, rng)
        }
        Action::Withdraw { provider, filing } => filing::withdraw(tx, provider, *filing),
        Action::Claim { province, reviewer, filing } => review::claim(tx, *province, reviewer, *filing),
        Action::Approve { province, reviewer, filing, expected } => {
            review::approve(tx, *province, reviewer, *filing, *expected)
        }
        Action::Reject { province, reviewer, filing, expected, reason } => {
            review::reject(tx, *province, reviewer, *filing, *expected, reason)
        }
        Action::Submitted { message, route, carrier_id, to } => {
            verification::submitted(tx, *message, route, carrier_id, to.as_ref())
        }
        Action::Transport(transport) => verification::transport(tx, transport),
        Action::Delivered { message, carrier_code } => verification::delivered(tx, *message, carrier_code),
        Action::SendFailed { message, carrier_code } => verification::send_failed(tx, *message, carrier_code),
        Action::Due(due) => verification::due(tx, *due, rng),
        Action::Acknowledge { provider, event } => feed::acknowledge(tx, provider, *event),
        Action::SaveReply { key, status, body } => save_reply(tx, *key, *status, body),
        Action::Account(action) => accounts::decide(tx, action, rng).map(Outcome::Account),
        Action::ApiKey(action) => api_keys::decide(tx, action, rng).map(Outcome::ApiKey),
        Action::Webhook { provider, by, action } => {
            webhooks::decide(tx, provider, *by, action, rng).map(Outcome::Webhook)
        }
        Action::WebhookTried { provider, endpoint, tries } => {
            webhooks::tried(tx, provider, *endpoint, tries, rng).map(|()| Outcome::Done)
        }
        Action::Unmask(action) => unmask::decide(tx, action).map(Outcome::Unmask),
        Action::Proposal(action) => proposals::decide(tx, action, rng).map(Outcome::Proposal),
        Action::Rules(action) => version::decide(tx, action, rng).map(Outcome::Rules),
        Action::Erase { filing, cause } => privacy::erase(tx, *filing, cause),
        Action::SwitchNotices(asked) => notices::switch(tx, asked),
        Action::InitialReview(action) => initial_review::decide(tx, action, rng),
        Action::DrainRoute(asked) => routes::drain(tx, asked),
        Action::NameProvider(asked) => providers::name(tx, asked),
        Action::Bulk(action) => bulk::decide(tx, action, rng),
        Action::Enterprise(action) => enterprise::decide(tx, action, rng).map(Outcome::Enterprise),
    }
}

fn save_reply(
    tx: &mut Tx<'_>,
    key: RequestKey,
    status: u16,
    body: &std::sync::Arc<[u8]>,
) -> Result<Outcome, Stop> {
    if let Some(mut stored) = tx.reply(&key)?
        && stored.reply.is_none()
    {
        stored.reply = Some((status, std::sync::Arc::clone(body)));
        tx.put_reply(key, stored);
    }
    Ok(Outcome::Done)
}
