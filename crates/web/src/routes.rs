//! The routes to carriers as the doors see them: to look at, and to run empty.

/// Up to so many milliseconds an answer took, in steps; a last step has what took longer.
pub const LATENCY_BOUNDS_MS: [u64; 7] = [10, 50, 100, 500, 1_000, 5_000, 30_000];

/// The routes of the configuration.
pub trait Routes: Send + Sync {
    /// How they are, in the order of the configuration.
    fn shown(&self) -> Vec<RouteShown>;
    /// Runs one empty, or takes it back, as the database has it by now.
    fn drain(&self, name: &str, drained: bool);
}

/// How a route is. Counts are of this process, since it started.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RouteShown {
    /// Its name in the configuration.
    pub name: String,
    /// The operators whose numbers it takes, as the configuration names them.
    pub carriers: Vec<&'static str>,
    /// Whether its line is up.
    pub is_up: bool,
    /// Why it is not, if it said so.
    pub why_down: Option<String>,
    /// Whether it is run empty.
    pub is_drained: bool,
    /// Whether it is given nothing for a while because it only failed.
    pub is_paused: bool,
    /// Its configured weight.
    pub weight: u32,
    /// Eighths of that weight which it has now, 1 to 8.
    pub level: u8,
    /// Messages a second at most.
    pub rate: u32,
    /// Messages that it has without an answer, and how many it takes at most.
    pub in_use: (u64, u64),
    /// Answers of the last minute, and how many of them were slow.
    pub answers: (u64, u64),
    /// Messages handed to it.
    pub submitted: u64,
    /// Messages accepted.
    pub accepted: u64,
    /// Messages refused.
    pub refused: u64,
    /// Messages whose fate is unknown (SMS-04).
    pub unknown: u64,
    /// Messages that came back unsent.
    pub returned: u64,
    /// Reports of an arrival.
    pub delivered: u64,
    /// Reports of a failure.
    pub failed: u64,
    /// Answers in each step of [`LATENCY_BOUNDS_MS`], and those that took longer.
    pub latency: [u64; LATENCY_BOUNDS_MS.len() + 1],
    /// How long all answers took together, in milliseconds.
    pub latency_sum_ms: u64,
}

/// How a route stands, in the order in which it matters to somebody who looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Somebody runs it empty, and it still waits for answers.
    Draining,
    /// It is run empty and has nothing any more.
    Drained,
    /// Its line is down.
    Down,
    /// It only failed and is given nothing for a while.
    Paused,
    /// It is slow and has lost weight.
    Slow,
    /// Nothing is wrong with it.
    Works,
}

impl RouteShown {
    /// How it stands.
    pub const fn standing(&self) -> Standing {
        if self.is_drained {
            if self.in_use.0 > 0 { Standing::Draining } else { Standing::Drained }
        } else if !self.is_up {
            Standing::Down
        } else if self.is_paused {
            Standing::Paused
        } else if self.level < 8 {
            Standing::Slow
        } else {
            Standing::Works
        }
    }

    /// Whether it takes messages now.
    pub const fn takes_messages(&self) -> bool {
        matches!(self.standing(), Standing::Slow | Standing::Works)
    }
}

/// The operators whose numbers none of these routes takes now.
pub fn unserved(routes: &[RouteShown]) -> Vec<&'static str> {
    let mut unserved = Vec::new();
    for carrier in routes.iter().flat_map(|route| &route.carriers) {
        let is_served = routes.iter().any(|route| route.takes_messages() && route.carriers.contains(carrier));
        if !is_served && !unserved.contains(carrier) {
            unserved.push(*carrier);
        }
    }
    unserved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(carriers: &[&'static str]) -> RouteShown {
        RouteShown { carriers: carriers.to_vec(), is_up: true, level: 8, ..RouteShown::default() }
    }

    #[test]
    fn what_people_have_decided_comes_before_what_the_line_says() {
        let works = up(&["mobile"]);
        assert_eq!(works.standing(), Standing::Works);
        assert_eq!(RouteShown { level: 7, ..works.clone() }.standing(), Standing::Slow);
        let paused = RouteShown { is_paused: true, level: 7, ..works.clone() };
        assert_eq!(paused.standing(), Standing::Paused);
        let down = RouteShown { is_up: false, ..paused };
        assert_eq!(down.standing(), Standing::Down);
        let drained = RouteShown { is_drained: true, ..down };
        assert_eq!(drained.standing(), Standing::Drained);
        assert_eq!(RouteShown { in_use: (1, 16), ..drained }.standing(), Standing::Draining);
    }

    #[test]
    fn an_operator_is_unserved_when_every_route_that_takes_its_numbers_takes_none() {
        let down = RouteShown { is_up: false, ..up(&["mobile", "unicom"]) };
        assert_eq!(unserved(&[down.clone(), up(&["unicom"])]), ["mobile"]);
        assert_eq!(unserved(&[down, up(&["unicom", "mobile"])]), Vec::<&str>::new());
    }
}
