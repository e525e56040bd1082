//! Fills a database as years of use would: filings in every state, of several providers and provinces, in waves a day
//! apart, with everything that grows beside them. Everything goes through the engine, so it is as it would have come about.

use std::ops::Range;
use std::path::Path;

use heyan_domain::accounts::Account;
use heyan_domain::audit::Staff;
use heyan_domain::decide::{Action, Expected, Outcome};
use heyan_domain::filing::draft::Draft;
use heyan_domain::filing::initial_review::{HandOn, InitialReviewAction, InitialReviewRule};
use heyan_domain::terms::{Code, FilingId, IdLast6, MessageId, Phone, ProviderId, Province};
use heyan_gateway::loopback::Loopback;

use super::super::{clock, person, progress, server};
use super::objects::Objects;
use super::{beside, programs};
use crate::commands::user::{find, make_demo_accounts};
use crate::failure::Failure;
use crate::world::World;

/// Actions handed to the engine at once.
const AT_ONCE: usize = 1_000;
/// Waves before the last one, which is as large as all of them and a half: what is under way is there in thousands.
const WAVES: u64 = 9;
/// Between two waves: whoever was asked in the one has no time left in the next.
const DAY_AND_MORE_S: u64 = 26 * 3_600;
/// Providers beside the one of the demo accounts, which has three filings of five.
const OTHERS: [&str; 2] = ["jd", "other"];

/// What becomes of a filing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Draft,
    Withdrawn,
    InitialReview,
    /// Its head says nothing: it is returned a day later.
    Silent,
    InReview,
    Approved,
    Rejected,
}

/// Which of them is whose, by its number alone.
#[derive(Clone, Debug)]
struct Plan {
    filings: u64,
}

impl Plan {
    /// Where the last wave begins.
    const fn last_wave(&self) -> u64 {
        self.filings * 3 / 5
    }

    fn waves(&self) -> Vec<Range<u64>> {
        let begin = |wave: u64| self.last_wave() * wave / WAVES;
        let mut waves: Vec<Range<u64>> = (0..WAVES).map(|wave| begin(wave)..begin(wave + 1)).collect();
        waves.push(self.last_wave()..self.filings);
        waves
    }

    const fn fate(&self, number: u64) -> Fate {
        match number % 20 {
            0 => Fate::Draft,
            1 => Fate::Withdrawn,
            2 => Fate::InitialReview,
            3 | 4 => Fate::Silent,
            10 => Fate::Rejected,
            11..=15 => Fate::InReview,
            16..=19 if number >= self.last_wave() => Fate::Silent,
            // 5 to 9, and of those filed earlier also 16 to 19.
            _ => Fate::Approved,
        }
    }

    /// Three of five are the demo provider's.
    fn provider(number: u64) -> &'static str {
        match number / 20 % 5 {
            3 => OTHERS[0],
            4 => OTHERS[1],
            _ => "tencent",
        }
    }

    /// Three of five are handled by the demo reviewer's administration.
    fn province(number: u64) -> Province {
        if number / 100 % 5 < 3 {
            return Province::Zhejiang;
        }
        let at = usize::try_from(number).unwrap_or_default() % Province::ALL.len();
        Province::ALL.get(at).copied().unwrap_or(Province::Zhejiang)
    }

    fn is_of_demo(number: u64) -> bool {
        Self::provider(number) == "tencent" && Self::province(number) == Province::Zhejiang
    }
}

/// Carries actions out in order, many at once; one that is refused ends it.
pub(super) async fn carry_out(world: &World, actions: Vec<Action>) -> Result<Vec<Outcome>, Failure> {
    let mut outcomes = Vec::with_capacity(actions.len());
    let mut rest = actions.into_iter().peekable();
    while rest.peek().is_some() {
        let some: Vec<Action> = rest.by_ref().take(AT_ONCE).collect();
        for outcome in world.app.engine.execute_background(some).await {
            match outcome? {
                Outcome::Refused(refusal) => return Err(Failure::plain(format!("refused: {refusal:?}"))),
                other => outcomes.push(other),
            }
        }
    }
    Ok(outcomes)
}

fn provider(name: &str) -> Result<ProviderId, Failure> {
    ProviderId::parse(name).ok_or_else(|| Failure::plain("the provider is unknown"))
}

fn draft(number: u64) -> Result<Draft, Failure> {
    let mut draft = person::draft(number)?;
    draft.province = Plan::province(number);
    Ok(draft)
}

