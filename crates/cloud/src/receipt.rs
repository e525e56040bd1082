//! What vendors call back with: lists of receipts, as JSON, by POST.
//!
//! Neither vendor signs what it sends to customers in the mainland. So whoever calls has to know a secret part of the address,
//! which is given to the vendor only, and, where the customer lists them, has to call from one of the vendor's addresses. A
//! receipt then still has to fit a message: its id, its phone.

use std::net::IpAddr;

use heyan_cmpp::Mainland;
use heyan_cmpp::codes::Row;
use ipnet::IpNet;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::Vendor;
use crate::account::Secret;
use crate::codes;

/// The longest body that is read, in bytes. Tencent sends at most 100 receipts at once, of about 300 bytes each.
pub const MOST_BYTES: usize = 256 * 1024;
/// The shortest secret of an address, in characters.
const SHORTEST_SECRET: usize = 24;

/// Who is let in.
#[derive(Clone, Debug)]
pub struct Gate {
    secret: Secret,
    networks: Vec<IpNet>,
}

/// What is wrong with a gate.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadGate {
    /// It could be guessed, or could not stand in an address.
    #[error("the secret of the callback's address needs 24 letters, digits, - or _ at least")]
    Secret,
    /// Neither an address nor a network.
    #[error("{0} is no address and no network; write 192.0.2.7 or 192.0.2.0/24")]
    Network(String),
}

/// Why a callback is turned away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Rejected {
    /// The secret part of the address is another. Answer as if there were nothing there.
    #[error("the secret part of the address is wrong")]
    Secret,
    /// It comes from elsewhere. Answer as if there were nothing there.
    #[error("it comes from an address that is not listed")]
    Network,
    /// The body is longer than what vendors send.
    #[error("the body has more than {MOST_BYTES} bytes")]
    TooLong,
    /// The body is no list. The vendor is to send it again.
    #[error("the body is no list of receipts")]
    Unreadable,
}

impl Gate {
    /// Lets in who knows the secret and comes from one of the networks; without networks, from anywhere.
    ///
    /// # Errors
    /// See [`BadGate`].
    pub fn new<'a>(secret: Secret, networks: impl IntoIterator<Item = &'a str>) -> Result<Self, BadGate> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if secret.as_str().len() < SHORTEST_SECRET || !secret.as_str().bytes().all(fits) {
            return Err(BadGate::Secret);
        }
        let network = |text: &str| {
            let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| BadGate::Network(text.to_owned()))
        };
        Ok(Self { secret, networks: networks.into_iter().map(network).collect::<Result<_, _>>()? })
    }

    /// Whether a caller is let in: from where, and with which last part of the address.
    ///
    /// # Errors
    /// It is not.
    pub fn admits(&self, peer: IpAddr, secret: &str) -> Result<(), Rejected> {
        if !bool::from(self.secret.as_str().as_bytes().ct_eq(secret.as_bytes())) {
            return Err(Rejected::Secret);
        }
        let peer = peer.to_canonical();
        if self.networks.is_empty() || self.networks.iter().any(|network| network.contains(&peer)) {
            Ok(())
        } else {
            Err(Rejected::Network)
        }
    }
}

/// What became of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The vendor's id of the message.
    pub carrier_id: String,
    /// To whom.
    pub phone: Mainland,
    /// Whether it has arrived, in the vendor's words.
    pub arrived: bool,
    /// The carrier's or the vendor's code.
    pub code: String,
    /// What both mean together.
    pub row: Row,
    /// Our own name for the message, where the vendor gives it back.
    pub reference: Option<String>,
}

/// What a body held.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipts {
    /// What could be read, in its order. The same receipt may come again.
    pub receipts: Vec<Receipt>,
    /// How many entries could not be read. The vendor would only repeat them.
    pub unreadable: usize,
}

