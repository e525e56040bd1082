//! What the double has to deliver to an account.

use super::event::ConnectionId;
use crate::content::{Content, Format};
use crate::ids::{Edition, MsgId};
use crate::number::{Number, Terminal};
use crate::octets::Octets;
use crate::pdu::{Deliver, Origin};
use crate::report::Report;

/// A DELIVER before it is known on which connection, so in which edition, it goes out.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) msg_id: MsgId,
    /// The service's number.
    pub(super) service: Number<21>,
    /// The phone's.
    pub(super) phone: String,
    /// A connection on which it must not go.
    pub(super) not_on: Option<ConnectionId>,
    pub(super) repeated: u32,
    pub(super) load: Load,
}

#[derive(Clone, Debug)]
pub(super) enum Load {
    Report { of: MsgId, stat: Octets<7>, submitted_at: Octets<10>, done_at: Octets<10> },
    Message { format: Format, tp_udhi: u8, content: Content },
}

impl Parcel {
    fn phone(&self, edition: Edition) -> Terminal {
        // Numbers came out of fields that are no wider, or from the operator of the double, who sees what is cut.
        let text = |most: usize| self.phone.get(..most).unwrap_or(&self.phone);
        match edition {
            Edition::Two => Terminal::Two(Number::new(text(21)).unwrap_or_default()),
            Edition::Three => Terminal::Three(Number::new(text(32)).unwrap_or_default()),
        }
    }

    pub(super) fn deliver(&self, edition: Edition) -> Deliver {
        let phone = self.phone(edition);
        let (format, tp_udhi, registered_delivery, content) = match &self.load {
            Load::Report { of, stat, submitted_at, done_at } => {
                let report = Report {
                    msg_id: *of,
                    stat: *stat,
                    submitted_at: *submitted_at,
                    done_at: *done_at,
                    destination: phone,
                    smsc_sequence: 0,
                };
                (Format::ASCII, 0, 1, Content::counted(&report.encode()))
            }
            Load::Message { format, tp_udhi, content } => (*format, *tp_udhi, 0, content.clone()),
        };
        Deliver {
            msg_id: self.msg_id,
            destination: self.service,
            service_id: Octets::EMPTY,
            tp_pid: 0,
            tp_udhi,
            format,
            registered_delivery,
            origin: Origin::of(phone),
            content,
        }
    }
}
