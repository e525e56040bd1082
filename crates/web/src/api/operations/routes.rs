//! The routes to carriers on `/metrics`. The one label is a route's name, and those are bounded by the configuration.

use std::fmt::Write as _;

use crate::routes::{LATENCY_BOUNDS_MS, RouteShown};

type Value = fn(&RouteShown) -> u64;

const METRICS: [(&str, &str, &str, Value); 16] = [
    ("up", "gauge", "Whether the line is up.", |one| u64::from(one.is_up)),
    ("drained", "gauge", "Whether the route is run empty.", |one| u64::from(one.is_drained)),
    ("circuit_open", "gauge", "Whether it is given nothing because it only failed.", |one| {
        u64::from(one.is_paused)
    }),
    ("weight", "gauge", "Configured weight.", |one| u64::from(one.weight)),
    ("weight_eighths", "gauge", "Eighths of the weight that it has now.", |one| u64::from(one.level)),
    ("window_used", "gauge", "Messages without an answer.", |one| one.in_use.0),
    ("window_size", "gauge", "Messages without an answer that it takes.", |one| one.in_use.1),
    ("recent_answers", "gauge", "Answers of the last minute.", |one| one.answers.0),
    ("recent_slow_answers", "gauge", "Those that were slow.", |one| one.answers.1),
    ("submitted_total", "counter", "Messages handed to it.", |one| one.submitted),
    ("accepted_total", "counter", "Messages accepted by the carrier.", |one| one.accepted),
    ("refused_total", "counter", "Messages refused by the carrier.", |one| one.refused),
    ("unknown_total", "counter", "Messages of which nothing was heard.", |one| one.unknown),
    ("returned_total", "counter", "Messages that came back unsent.", |one| one.returned),
    ("delivered_total", "counter", "Reports of an arrival.", |one| one.delivered),
    ("failed_total", "counter", "Reports of a failure.", |one| one.failed),
];

/// Writes them.
pub(super) fn write(text: &mut String, routes: &[RouteShown]) {
    for (name, kind, help, value) in METRICS {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "# HELP heyan_route_{name} {help}\n# TYPE heyan_route_{name} {kind}");
        for route in routes {
            let _ = writeln!(text, "heyan_route_{name}{{route=\"{}\"}} {}", route.name, value(route));
        }
    }
    latency(text, routes);
}

fn latency(text: &mut String, routes: &[RouteShown]) {
    let name = "heyan_route_answer_seconds";
    let _ =
        writeln!(text, "# HELP {name} From handing a message over to its answer.\n# TYPE {name} histogram");
    for route in routes {
        let mut below = 0_u64;
        let label = &route.name;
        let bounds = LATENCY_BOUNDS_MS.iter().map(|bound| seconds(*bound));
        for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(route.latency) {
            below = below.saturating_add(count);
            let _ = writeln!(text, "{name}_bucket{{route=\"{label}\",le=\"{bound}\"}} {below}");
        }
        let sum = seconds(route.latency_sum_ms);
        let _ = writeln!(
            text,
            "{name}_sum{{route=\"{label}\"}} {sum}\n{name}_count{{route=\"{label}\"}} {below}"
        );
    }
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_has_a_line_in_every_metric_and_its_answers_add_up() {
        let mut route = RouteShown { name: "a".to_owned(), is_up: true, ..RouteShown::default() };
        (route.latency, route.latency_sum_ms) = ([3, 0, 1, 0, 0, 0, 0, 1], 60_090);
        let mut text = String::new();
        write(&mut text, &[route]);
        for line in [
            "heyan_route_up{route=\"a\"} 1",
            "heyan_route_answer_seconds_bucket{route=\"a\",le=\"0.010\"} 3",
            "heyan_route_answer_seconds_bucket{route=\"a\",le=\"30.000\"} 4",
            "heyan_route_answer_seconds_bucket{route=\"a\",le=\"+Inf\"} 5",
            "heyan_route_answer_seconds_sum{route=\"a\"} 60.090",
            "heyan_route_answer_seconds_count{route=\"a\"} 5",
        ] {
            assert!(text.lines().any(|there| there == line), "{line}\n{text}");
        }
        assert_eq!(text.matches("{route=\"a\"}").count(), METRICS.len() + 2);
    }
}
