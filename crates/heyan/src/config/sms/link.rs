//! What routes over a TCP connection have in common.

use std::time::Duration;

use heyan_cmpp::client::{Heartbeat, Window};

use super::Place;
use crate::failure::Failure;

/// How long making the TCP connection may take.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Refuses what is no host and port.
pub(super) fn address(place: &Place, address: &str, usual_port: &str) -> Result<(), Failure> {
    let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty());
    if port.and_then(|(_, port)| port.parse::<u16>().ok()).is_none() {
        return Err(place.refuse(
            format!("the address is {address}"),
            format!("write host and port of the gateway, such as 10.0.0.1:{usual_port}"),
        ));
    }
    Ok(())
}

/// A window, or the standard's.
pub(super) fn window(place: &Place, window: Option<u16>) -> Result<Window, Failure> {
    window
        .map_or(Some(Window::STANDARD), Window::new)
        .ok_or_else(|| place.refuse("the window is not usable", format!("write 1 to {}", Window::WIDEST)))
}

/// How a connection is kept.
pub(super) struct Timing {
    /// Messages without an answer at once.
    pub window: Window,
    /// Silence before the other side is asked whether it lives.
    pub heartbeat: Heartbeat,
    /// How long an answer may take.
    pub response: Duration,
}

impl Timing {
    /// Checks it, and fills in what most carriers want.
    pub(super) fn check(
        place: &Place,
        messages: Option<u16>,
        heartbeat_seconds: Option<u64>,
        response_seconds: Option<u64>,
    ) -> Result<Self, Failure> {
        let window = window(place, messages)?;
        let heartbeat = heartbeat_seconds
            .map_or(Some(Heartbeat::USUAL), Heartbeat::seconds)
            .ok_or_else(|| place.refuse("heartbeat_seconds is not usable", "write 30 to 180"))?;
        let response_seconds = response_seconds.unwrap_or(60);
        if !(1..=300).contains(&response_seconds) {
            return Err(place.refuse(
                format!("response_seconds is {response_seconds}"),
                "write 1 to 300; most carriers expect 60",
            ));
        }
        Ok(Self { window, heartbeat, response: Duration::from_secs(response_seconds) })
    }
}