/// Checks who calls, and reads the receipts of a callback. The headers play no part: neither vendor signs.
///
/// # Errors
/// See [`Rejected`].
pub fn callback(
    vendor: Vendor,
    gate: &Gate,
    peer: IpAddr,
    secret: &str,
    body: &[u8],
) -> Result<Receipts, Rejected> {
    gate.admits(peer, secret)?;
    read(vendor, body)
}

/// Reads the receipts of a body.
///
/// # Errors
/// It is too long, or no list.
pub fn read(vendor: Vendor, body: &[u8]) -> Result<Receipts, Rejected> {
    if body.len() > MOST_BYTES {
        return Err(Rejected::TooLong);
    }
    let entries: Vec<serde_json::Value> = serde_json::from_slice(body).map_err(|_| Rejected::Unreadable)?;
    let all = entries.len();
    let receipts: Vec<_> = entries
        .into_iter()
        .filter_map(|entry| match vendor {
            Vendor::Tencent => serde_json::from_value::<Tencent>(entry).ok()?.receipt(),
            Vendor::Alibaba => serde_json::from_value::<Alibaba>(entry).ok()?.receipt(),
        })
        .collect();
    let unreadable = all.saturating_sub(receipts.len());
    Ok(Receipts { receipts, unreadable })
}

/// What a vendor wants to hear, with status 200, once the receipts are written down. With any other status it sends them again.
pub const fn thanks(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Tencent => r#"{"result":0,"errmsg":"OK"}"#,
        Vendor::Alibaba => r#"{"code":0,"msg":"OK"}"#,
    }
}

#[derive(Deserialize)]
struct Tencent {
    #[serde(default)]
    nationcode: String,
    mobile: String,
    report_status: String,
    errmsg: String,
    sid: String,
    ext: Option<String>,
}

impl Tencent {
    fn receipt(self) -> Option<Receipt> {
        let arrived = match self.report_status.as_str() {
            "SUCCESS" => true,
            "FAIL" => false,
            _ => return None,
        };
        let is_ours = matches!(self.nationcode.as_str(), "" | "86");
        let phone = Mainland::parse(&self.mobile).filter(|_| is_ours)?;
        Some(receipt(Vendor::Tencent, self.sid, phone, arrived, self.errmsg, self.ext))
    }
}

#[derive(Deserialize)]
struct Alibaba {
    phone_number: String,
    success: bool,
    err_code: String,
    biz_id: String,
    out_id: Option<String>,
}

impl Alibaba {
    fn receipt(self) -> Option<Receipt> {
        let phone = Mainland::parse(&self.phone_number)?;
        Some(receipt(Vendor::Alibaba, self.biz_id, phone, self.success, self.err_code, self.out_id))
    }
}

