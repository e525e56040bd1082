//! Enums as the numbers in which they are stored, and the place of a sealed value.

use crate::views::Counted;
use heyan_domain::accounts::RoleKind;
use heyan_domain::event::{Actor, EventKind};
use heyan_domain::filing::ReturnReason;
use heyan_domain::filing::initial_review::InitialReviewRule;
use heyan_domain::terms::{FilingKind, Province};
use heyan_domain::verification::{CancelledBy, MessageKind, MessageState, VerificationState};

/// Both directions from one table, so that they cannot disagree. Numbers are never given to another word.
macro_rules! numbered {
    ($to:ident, $from:ident: $type:ty { $($value:path => $number:literal,)+ }) => {
        pub(super) const fn $to(value: $type) -> u8 {
            match value { $($value => $number,)+ }
        }

        pub(super) const fn $from(number: u8) -> Option<$type> {
            match number { $($number => Some($value),)+ _ => None }
        }
    };
}

numbered! { kind_number, kind: FilingKind {
    FilingKind::First => 1,
    FilingKind::AddService => 2,
    FilingKind::AddAccess => 3,
    FilingKind::Change => 4,
    FilingKind::ChangeEntity => 5,
    FilingKind::ChangeService => 6,
    FilingKind::ChangeAccess => 7,
    FilingKind::MigrateDomain => 8,
    FilingKind::MigrateService => 9,
    FilingKind::CancelEntity => 10,
    FilingKind::CancelService => 11,
    FilingKind::CancelAccess => 12,
} }

numbered! { reason_number, reason: ReturnReason {
    ReturnReason::AttemptsExhausted => 1,
    ReturnReason::Expired => 2,
    ReturnReason::SmsUndeliverable => 3,
    ReturnReason::Withdrawn => 4,
    ReturnReason::Rejected => 5,
} }

numbered! { message_kind_number, message_kind: MessageKind {
    MessageKind::First => 1,
    MessageKind::Resend => 2,
    MessageKind::Noon => 3,
} }

numbered! { message_state_number, message_state: MessageState {
    MessageState::Queued => 1,
    MessageState::Submitted => 2,
    MessageState::Delivered => 3,
    MessageState::Failed => 4,
    MessageState::Unknown => 5,
} }

numbered! { role_number, role: RoleKind {
    RoleKind::Operator => 1,
    RoleKind::Auditor => 2,
    RoleKind::Administration => 3,
    RoleKind::ProviderAdmin => 4,
    RoleKind::ProviderClerk => 5,
} }

numbered! { event_kind_number, event_kind: EventKind {
    EventKind::FilingCreated => 1,
    EventKind::FilingCorrected => 2,
    EventKind::FilingReported => 3,
    EventKind::FilingVerificationCompleted => 4,
    EventKind::FilingVerificationFailed => 5,
    EventKind::FilingReturned => 6,
    EventKind::FilingClaimed => 7,
    EventKind::FilingApproved => 8,
    EventKind::FilingRejected => 9,
    EventKind::FilingWithdrawn => 10,
    EventKind::MessageSubmitted => 11,
    EventKind::MessageDelivered => 12,
    EventKind::MessageFailed => 13,
    EventKind::Resent => 14,
    EventKind::AutoResent => 15,
    EventKind::Passed => 16,
    EventKind::AttemptFailed => 17,
    EventKind::Expired => 18,
    EventKind::InitialReviewSubmitted => 19,
    EventKind::InitialReviewClaimed => 20,
    EventKind::InitialReviewPassed => 21,
    EventKind::InitialReviewSentBack => 22,
    EventKind::Disowned => 23,
    EventKind::DeadlineMoved => 24,
    EventKind::FilingErased => 40,
} }

numbered! { initial_review_rule_number, initial_review_rule: InitialReviewRule {
    InitialReviewRule::Skipped => 1,
    InitialReviewRule::Required => 2,
    InitialReviewRule::SecondPerson => 3,
} }

