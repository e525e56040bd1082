//! The section `[sms]` of the configuration file: lines to carriers. What is wrong is refused at start, with the place and
//! what to write.

mod cloud;
mod cmpp;
mod link;
mod secret;
mod smpp;

use std::path::PathBuf;

use heyan_cloud::Vendor;
use heyan_domain::Timestamp;
use heyan_domain::rulebook::Rulebook;
use heyan_domain::time::SECOND_MS;
use heyan_gateway::routing::{Pace, Terms};
use heyan_gateway::segments::Carrier;
use serde::{Deserialize, Serialize, Serializer};

use crate::failure::Failure;

pub use cloud::Cloud;

/// As it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    #[serde(default)]
    routes: Vec<toml::Table>,
    slow_seconds: Option<u16>,
    slow_percent: Option<u8>,
    capture_file: Option<PathBuf>,
    capture_mebibytes: Option<u16>,
}

/// Where frames are kept for support.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Captured {
    /// The file; beside it, with `.1` behind its name, the one before it.
    pub file: PathBuf,
    /// Both together, in mebibytes.
    pub mebibytes: u16,
}

/// Unless said otherwise.
const CAPTURE_MEBIBYTES: u16 = 16;

/// What every route has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    name: String,
    protocol: Protocol,
    carriers: Option<Vec<String>>,
    weight: Option<u32>,
    rate_per_second: Option<u32>,
}

/// The members of [`Common`]; what else a route has depends on its protocol.
const COMMON: [&str; 5] = ["name", "protocol", "carriers", "weight", "rate_per_second"];

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Protocol {
    Cmpp,
    Smpp,
    Tencent,
    Alibaba,
    Log,
}

/// A route, ready to be used.
#[derive(Clone, Debug)]
pub struct Route {
    /// What choosing it goes by.
    pub terms: Terms,
    /// What it sends over.
    pub line: Line,
    written: toml::Table,
}

/// What a route sends over.
#[derive(Clone, Debug)]
pub enum Line {
    /// A link to a CMPP gateway.
    Cmpp(heyan_gateway::cmpp::Settings),
    /// A link to an SMPP message centre.
    Smpp(heyan_gateway::smpp::Settings),
    /// A cloud vendor's interface.
    Cloud(Box<Cloud>),
    /// The log of drills.
    Log,
}

/// The lines, checked.
#[derive(Clone, Debug, Default)]
pub struct Sms {
    /// None: nothing is sent, or by the sandbox's loopback alone.
    pub routes: Vec<Route>,
    /// When a line counts as slow.
    pub pace: Pace,
    /// Whether frames are kept for support; not unless asked for.
    pub capture: Option<Captured>,
}

/// As the configuration file has it; secrets stay where they are.
impl Serialize for Sms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            slow_seconds: i64,
            slow_percent: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            capture_file: Option<&'a PathBuf>,
            #[serde(skip_serializing_if = "Option::is_none")]
            capture_mebibytes: Option<u16>,
            routes: Vec<&'a toml::Table>,
        }
        Written {
            slow_seconds: self.pace.slow_ms / SECOND_MS,
            slow_percent: self.pace.share_percent,
            capture_file: self.capture.as_ref().map(|capture| &capture.file),
            capture_mebibytes: self.capture.as_ref().map(|capture| capture.mebibytes),
            routes: self.routes.iter().map(|route| &route.written).collect(),
        }
        .serialize(serializer)
    }
}

/// Where something is in the file: the how manieth route, and its name.
#[derive(Clone, Debug)]
struct Place(String);

impl Place {
    fn refuse(&self, what: impl std::fmt::Display, what_to_do: impl Into<String>) -> Failure {
        Failure::new(format!("{}: {what}", self.0), what_to_do)
    }
}

const EXAMPLE: &str = "docs/sms.md has an example of every kind of route";

impl Sms {
    /// Checks a section, and reads the secrets it names.
    pub(super) fn check(raw: Raw, sandbox: bool) -> Result<Self, Failure> {
        let mut pace = Pace::default();
        if let Some(seconds) = raw.slow_seconds.filter(|seconds| *seconds > 0) {
            pace.slow_ms = i64::from(seconds) * SECOND_MS;
        }
        if let Some(percent) = raw.slow_percent {
            if !(1..=100).contains(&percent) {
                return Err(Failure::new(
                    format!("sms.slow_percent is {percent}"),
                    "write 1 to 100: from which share of slow answers on a line is slow",
                ));
            }
            pace.share_percent = percent.into();
        }
        let capture = capture(raw.capture_file, raw.capture_mebibytes)?;
        let mut routes: Vec<Route> = Vec::new();
        for (at, table) in raw.routes.into_iter().enumerate() {
            let route = route(at, table, sandbox)?;
            if routes.iter().any(|other| other.terms.name == route.terms.name) {
                return Err(Failure::new(
                    format!("two routes have the name {}", route.terms.name),
                    "give each route a name of its own: messages remember it",
                ));
            }
            routes.push(route);
        }
        let is_served = |carrier: &Carrier| routes.iter().any(|route| route.terms.carriers.contains(carrier));
        let unserved: Vec<&str> = Carrier::ALL
            .iter()
            .filter(|carrier| !is_served(carrier))
            .map(|carrier| carrier.as_str())
            .collect();
        if !routes.is_empty() && !unserved.is_empty() {
            return Err(Failure::new(
                format!("no route takes numbers of {}", unserved.join(", ")),
                "add them to the carriers of a route, or leave carriers away where a route takes all",
            ));
        }
        Ok(Self { routes, pace, capture })
    }

