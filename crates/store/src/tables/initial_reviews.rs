//! Filings in the 初审 of their providers, and which providers ask for it (FIL-01).

use crate::sql::{Row, params};
use heyan_domain::Timestamp;
use heyan_domain::audit::Staff;
use heyan_domain::filing::initial_review::{InitialClaim, InitialReview, InitialReviewRule, Passed};
use heyan_domain::state::Tables;
use heyan_domain::terms::{AccountId, FilingId, ProviderId};

use super::columns;
use super::read::Reader;
use super::rows::damaged;
use super::writer::Writer;
use crate::database::StoreError;

const SELECT_INITIAL_REVIEW: &str = "SELECT filing, submitted_by, submitted_name, submitted_at, returned_reason, \
     returned_at, claimed_by, claimed_name, claimed_until, passed_by, passed_name, passed_at FROM initial_reviews \
     WHERE filing = ?1";
const SELECT_RULE: &str = "SELECT rule FROM initial_review_rules WHERE provider = ?1";

/// Somebody and an instant, from three columns that are there together or not at all.
fn person_at(row: &Row<'_>, first: usize) -> Result<Option<(Staff, Timestamp)>, StoreError> {
    let (account, name): (Option<i64>, Option<String>) = (row.get(first)?, row.get(first + 1)?);
    let at: Option<i64> = row.get(first + 2)?;
    Ok(account.zip(name).zip(at).map(|((account, name), at)| {
        (Staff { account: AccountId::from_number(account), name }, Timestamp::from_ms(at))
    }))
}

fn initial_review(row: &Row<'_>) -> Result<InitialReview, StoreError> {
    let (submitted_by, submitted_at) = damaged(person_at(row, 1)?, "initial review")?;
    let reason: Option<u8> = row.get(4)?;
    let reason = reason.map(|number| damaged(columns::reason(number), "reason of a return")).transpose()?;
    let returned_at = row.get::<Option<i64>>(5)?.map(Timestamp::from_ms);
    Ok(InitialReview {
        filing: FilingId::from_number(row.get(0)?),
        submitted_by,
        submitted_at,
        returned: reason.zip(returned_at),
        claim: person_at(row, 6)?.map(|(by, until)| InitialClaim { by, until }),
        passed: person_at(row, 9)?.map(|(by, at)| Passed { by, at }),
    })
}

fn rule(row: &Row<'_>) -> Result<InitialReviewRule, StoreError> {
    damaged(columns::initial_review_rule(row.get(0)?), "rule of initial review")
}

impl Writer {
    pub(super) fn load_initial_review(&self, id: FilingId, rows: &mut Tables) -> Result<(), StoreError> {
        let found = self.one(SELECT_INITIAL_REVIEW, [id.number()], initial_review)?;
        rows.initial_reviews.insert(id, found);
        Ok(())
    }

    pub(super) fn load_initial_review_rule(
        &self,
        provider: &ProviderId,
        rows: &mut Tables,
    ) -> Result<(), StoreError> {
        let found = self.one(SELECT_RULE, [provider.as_str()], rule)?;
        rows.initial_review_rules.insert(provider.clone(), found);
        Ok(())
    }

    pub(super) fn write_initial_reviews(&self, rows: &Tables) -> Result<(), StoreError> {
        for (filing, review) in &rows.initial_reviews {
            let Some(review) = review else {
                let sql = "DELETE FROM initial_reviews WHERE filing = ?1";
                self.connection.put(sql, [filing.number()])?;
                continue;
            };
            let sql = "INSERT INTO initial_reviews (filing, submitted_by, submitted_name, submitted_at, \
                       returned_reason, returned_at, claimed_by, claimed_name, claimed_until, passed_by, passed_name, \
                       passed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
                       ON CONFLICT (filing) DO UPDATE SET submitted_by = excluded.submitted_by, \
                       submitted_name = excluded.submitted_name, submitted_at = excluded.submitted_at, \
                       returned_reason = excluded.returned_reason, returned_at = excluded.returned_at, \
                       claimed_by = excluded.claimed_by, claimed_name = excluded.claimed_name, \
                       claimed_until = excluded.claimed_until, passed_by = excluded.passed_by, \
                       passed_name = excluded.passed_name, passed_at = excluded.passed_at";
            let (claim, passed) = (review.claim.as_ref(), review.passed.as_ref());
            self.connection.put(
                sql,
                params![
                    filing.number(),
                    review.submitted_by.account.number(),
                    review.submitted_by.name,
                    review.submitted_at.as_ms(),
                    review.returned.map(|(reason, _)| columns::reason_number(reason)),
                    review.returned.map(|(_, at)| at.as_ms()),
                    claim.map(|claim| claim.by.account.number()),
                    claim.map(|claim| claim.by.name.as_str()),
                    claim.map(|claim| claim.until.as_ms()),
                    passed.map(|passed| passed.by.account.number()),
                    passed.map(|passed| passed.by.name.as_str()),
                    passed.map(|passed| passed.at.as_ms()),
                ],
            )?;
        }
        for (provider, rule) in &rows.initial_review_rules {
            let Some(rule) = rule else { continue };
            let sql = "INSERT INTO initial_review_rules (provider, rule) VALUES (?1, ?2) \
                       ON CONFLICT (provider) DO UPDATE SET rule = excluded.rule";
            let number = columns::initial_review_rule_number(*rule);
            self.connection.put(sql, params![provider.as_str(), number])?;
        }
        Ok(())
    }
}

impl Reader {
    /// A filing's place in the 初审 of its provider.
    pub fn initial_review(&self, id: FilingId) -> Result<Option<InitialReview>, StoreError> {
        self.one(SELECT_INITIAL_REVIEW, [id.number()], initial_review)
    }

    /// Whether a provider's console asks for 初审.
    pub fn initial_review_rule(&self, provider: &ProviderId) -> Result<InitialReviewRule, StoreError> {
        Ok(self.one(SELECT_RULE, [provider.as_str()], rule)?.unwrap_or_default())
    }
}
