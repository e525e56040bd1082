//! The `log` line of drills: sends nothing, says in the log that it would have, and reports every message as delivered.

use crate::line::{Mouth, Reported, Said, Taken};

/// Messages without an answer; there is nothing to wait for.
const ROOM: usize = 1_000;
/// The code under which drills deliver.
const CODE: &str = "DRILL";

/// Takes messages until there are no more to come.
pub async fn run(place: usize, name: String, mut taken: Taken, mouth: Mouth) {
    if mouth.send((place, Said::Up { room: ROOM })).await.is_err() {
        return;
    }
    while let Some(handed) = taken.recv().await {
        let outgoing = handed.outgoing;
        tracing::info!(
            name: "sms.drilled",
            route = name,
            message = %outgoing.message,
            characters = outgoing.text.chars().count(),
            "a message would have been sent"
        );
        let (message, carrier_id) = (outgoing.message, outgoing.message.to_string());
        let reported = Reported {
            carrier_id: carrier_id.clone(),
            other_ids: Vec::new(),
            to: outgoing.to,
            arrived: true,
            carrier_code: CODE.to_owned(),
        };
        let accepted = Said::Accepted { message, carrier_id };
        let delivered = Said::Reported { reported, acknowledge: Box::new(|| {}) };
        if mouth.send((place, accepted)).await.is_err() || mouth.send((place, delivered)).await.is_err() {
            return;
        }
    }
}