    /// Checks that routes which send approved templates have one for every message of the rules in force.
    ///
    /// # Errors
    /// The first message without one, with what to write.
    pub fn check_texts(&self, book: &Rulebook, now: Timestamp) -> Result<(), Failure> {
        self.routes.iter().try_for_each(|route| match &route.line {
            Line::Cloud(cloud) => cloud.check_texts(book, now),
            Line::Cmpp(_) | Line::Smpp(_) | Line::Log => Ok(()),
        })
    }
}

fn capture(file: Option<PathBuf>, mebibytes: Option<u16>) -> Result<Option<Captured>, Failure> {
    let mebibytes = mebibytes.unwrap_or(CAPTURE_MEBIBYTES);
    if !(1..=1_024).contains(&mebibytes) {
        return Err(Failure::new(
            format!("sms.capture_mebibytes is {mebibytes}"),
            "write 1 to 1024: how large the file of captured frames and the one before it may be together",
        ));
    }
    Ok(file.map(|file| Captured { file, mebibytes }))
}

fn route(at: usize, written: toml::Table, sandbox: bool) -> Result<Route, Failure> {
    let name = written.get("name").and_then(toml::Value::as_str).unwrap_or_default();
    let place = Place(format!("sms.routes, number {} \"{name}\"", at + 1));
    let (common, own): (toml::Table, toml::Table) =
        written.clone().into_iter().partition(|(key, _)| COMMON.contains(&key.as_str()));
    let common: Common = common.try_into().map_err(|error: toml::de::Error| {
        place.refuse(error.message(), format!("every route has name and protocol; {EXAMPLE}"))
    })?;
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if common.name.is_empty() || common.name.len() > 32 || !common.name.bytes().all(is_name) {
        return Err(place.refuse(
            "the name is not usable",
            "write 1 to 32 small letters, digits and hyphens, such as mobile-beijing-1",
        ));
    }
    let carriers = carriers(&place, common.carriers)?;
    let weight = common.weight.unwrap_or(1);
    if !(1..=1_000).contains(&weight) {
        return Err(place.refuse(format!("the weight is {weight}"), "write 1 to 1000"));
    }
    let rate = common.rate_per_second.unwrap_or(100);
    if !(1..=100_000).contains(&rate) {
        return Err(place.refuse(
            format!("rate_per_second is {rate}"),
            "write the messages a second that the contract allows, 1 to 100000",
        ));
    }
    let line = match common.protocol {
        Protocol::Cmpp => Line::Cmpp(cmpp::check(&place, &common.name, own, rate)?),
        Protocol::Smpp => Line::Smpp(smpp::check(&place, &common.name, own, rate)?),
        Protocol::Tencent => {
            Line::Cloud(Box::new(cloud::check(&place, Vendor::Tencent, &common.name, own, rate)?))
        }
        Protocol::Alibaba => {
            Line::Cloud(Box::new(cloud::check(&place, Vendor::Alibaba, &common.name, own, rate)?))
        }
        Protocol::Log if !sandbox => {
            return Err(place.refuse(
                "a log route sends nothing, and the people would never get their codes",
                "leave it away, or start with --sandbox",
            ));
        }
        Protocol::Log => {
            if let Some(key) = own.keys().next() {
                return Err(place.refuse(format!("a log route has no {key}"), "leave it away"));
            }
            Line::Log
        }
    };
    Ok(Route { terms: Terms { name: common.name, carriers, weight, rate }, line, written })
}

fn carriers(place: &Place, names: Option<Vec<String>>) -> Result<Vec<Carrier>, Failure> {
    let Some(names) = names else { return Ok(Carrier::ALL.to_vec()) };
    let known = Carrier::ALL.map(Carrier::as_str).join(", ");
    if names.is_empty() {
        return Err(
            place.refuse("carriers is empty", format!("name some of {known}, or leave it away for all"))
        );
    }
    let one = |name: &String| {
        Carrier::parse(name)
            .ok_or_else(|| place.refuse(format!("there is no carrier {name}"), format!("known are {known}")))
    };
    names.iter().map(one).collect()
}
