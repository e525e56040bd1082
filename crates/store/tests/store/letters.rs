//! Messages that came to nothing are found: those that failed for good, and those that no carrier takes.

use heyan_domain::decide::Action;
use heyan_domain::time::{DAY_MS, MINUTE_MS};
use heyan_domain::verification::MessageState;
use heyan_store::engine::Chore;

use crate::content::create;
use crate::place::{Kind, Place, monday_10_o_clock, on_both, runtime};

on_both!(what_failed_is_listed_for_ninety_days_and_what_is_stuck_until_it_leaves,);

fn what_failed_is_listed_for_ninety_days_and_what_is_stuck_until_it_leaves(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 101);
    let opened = place.open();
    let at = |ms| monday_10_o_clock().plus_ms(ms);
    let stuck = |now| opened.readers.read_blocking(|reader| reader.stuck_messages(now, 10)).unwrap();
    let failed = || opened.readers.read_blocking(|reader| reader.failed_messages(10)).unwrap();
    runtime().block_on(async {
        opened.execute(create(1, 1, 2)).await;
        assert_eq!(stuck(at(0)), [], "written just now");
        let waiting = stuck(at(10 * MINUTE_MS));
        assert_eq!(waiting.len(), 2);
        place.clock.hold(at(MINUTE_MS));
        let message = waiting[0].message.id;
        let refused = Action::SendFailed { message, carrier_code: "BLACK".to_owned() };
        opened.execute(refused.clone()).await;
        opened.execute(refused).await;
        let letters = failed();
        assert_eq!(letters.len(), 1, "said twice, heard once");
        assert_eq!((letters[0].since, letters[0].message.id), (at(MINUTE_MS), message));
        assert_eq!(letters[0].message.state, MessageState::Failed);
        assert_eq!(stuck(at(10 * MINUTE_MS)).len(), 1);
        opened.send().await;
        assert_eq!(stuck(at(10 * MINUTE_MS)), []);
        while opened.engine.chore(Chore::Tidy(at(90 * DAY_MS))).await.unwrap() > 0 {}
        assert_eq!(failed().len(), 1);
        while opened.engine.chore(Chore::Tidy(at(91 * DAY_MS))).await.unwrap() > 0 {}
        assert_eq!(failed(), []);
    });
    let counted = opened.readers.read_blocking(|reader| reader.count_failed(at(0))).unwrap();
    assert_eq!(counted, 0);
}
