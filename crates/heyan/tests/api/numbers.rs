//! The sandbox's numbers that behave (docs/sandbox.md), as an integrator meets them.

use serde_json::json;

use crate::door::{Door, Seen, first};

/// Files one filing whose two heads have numbers that begin so, and gives it as it then is.
async fn filed(door: &Door, number: u32, prefix: &str) -> Seen {
    let mut body = first(number);
    body["entity"]["head"]["phones"] = json!([format!("{prefix}01")]);
    body["services"][0]["head"]["phones"] = json!([format!("{prefix}02")]);
    body["report"] = true.into();
    let id = door.create(&body).await.is(201).id();
    door.show(&id).await
}

fn state(seen: &Seen) -> &str {
    seen.text_at("/round/verifications/0/messages/0/state")
}

async fn inbox(door: &Door, phone: &str) -> usize {
    let seen = door.get(&format!("/v1/sandbox/messages?phone={phone}")).by("test_other").send().await.is(200);
    seen.at("/items").as_array().unwrap().len()
}

#[tokio::test]
async fn messages_to_numbers_that_behave_end_the_same_way_each_time() {
    let door = Door::open();
    assert_eq!(state(&filed(&door, 1, "154999990").await), "submitted");
    assert_eq!(state(&filed(&door, 2, "154999992").await), "failed");
    assert_eq!(state(&filed(&door, 3, "154999993").await), "failed");
    assert_eq!(state(&filed(&door, 4, "154999994").await), "delivered");
    for phone in ["15499999001", "15499999201", "15499999301"] {
        assert_eq!(inbox(&door, phone).await, 0, "{phone}");
    }
    let late = filed(&door, 5, "154999991").await;
    assert_eq!((state(&late), inbox(&door, "15499999101").await), ("submitted", 0));
    door.advance(599).await;
    assert_eq!(state(&door.show(&late.id()).await), "submitted");
    door.advance(1).await;
    assert_eq!(state(&door.show(&late.id()).await), "delivered");
    assert_eq!(inbox(&door, "15499999101").await, 1);
    let events = door.get("/v1/events?limit=500").by("test_other").send().await.is(200);
    let delivered = events.at("/items").as_array().unwrap().iter().rev();
    let mut delivered = delivered.filter(|event| event["type"] == "verification.message_delivered");
    assert_eq!(delivered.next().unwrap()["at"], "2026-03-02T09:10:00+08:00", "at its own time");
}
