//! What grows beside the filings: accounts, sign-ins and with them the audit log, requests to see data in clear,
//! proposals, versions of the rules, files.

use std::sync::Arc;

use heyan_domain::accounts::{
    Account, AccountAction, AccountAnswer, Authority, Compared, DisplayName, Role, SessionTag, SignInName,
};
use heyan_domain::audit::unmask::{Person, UnmaskAction};
use heyan_domain::audit::{Reason, Staff};
use heyan_domain::bulk::{BulkAction, BulkEntry, BulkFile};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::outage::Outage;
use heyan_domain::proposals::{Payload, ProposalAction, ProposalAnswer};
use heyan_domain::rules::{RulesAction, RulesAnswer};
use heyan_domain::terms::{AccountId, ApiKeyId, BulkId, DeliveryId, EndpointId, ProposalId};

use super::fill::{self, Filling, account, carry_out, demo_provider};
use super::objects::Objects;
use crate::failure::Failure;
use crate::world::World;

/// Rows of each file.
const ROWS: u64 = 100;
/// The demo accounts that sign in over and over.
const SIGNING_IN: [&str; 4] = ["tencent-clerk", "tencent-admin", "zhejiang", "operator"];

fn strange(outcome: &Outcome) -> Failure {
    Failure::plain(format!("something else came of it: {outcome:?}"))
}

fn reason() -> Result<Reason, Failure> {
    Reason::parse("complaint 12").ok_or_else(|| Failure::plain("the reason is none"))
}

/// Fills all of it, in proportion to the filings.
pub(super) async fn fill(
    filling: &Filling<'_>,
    (key, endpoint, delivery): (ApiKeyId, EndpointId, DeliveryId),
) -> Result<Objects, Failure> {
    let (world, filings) = (filling.world, filling.wanted());
    let (operator, second) = (account(world, "operator").await?, account(world, "operator-2").await?);
    let clerk = account(world, "tencent-clerk").await?;
    let (accounts, unmaskings) = (filings / 200, filings / 100);
    let (proposals, versions, files) = (filings / 500, filings / 2_000, filings / 2_000);
    let member = add_accounts(world, &clerk, accounts).await?;
    sign_in(world, filings).await?;
    unmask(filling, &clerk, unmaskings).await?;
    let version = add_versions(world, &operator, versions.max(1)).await?;
    let own_proposal = propose(world, &operator, 1).await?;
    let proposal = propose(world, &second, proposals).await?;
    let job = hand_in(filling, files.max(1)).await?;
    let [in_review, draft, returned, verifying, withdrawn, in_initial_review] = filling.one_of_each()?;
    let counts = vec![
        ("filings", filings + files.max(1) * ROWS),
        ("accounts", accounts),
        ("sign-ins", filings),
        ("requests to unmask", unmaskings),
        ("proposals", proposals),
        ("versions of rules", versions.max(1)),
        ("files", files.max(1)),
    ];
    Ok(Objects {
        in_review,
        draft,
        returned,
        verifying,
        withdrawn,
        in_initial_review,
        member,
        job,
        key,
        endpoint,
        delivery,
        proposal,
        own_proposal,
        version,
        counts,
    })
}

/// Half of them clerks of the demo provider, half operators; they have the clerk's password.
async fn add_accounts(world: &World, clerk: &Account, count: u64) -> Result<AccountId, Failure> {
    let mut adding = Vec::new();
    for number in 0..count {
        let name = format!("person-{number}");
        let names = SignInName::parse(&name).zip(DisplayName::parse(&name));
        let Some((name, display_name)) = names else { return Err(Failure::plain("a name is none")) };
        let role = if number % 2 == 0 { clerk.role.clone() } else { Role::Operator };
        let password = clerk.password.clone();
        let create = AccountAction::Create { by: Authority::Machine, name, display_name, role, password };
        adding.push(Action::Account(Box::new(create)));
    }
    let outcomes = carry_out(world, adding).await?;
    match outcomes.first() {
        Some(Outcome::Account(AccountAnswer::Done(account))) => Ok(*account),
        Some(other) => Err(strange(other)),
        None => Err(Failure::plain("no account was made")),
    }
}