fn receipt(
    vendor: Vendor,
    carrier_id: String,
    phone: Mainland,
    arrived: bool,
    code: String,
    reference: Option<String>,
) -> Receipt {
    let row = codes::receipt(vendor, arrived, &code);
    let reference = reference.filter(|reference| !reference.is_empty());
    Receipt { carrier_id, phone, arrived, code, row, reference }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Meaning;

    const SECRET: &str = "Zk3v0PqLr8sT1uXy5aBc7d_E";
    const TENCENT: &str = r#"[{"user_receive_time":"2026-11-23 08:03:04","nationcode":"86","mobile":"15400000001",
        "report_status":"SUCCESS","errmsg":"DELIVRD","description":"d","sid":"5000:1"},
        {"nationcode":"86","mobile":"15400000002","report_status":"FAIL","errmsg":"MK:0001","sid":"5000:2","ext":"m2"},
        {"nationcode":"1","mobile":"15400000002","report_status":"FAIL","errmsg":"MK:0001","sid":"5000:3"}, 7]"#;
    const ALIBABA: &str = r#"[{"phone_number":"15400000001","send_time":"2026-11-23 08:00:00","report_time":"2026-11-23 08:00:01",
        "success":true,"err_code":"DELIVERED","err_msg":"m","sms_size":"1","biz_id":"9^0","out_id":"m1"},
        {"phone_number":"8615400000002","success":false,"err_code":"MOBILE_IN_BLACK","biz_id":"9^1","out_id":""}]"#;

    type Shown<'a> = (&'a str, &'a str, bool, Meaning, Option<&'a str>);

    fn shown(receipt: &Receipt) -> Shown<'_> {
        let reference = receipt.reference.as_deref();
        (&receipt.carrier_id, receipt.phone.as_str(), receipt.arrived, receipt.row.meaning, reference)
    }

    #[test]
    fn tencents_receipts() {
        let read = read(Vendor::Tencent, TENCENT.as_bytes()).unwrap();
        assert_eq!(
            read.receipts.iter().map(shown).collect::<Vec<_>>(),
            [
                ("5000:1", "15400000001", true, Meaning::Delivered, None),
                ("5000:2", "15400000002", false, Meaning::FailedForGood, Some("m2")),
            ]
        );
        assert_eq!(read.unreadable, 2, "a phone of another country, and what is no receipt");
    }

    #[test]
    fn alibabas_receipts() {
        let read = read(Vendor::Alibaba, ALIBABA.as_bytes()).unwrap();
        assert_eq!(
            read.receipts.iter().map(shown).collect::<Vec<_>>(),
            [
                ("9^0", "15400000001", true, Meaning::Delivered, Some("m1")),
                ("9^1", "15400000002", false, Meaning::FailedForGood, None),
            ]
        );
        assert_eq!(read.unreadable, 0);
    }

    #[test]
    fn what_is_no_list_is_to_come_again_and_what_is_too_long_is_not_read() {
        for body in ["", "{}", "[", "null"] {
            assert_eq!(read(Vendor::Tencent, body.as_bytes()), Err(Rejected::Unreadable), "{body}");
        }
        assert_eq!(read(Vendor::Alibaba, &vec![b' '; MOST_BYTES + 1]), Err(Rejected::TooLong));
        assert_eq!(read(Vendor::Alibaba, b"[]").unwrap().receipts, []);
    }

    #[test]
    fn only_who_knows_the_secret_and_comes_from_a_listed_network_is_let_in() {
        let gate = Gate::new(Secret::new(SECRET.to_owned()), ["192.0.2.0/24", "2001:db8::1"]).unwrap();
        let call = |peer: &str, secret| {
            callback(Vendor::Alibaba, &gate, peer.parse().unwrap(), secret, ALIBABA.as_bytes()).map(|_| ())
        };
        assert_eq!(call("192.0.2.77", SECRET), Ok(()));
        assert_eq!(call("::ffff:192.0.2.77", SECRET), Ok(()), "the same address on a socket of both kinds");
        assert_eq!(call("2001:db8::1", SECRET), Ok(()));
        assert_eq!(call("198.51.100.1", SECRET), Err(Rejected::Network));
        assert_eq!(call("192.0.2.77", "another"), Err(Rejected::Secret));
        let anywhere = Gate::new(Secret::new(SECRET.to_owned()), []).unwrap();
        assert_eq!(anywhere.admits("198.51.100.1".parse().unwrap(), SECRET), Ok(()));
        assert!(!format!("{gate:?}").contains(SECRET));
    }

    #[test]
    fn a_gate_that_could_be_guessed_is_refused() {
        for secret in ["", "short", "has a space in it, and more", "../../../../../../../../../"] {
            let refused = Gate::new(Secret::new(secret.to_owned()), []).unwrap_err();
            assert_eq!(refused, BadGate::Secret, "{secret}");
        }
        let refused = Gate::new(Secret::new(SECRET.to_owned()), ["192.0.2.0/33"]).unwrap_err();
        assert_eq!(refused, BadGate::Network("192.0.2.0/33".to_owned()));
    }

    #[test]
    fn thanks_are_json() {
        for vendor in [Vendor::Tencent, Vendor::Alibaba] {
            assert!(serde_json::from_str::<serde_json::Value>(thanks(vendor)).unwrap().is_object());
        }
    }
}