numbered! { counted_number, counted: Counted {
    Counted::Reported => 1,
    Counted::Sent => 2,
    Counted::Delivered => 3,
    Counted::FirstVerified => 4,
    Counted::AllVerified => 5,
    Counted::Approved => 6,
    Counted::AskedNobody => 7,
    Counted::AttemptsExhausted => 10,
    Counted::Expired => 11,
    Counted::Undeliverable => 12,
    Counted::Withdrawn => 13,
    Counted::Rejected => 14,
    Counted::Within5Minutes => 20,
    Counted::Within15Minutes => 21,
    Counted::WithinAnHour => 22,
    Counted::Within4Hours => 23,
    Counted::Within12Hours => 24,
    Counted::WithinADay => 25,
    Counted::Later => 26,
    Counted::MessageAccepted => 30,
    Counted::MessageArrived => 31,
    Counted::MessageFailed => 32,
    Counted::Resent => 33,
    Counted::NoonResent => 34,
    Counted::NoonFailed => 35,
    Counted::WrongAttempt => 36,
} }

pub(super) const fn verification_state_number(state: VerificationState) -> u8 {
    match state {
        VerificationState::WaitingToSend => 1,
        VerificationState::Open => 2,
        VerificationState::Passed => 3,
        VerificationState::Failed => 4,
        VerificationState::Expired => 5,
        VerificationState::Cancelled(CancelledBy::Return) => 6,
        VerificationState::Cancelled(CancelledBy::Withdrawal) => 7,
    }
}

pub(super) const fn verification_state(number: u8) -> Option<VerificationState> {
    match number {
        1 => Some(VerificationState::WaitingToSend),
        2 => Some(VerificationState::Open),
        3 => Some(VerificationState::Passed),
        4 => Some(VerificationState::Failed),
        5 => Some(VerificationState::Expired),
        6 => Some(VerificationState::Cancelled(CancelledBy::Return)),
        7 => Some(VerificationState::Cancelled(CancelledBy::Withdrawal)),
        _ => None,
    }
}

/// Provinces are stored by their code of GB/T 2260; administrations as actors likewise.
pub(super) fn actor_number(actor: &Actor) -> u32 {
    match actor {
        Actor::Provider => 1,
        Actor::Person => 2,
        Actor::Clock => 3,
        Actor::Carrier => 4,
        Actor::Administration(province) => province.code(),
    }
}

pub(super) fn actor(number: u32) -> Option<Actor> {
    match number {
        1 => Some(Actor::Provider),
        2 => Some(Actor::Person),
        3 => Some(Actor::Clock),
        4 => Some(Actor::Carrier),
        code => Province::from_code(code).map(Actor::Administration),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every value comes back from its number, no two have the same, and no other number means anything.
    fn both_ways<T: Copy + PartialEq + std::fmt::Debug>(
        all: &[T],
        to: impl Fn(T) -> u8,
        from: impl Fn(u8) -> Option<T>,
    ) {
        for value in all {
            assert_eq!(from(to(*value)), Some(*value));
        }
        let known = (0..=u8::MAX).filter(|number| from(*number).is_some()).count();
        assert_eq!(known, all.len());
    }

    #[test]
    fn every_word_comes_back_from_its_number() {
        both_ways(FilingKind::ALL, kind_number, kind);
        both_ways(ReturnReason::ALL, reason_number, reason);
        both_ways(MessageKind::ALL, message_kind_number, message_kind);
        both_ways(MessageState::ALL, message_state_number, message_state);
        both_ways(RoleKind::ALL, role_number, role);
        both_ways(EventKind::ALL, event_kind_number, event_kind);
        both_ways(Counted::ALL, counted_number, counted);
        both_ways(InitialReviewRule::ALL, initial_review_rule_number, initial_review_rule);
        let states = [
            VerificationState::WaitingToSend,
            VerificationState::Open,
            VerificationState::Passed,
            VerificationState::Failed,
            VerificationState::Expired,
            VerificationState::Cancelled(CancelledBy::Return),
            VerificationState::Cancelled(CancelledBy::Withdrawal),
        ];
        both_ways(&states, verification_state_number, verification_state);
    }

    #[test]
    fn every_actor_comes_back_from_its_number() {
        let administrations = Province::ALL.iter().copied().map(Actor::Administration);
        let others = [Actor::Provider, Actor::Person, Actor::Clock, Actor::Carrier];
        for one in others.into_iter().chain(administrations) {
            assert_eq!(actor(actor_number(&one)), Some(one));
        }
    }

    /// The feed leaves out by number what is not in it.
    #[test]
    fn the_feed_leaves_out_what_is_not_for_it() {
        let out =
            EventKind::ALL.iter().filter(|kind| !kind.is_in_feed()).map(|kind| event_kind_number(*kind));
        assert_eq!(out.collect::<Vec<_>>(), [1, 2, 7, 40, 19, 20, 21, 22]);
    }
}