/// Each is an entry of the audit log and a session.
async fn sign_in(world: &World, count: u64) -> Result<(), Failure> {
    let mut accounts = Vec::new();
    for name in SIGNING_IN {
        accounts.push(account(world, name).await?);
    }
    let signing_in = (0..count).zip(accounts.iter().cycle()).map(|(number, account)| {
        let mut tag = [0; 32];
        tag[..8].copy_from_slice(&number.to_be_bytes());
        Action::Account(Box::new(AccountAction::SignIn {
            name: account.name.clone(),
            compared: Some(Compared { with: account.password.clone(), right: true }),
            session: SessionTag(tag),
            from: None,
        }))
    });
    carry_out(world, signing_in.collect()).await?;
    Ok(())
}

async fn unmask(filling: &Filling<'_>, clerk: &Account, count: u64) -> Result<(), Failure> {
    let by = Person { staff: Staff::of(clerk), role: clerk.role.clone() };
    let mut asking = Vec::new();
    for filing in filling.of_demo_provider().take(usize::try_from(count)?) {
        let request = UnmaskAction::Request { by: by.clone(), filing, reason: reason()? };
        asking.push(Action::Unmask(Box::new(request)));
    }
    carry_out(filling.world, asking).await?;
    Ok(())
}

/// Copies of one file that differ in a remark; the last one's id is given.
async fn add_versions(world: &World, operator: &Account, count: u64) -> Result<String, Failure> {
    let rules = world.app.rules.current();
    let file = rules.shipped().file("national-2020").ok_or_else(|| Failure::plain("a file is missing"))?;
    let file = file.replace("validity_hours = 24", "validity_hours = 36");
    let adding = (0..count).map(|number| {
        let text: Arc<str> = format!("{file}\n# {number}\n").into();
        Action::Rules(Box::new(RulesAction::Add { by: operator.id, text }))
    });
    match carry_out(world, adding.collect()).await?.pop() {
        Some(Outcome::Rules(RulesAnswer::Added(version))) => Ok(version.to_string()),
        Some(other) => Err(strange(&other)),
        None => Err(Failure::plain("no version was put in")),
    }
}

/// Outages to stop clocks for, each taken back but the last.
async fn propose(world: &World, by: &Account, count: u64) -> Result<ProposalId, Failure> {
    let mut last = None;
    let until = world.app.clock.now().plus_ms(-1_000);
    for number in 0..count.max(1) {
        if let Some(proposal) = last {
            let withdraw = ProposalAction::Withdraw { by: by.id, proposal, version: 1 };
            carry_out(world, vec![Action::Proposal(Box::new(withdraw))]).await?;
        }
        let from = until.plus_ms(-60_000 * i64::try_from(number + 1)?);
        let outage = Outage { from, until, province: None, provider: None, route: None };
        let payload = Payload::StopClocks(outage);
        let propose = ProposalAction::Propose { by: by.id, payload, reason: reason()? };
        match carry_out(world, vec![Action::Proposal(Box::new(propose))]).await?.pop() {
            Some(Outcome::Proposal(ProposalAnswer::Done(id))) => last = Some(id),
            Some(other) => return Err(strange(&other)),
            None => return Err(Failure::plain("nothing was proposed")),
        }
    }
    last.ok_or_else(|| Failure::plain("nothing was proposed"))
}

/// Files of a hundred rows each, worked off to their ends; the last one's id is given.
async fn hand_in(filling: &Filling<'_>, count: u64) -> Result<BulkId, Failure> {
    let mut job = None;
    for number in 0..count {
        let mut entries = Vec::new();
        for row in 0..ROWS {
            let draft = fill::further(filling.wanted() + number * ROWS + row)?;
            entries.push(BulkEntry { row: u32::try_from(row + 2)?, report: false, draft });
        }
        let file = BulkFile::new(&entries).ok_or_else(|| Failure::plain("a file has no rows"))?;
        let id = BulkId::of_request(&u128::from(number + 1).rotate_left(88).to_be_bytes());
        let begin = BulkAction::Begin { id, provider: demo_provider()?, file };
        carry_out(filling.world, vec![Action::Bulk(Box::new(begin))]).await?;
        while filling.world.worker.file_rows().await? {}
        job = Some(id);
    }
    job.ok_or_else(|| Failure::plain("no file was handed in"))
}