/// The filings, and who does what.
pub(super) struct Filling<'w> {
    pub world: &'w World,
    data: &'w Path,
    plan: Plan,
    clerk: Staff,
    /// By number.
    filings: Vec<FilingId>,
}

/// Fills a database in an empty directory with so many filings.
pub(super) async fn fill(data: &Path, filings: u64) -> Result<(World, Objects), Failure> {
    if filings < 1_000 {
        return Err(Failure::usage("too few filings to measure pages with", "give 1000 or more"));
    }
    let mut config = server::config(data);
    config.limits = false;
    let world = World::open(&config, clock::preparing())?;
    make_demo_accounts(&world).await?;
    let clerk = account(&world, "tencent-clerk").await?;
    let mut filling = Filling {
        world: &world,
        data,
        plan: Plan { filings },
        clerk: Staff::of(&clerk),
        filings: Vec::with_capacity(usize::try_from(filings)?),
    };
    filling.choose_initial_review().await?;
    let (key, endpoint) = programs::set_up(&world).await?;
    for wave in filling.plan.waves() {
        let last = wave.end == filings;
        filling.wave(wave.clone()).await?;
        progress(&format!("filled {} of {filings}", wave.end));
        if !last {
            pass_time(&world).await?;
        }
    }
    let (delivery, deliveries) = programs::follow(&world).await?;
    let mut objects = beside::fill(&filling, (key, endpoint, delivery)).await?;
    objects.counts.push(("deliveries", deliveries));
    world.worker.count().await?;
    Ok((world, objects))
}

async fn pass_time(world: &World) -> Result<(), Failure> {
    let sandbox = world.app.sandbox.as_ref().ok_or_else(|| Failure::plain("this is no sandbox"))?;
    sandbox.advance(DAY_AND_MORE_S).await?;
    Ok(())
}

/// An account by its name.
pub(super) async fn account(world: &World, name: &str) -> Result<Account, Failure> {
    let name = heyan_domain::accounts::SignInName::parse(name)
        .ok_or_else(|| Failure::plain("a name of an account is none"))?;
    find(world, &name).await
}

