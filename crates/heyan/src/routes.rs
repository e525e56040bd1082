//! The lines to carriers, as the doors are given them.

use std::sync::Arc;

use heyan_gateway::segments::Carrier;
use heyan_web::routes::{RouteShown, Routes};
use heyan_worker::carriers::{Carriers, LineShown};

/// See the module.
pub struct Windows(pub Arc<Carriers>);

impl Routes for Windows {
    fn shown(&self) -> Vec<RouteShown> {
        self.0.shown().into_iter().map(shown).collect()
    }

    fn drain(&self, name: &str, drained: bool) {
        self.0.drain(name, drained);
    }
}

fn shown(one: LineShown) -> RouteShown {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let LineShown { line, counts, why_down } = one;
    RouteShown {
        name: line.name,
        carriers: line.carriers.iter().map(|carrier| Carrier::as_str(*carrier)).collect(),
        is_up: line.is_up,
        why_down,
        is_drained: line.is_drained,
        is_paused: line.is_paused,
        weight: line.weight,
        level: line.level,
        rate: line.rate,
        in_use: (count(line.in_use.0), count(line.in_use.1)),
        answers: line.answers,
        submitted: counts.submitted,
        accepted: counts.accepted,
        refused: counts.refused,
        unknown: counts.unknown,
        returned: counts.returned,
        delivered: counts.arrived,
        failed: counts.failed,
        latency: counts.latency.steps,
        latency_sum_ms: counts.latency.sum_ms,
    }
}

#[cfg(test)]
mod tests {
    /// Neither side sees the other, and here is where they meet.
    #[test]
    fn the_doors_count_in_the_same_steps_as_the_worker() {
        assert_eq!(heyan_web::routes::LATENCY_BOUNDS_MS, heyan_worker::carriers::LATENCY_BOUNDS_MS);
    }
}
