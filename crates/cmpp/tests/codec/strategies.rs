//! Every PDU, in every shape.

use heyan_cmpp::pdu::*;
use heyan_cmpp::report::Report;
use heyan_cmpp::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn octets<const N: usize>() -> impl Strategy<Value = Octets<N>> {
    any::<[u8; N]>().prop_map(Octets::from_wire)
}

fn number<const N: usize>() -> impl Strategy<Value = Number<N>> {
    any::<[u8; N]>().prop_map(Number::from_wire)
}

fn content() -> impl Strategy<Value = Content> {
    vec(any::<u8>(), 0..=255).prop_map(|octets| Content::new(octets).unwrap())
}

fn destinations<const N: usize>() -> impl Strategy<Value = Destinations<N>> {
    let numbers = prop_oneof![9 => vec(number(), 1..4), 1 => vec(number(), 1..=100)];
    numbers.prop_map(|numbers| Destinations::new(numbers).unwrap())
}

pub fn edition() -> impl Strategy<Value = Edition> {
    prop_oneof![Just(Edition::Two), Just(Edition::Three)]
}

fn status(edition: Edition) -> BoxedStrategy<Status> {
    match edition {
        Edition::Two => any::<u8>().prop_map(Status::Two).boxed(),
        Edition::Three => any::<u32>().prop_map(Status::Three).boxed(),
    }
}

fn recipients(edition: Edition) -> BoxedStrategy<Recipients> {
    match edition {
        Edition::Two => (number(), destinations(), any::<[u8; 8]>())
            .prop_map(|(fee_terminal, destinations, reserve)| {
                Recipients::Two(SubmitTwo { fee_terminal, destinations, reserve })
            })
            .boxed(),
        Edition::Three => (number(), any::<u8>(), destinations(), any::<u8>(), octets())
            .prop_map(|(fee_terminal, fee_terminal_kind, destinations, destination_kind, link_id)| {
                Recipients::Three(SubmitThree {
                    fee_terminal,
                    fee_terminal_kind,
                    destinations,
                    destination_kind,
                    link_id,
                })
            })
            .boxed(),
    }
}

fn submit(edition: Edition) -> impl Strategy<Value = Submit> {
    (
        (any::<u64>(), any::<[u8; 8]>(), octets(), any::<[u8; 6]>()),
        (octets(), octets(), octets(), octets(), number()),
        recipients(edition),
        content(),
    )
        .prop_map(|(first, second, recipients, content)| {
            let (msg_id, small, service_id, sp_id) = first;
            let (fee_type, fee_code, valid_until, at_time, source) = second;
            Submit {
                msg_id: MsgId::from_number(msg_id),
                part_total: small[0],
                part_number: small[1],
                registered_delivery: small[2],
                level: small[3],
                service_id,
                fee_user_type: small[4],
                tp_pid: small[5],
                tp_udhi: small[6],
                format: Format(small[7]),
                sp_id: SpId::from_wire(sp_id),
                fee_type,
                fee_code,
                valid_until,
                at_time,
                source,
                recipients,
                content,
            }
        })
}

fn origin(edition: Edition) -> BoxedStrategy<Origin> {
    match edition {
        Edition::Two => (number(), any::<[u8; 8]>())
            .prop_map(|(source, reserved)| Origin::Two(DeliverTwo { source, reserved }))
            .boxed(),
        Edition::Three => (number(), any::<u8>(), octets())
            .prop_map(|(source, source_kind, link_id)| {
                Origin::Three(DeliverThree { source, source_kind, link_id })
            })
            .boxed(),
    }
}

fn deliver(edition: Edition) -> impl Strategy<Value = Deliver> {
    (any::<u64>(), number(), octets(), any::<[u8; 4]>(), origin(edition), content()).prop_map(
        |(msg_id, destination, service_id, small, origin, content)| Deliver {
            msg_id: MsgId::from_number(msg_id),
            destination,
            service_id,
            tp_pid: small[0],
            tp_udhi: small[1],
            format: Format(small[2]),
            registered_delivery: small[3],
            origin,
            content,
        },
    )
}

fn query_resp() -> impl Strategy<Value = QueryResp> {
    (octets(), any::<u8>(), octets(), any::<[u32; 8]>()).prop_map(|(day, kind, code, counts)| QueryResp {
        day,
        kind,
        code,
        sent_messages: counts[0],
        sent_users: counts[1],
        sent_ok: counts[2],
        sent_waiting: counts[3],
        sent_failed: counts[4],
        received_ok: counts[5],
        received_waiting: counts[6],
        received_failed: counts[7],
    })
}

pub fn report() -> impl Strategy<Value = Report> {
    let destination =
        prop_oneof![number().prop_map(Terminal::Two).boxed(), number().prop_map(Terminal::Three).boxed()];
    (any::<u64>(), octets(), octets(), octets(), destination, any::<u32>()).prop_map(
        |(msg_id, stat, submitted_at, done_at, destination, smsc_sequence)| Report {
            msg_id: MsgId::from_number(msg_id),
            stat,
            submitted_at,
            done_at,
            destination,
            smsc_sequence,
        },
    )
}

pub fn pdu(edition: Edition) -> impl Strategy<Value = Pdu> {
    let id = any::<u64>().prop_map(MsgId::from_number).boxed();
    prop_oneof![
        (any::<[u8; 6]>(), any::<[u8; 16]>(), any::<u8>(), any::<u32>()).prop_map(
            |(sp_id, authenticator, version, at)| Pdu::Connect(Connect {
                sp_id: SpId::from_wire(sp_id),
                authenticator,
                version: Version(version),
                at: LoginTime::from_wire(at),
            })
        ),
        (status(edition), any::<[u8; 16]>(), any::<u8>()).prop_map(|(status, authenticator, version)| {
            Pdu::ConnectResp(ConnectResp { status, authenticator, version: Version(version) })
        }),
        Just(Pdu::Terminate),
        Just(Pdu::TerminateResp),
        submit(edition).prop_map(|submit| Pdu::Submit(Box::new(submit))),
        (id.clone(), status(edition))
            .prop_map(|(msg_id, result)| Pdu::SubmitResp(SubmitResp { msg_id, result })),
        deliver(edition).prop_map(|deliver| Pdu::Deliver(Box::new(deliver))),
        (id.clone(), status(edition))
            .prop_map(|(msg_id, result)| Pdu::DeliverResp(DeliverResp { msg_id, result })),
        (octets(), any::<u8>(), octets(), any::<[u8; 8]>())
            .prop_map(|(day, kind, code, reserve)| Pdu::Query(Query { day, kind, code, reserve })),
        query_resp().prop_map(Pdu::QueryResp),
        id.prop_map(|msg_id| Pdu::Cancel(Cancel { msg_id })),
        status(edition).prop_map(|success| Pdu::CancelResp(CancelResp { success })),
        Just(Pdu::ActiveTest),
        any::<Option<u8>>().prop_map(Pdu::ActiveTestResp),
    ]
}