impl Filling<'_> {
    /// How many filings there are to be.
    pub(super) const fn wanted(&self) -> u64 {
        self.plan.filings
    }

    /// Those that satisfy a rule about their numbers, the newest first, with their ids.
    fn all(&self, wanted: impl Fn(u64) -> bool) -> impl Iterator<Item = FilingId> {
        let numbers = (0..self.plan.filings).rev();
        let numbered = numbers.zip(self.filings.iter().rev());
        numbered.filter(move |(number, _)| wanted(*number)).map(|(_, filing)| *filing)
    }

    fn newest(&self, fate: Fate, in_last_wave: bool) -> Result<FilingId, Failure> {
        let wanted = |number| {
            Plan::is_of_demo(number)
                && self.plan.fate(number) == fate
                && (number >= self.plan.last_wave()) == in_last_wave
        };
        self.all(wanted).next().ok_or_else(|| Failure::plain(format!("no filing became {fate:?}")))
    }

    /// One filing in each state that a page is about.
    pub(super) fn one_of_each(&self) -> Result<[FilingId; 6], Failure> {
        Ok([
            self.newest(Fate::InReview, true)?,
            self.newest(Fate::Draft, true)?,
            self.newest(Fate::Silent, false)?,
            self.newest(Fate::Silent, true)?,
            self.newest(Fate::Withdrawn, true)?,
            self.newest(Fate::InitialReview, true)?,
        ])
    }

    /// Filings of the demo provider, the newest first.
    pub(super) fn of_demo_provider(&self) -> impl Iterator<Item = FilingId> {
        self.all(|number| Plan::provider(number) == "tencent")
    }

    async fn choose_initial_review(&self) -> Result<(), Failure> {
        let by = Staff::of(&account(self.world, "tencent-admin").await?);
        let rule = InitialReviewRule::Required;
        let choose = InitialReviewAction::SetRule { by, provider: provider("tencent")?, rule };
        carry_out(self.world, vec![Action::InitialReview(Box::new(choose))]).await?;
        Ok(())
    }

    /// Files the numbers of a range and lets become of each what is to become of it.
    async fn wave(&mut self, range: Range<u64>) -> Result<(), Failure> {
        let creating = range.clone().map(|number| self.creating(number)).collect::<Result<Vec<_>, _>>()?;
        for outcome in carry_out(self.world, creating).await? {
            match outcome {
                Outcome::Filing(filing) => self.filings.push(filing),
                other => return Err(Failure::plain(format!("a filing came to {other:?}"))),
            }
        }
        self.fail_some_messages(range.clone()).await?;
        self.world.worker.settle().await?;
        self.verify(range.clone()).await?;
        self.decide(range).await?;
        Ok(self.world.worker.count().await?)
    }

    fn creating(&self, number: u64) -> Result<Action, Failure> {
        let provider = provider(Plan::provider(number))?;
        let draft = Box::new(draft(number)?);
        let demo = Plan::provider(number) == "tencent";
        Ok(match self.plan.fate(number) {
            Fate::InitialReview if demo => Action::InitialReview(Box::new(InitialReviewAction::File {
                by: self.clerk.clone(),
                provider,
                filing: None,
                draft,
                to: HandOn::InitialReview,
            })),
            Fate::Draft | Fate::InitialReview => Action::Create { provider, draft, report: false },
            Fate::Withdrawn | Fate::Silent | Fate::InReview | Fate::Approved | Fate::Rejected => {
                Action::Create { provider, draft, report: true }
            }
        })
    }

    fn id(&self, number: u64) -> Result<FilingId, Failure> {
        let found = usize::try_from(number).ok().and_then(|at| self.filings.get(at)).copied();
        found.ok_or_else(|| Failure::plain(format!("filing {number} is missing")))
    }

    /// Of a hundred messages one is refused for good, to somebody who says nothing anyway.
    async fn fail_some_messages(&self, range: Range<u64>) -> Result<(), Failure> {
        let mut failing = Vec::new();
        for number in range.filter(|number| number % 100 == 63) {
            let filing = self.id(number)?;
            let messages = self.world.app.readers.read(move |reader| reader.messages(filing)).await?;
            failing.extend(messages.into_iter().map(|message| Action::SendFailed {
                message: MessageId::from_number(message.id.number()),
                carrier_code: "MK:0001".to_owned(),
            }));
        }
        carry_out(self.world, failing).await?;
        Ok(())
    }

    /// Everybody who is to verify does, with the code from the message.
    async fn verify(&self, range: Range<u64>) -> Result<(), Failure> {
        let mut verifying = Vec::new();
        let inbox = Loopback::open(self.data, heyan_domain::Timestamp::default)?;
        inbox.for_each_arrived(|arrived| {
            let phone = arrived.to.as_str().parse::<u64>().ok();
            let number = phone.and_then(|phone| phone.checked_sub(person::phone(0)));
            let Some(number) = number.filter(|number| range.contains(number)) else { return };
            let verifies = match self.plan.fate(number) {
                Fate::InReview | Fate::Approved | Fate::Rejected => true,
                Fate::Draft | Fate::Withdrawn | Fate::InitialReview | Fate::Silent => false,
            };
            let (code, id_last6) = (Code::parse(&arrived.text), IdLast6::parse(&person::id_last6(number)));
            let phone = Phone::parse(arrived.to.as_str());
            if let (true, Some(code), Some(id_last6), Some(phone)) = (verifies, code, id_last6, phone) {
                verifying.push(Action::Verify { phone, id_last6, code, from: None });
            }
        })?;
        carry_out(self.world, verifying).await?;
        Ok(())
    }

    /// The administrations decide, and providers take back.
    async fn decide(&self, range: Range<u64>) -> Result<(), Failure> {
        let mut deciding = Vec::new();
        for number in range {
            let (filing, province) = (self.id(number)?, Plan::province(number));
            let (reviewer, expected) = (format!("reviewer-{}", number % 7), Expected::Any);
            match self.plan.fate(number) {
                Fate::Withdrawn => {
                    deciding.push(Action::Withdraw { provider: provider(Plan::provider(number))?, filing });
                }
                Fate::Approved => {
                    deciding.push(Action::Approve { province, reviewer, filing, expected });
                }
                Fate::Rejected => {
                    let reason = format!("reason {}", number % 11);
                    deciding.push(Action::Reject { province, reviewer, filing, expected, reason });
                }
                Fate::InReview if number % 5 == 0 => {
                    deciding.push(Action::Claim { province, reviewer, filing });
                }
                Fate::Draft | Fate::InitialReview | Fate::Silent | Fate::InReview => {}
            }
        }
        carry_out(self.world, deciding).await?;
        Ok(())
    }
}

/// For what stands beside the filings.
pub(super) fn demo_provider() -> Result<ProviderId, Failure> {
    provider("tencent")
}

/// An invented filing that is not among the numbered ones.
pub(super) fn further(number: u64) -> Result<Draft, Failure> {
    draft(number)
}
