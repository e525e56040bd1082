//! `outage`: two operators stop the clocks (DDL-06).

use heyan_domain::accounts::{
    AccountAction, AccountAnswer, Authority, DisplayName, PasswordHash, Role, SignInName,
};
use heyan_domain::audit::Reason;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::outage::Outage;
use heyan_domain::proposals::{Obstacle, Payload, ProposalAction, ProposalAnswer};
use heyan_domain::terms::AccountId;

use crate::runner::{World, instant, provider};
use crate::words::Words;

impl World<'_> {
    /// `outage 2026-03-02 10:00 2026-03-02 12:00 [province=浙江] [by=idc] [route=…]`.
    pub(crate) fn outage(&mut self, words: &mut Words) -> Result<String, String> {
        let mut time = || instant(&words.required("a date")?, &words.required("a time")?);
        let (from, until) = (time()?, time()?);
        let province = words.option("province").map(|name| name.parse());
        let outage = Outage {
            from,
            until,
            province: province.transpose().map_err(|_| "there is no such province".to_owned())?,
            provider: words.option("by").map(|name| provider(&name)).transpose()?,
            route: words.option("route"),
        };
        let (one, other) = self.two_operators()?;
        let reason = Reason::parse("the portal was out of order").ok_or("that is no reason")?;
        let payload = Payload::StopClocks(outage);
        let proposal = match self.ask(ProposalAction::Propose { by: one, payload, reason })? {
            ProposalAnswer::Done(id) => id,
            answer => return refused(&answer),
        };
        match self.ask(ProposalAction::Approve { by: other, proposal, version: 1 })? {
            ProposalAnswer::Done(_) => {}
            answer => return refused(&answer),
        }
        if !self.worker_sleeps {
            self.engine.run_due();
        }
        Ok("moved".to_owned())
    }

    fn ask(&mut self, action: ProposalAction) -> Result<ProposalAnswer, String> {
        match self.engine.execute(Action::Proposal(Box::new(action)).into()) {
            Outcome::Proposal(answer) => Ok(answer),
            other => Err(format!("an answer of another kind: {other:?}")),
        }
    }

    fn two_operators(&mut self) -> Result<(AccountId, AccountId), String> {
        if let Some(operators) = self.operators {
            return Ok(operators);
        }
        let operators = (self.operator("first-operator")?, self.operator("second-operator")?);
        self.operators = Some(operators);
        Ok(operators)
    }

    fn operator(&mut self, name: &str) -> Result<AccountId, String> {
        let create = AccountAction::Create {
            by: Authority::Machine,
            name: SignInName::parse(name).ok_or("that is no name")?,
            display_name: DisplayName::parse(name).ok_or("that is no name")?,
            role: Role::Operator,
            password: PasswordHash::from_phc("hash"),
        };
        match self.engine.execute(Action::Account(Box::new(create)).into()) {
            Outcome::Account(AccountAnswer::Done(id)) => Ok(id),
            other => Err(format!("no operator: {other:?}")),
        }
    }
}

fn refused(answer: &ProposalAnswer) -> Result<String, String> {
    match answer {
        ProposalAnswer::Obstacle(Obstacle::OutageTimes) => Ok("refused outage_times".to_owned()),
        ProposalAnswer::Obstacle(Obstacle::OutageKnown) => Ok("refused outage_known".to_owned()),
        ProposalAnswer::Obstacle(_)
        | ProposalAnswer::Done(_)
        | ProposalAnswer::NotFound
        | ProposalAnswer::NotOperator
        | ProposalAnswer::OtherPerson
        | ProposalAnswer::Changed
        | ProposalAnswer::Stage(_) => Err(format!("{answer:?}")),
    }
}
