//! The tables, in Markdown.

use std::fmt::Write as _;
use std::path::Path;

use super::load::Measured;
use super::noon::Noon;
use super::server::Groups;
use super::{Level, Pair, machine};
use crate::cli::Bench;

/// Machine, command and both tables.
pub(super) fn write(arguments: &Bench, levels: &[Level], place: &Path) -> String {
    let rows: Vec<String> = arguments.rows.iter().map(u64::to_string).collect();
    let mut text = format!(
        "Machine: {}, data on {}.\n\nCommand: `heyan bench --rows {} --connections {} --seconds {} --runs {}`. \
         The load generator runs on the same cores as the server.\n\n",
        machine::line(),
        machine::file_system(place),
        rows.join(","),
        arguments.connections,
        arguments.seconds,
        arguments.runs
    );
    text.push_str(
        "| open verifications | call | requests/s | of doing nothing | p50 / p99 ms | requests, seconds \
         | commands a commit group | resident MiB: end / most | wrong answers |\n\
         |---:|---|---:|---:|---:|---:|---|---:|---|\n",
    );
    for level in levels {
        requests(&mut text, level);
    }
    text.push_str(
        "\n| open verifications | heyan.db, bytes a filing | sandbox-inbox.db, bytes a filing | noon resends | seconds | a second | in the outbox |\n\
         |---:|---:|---:|---:|---:|---:|---|\n",
    );
    for level in levels {
        batches(&mut text, level);
    }
    examples(&mut text, levels);
    text
}

/// The element in the middle by what is measured of each; of an even number the lower one.
pub(super) fn median<T>(all: &[T], measure: impl Fn(&T) -> f64) -> Option<&T> {
    let mut sorted: Vec<&T> = all.iter().collect();
    sorted.sort_by(|a, b| measure(a).total_cmp(&measure(b)));
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

fn requests(text: &mut String, level: &Level) {
    let nothing: Vec<&Measured> =
        level.calls.iter().flat_map(|(_, pairs)| pairs).map(|pair| &pair.nothing).collect();
    if let Some(nothing) = median(&nothing, |measured| measured.per_second()) {
        row(text, level.rows, "do nothing", nothing, "", "", "");
    }
    for (call, pairs) in &level.calls {
        let Some(pair) = median(pairs, Pair::ratio) else { continue };
        let resident = match pair.ended.resident_kib {
            Some((end, most)) => format!("{} / {}", end / 1_024, most / 1_024),
            None => "not known".to_owned(),
        };
        let ratio = format!("{:.1} %", pair.ratio() * 100.0);
        row(text, level.rows, call.name(), &pair.call, &ratio, &groups(&pair.ended.groups), &resident);
    }
}

fn row(
    text: &mut String,
    rows: u64,
    name: &str,
    measured: &Measured,
    ratio: &str,
    groups: &str,
    resident: &str,
) {
    let wrong = match measured.wrong {
        0 => "none".to_owned(),
        wrong => format!("**{wrong}**"),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "| {rows} | {name} | {:.0} | {ratio} | {:.1} / {:.1} | {}, {:.1} | {groups} | {resident} | {wrong} |",
        measured.per_second(),
        measured.latencies.per_mille_ms(500),
        measured.latencies.per_mille_ms(990),
        measured.requests,
        measured.took.as_secs_f64(),
    );
}

/// Mean, and the bounds that half and nine tenths of the groups stay within.
pub(super) fn groups(groups: &Groups) -> String {
    if groups.count == 0 {
        return "none".to_owned();
    }
    let mean = groups.commands.saturating_mul(10) / groups.count;
    let within = |share: u64| {
        let wanted = (groups.count * share).div_ceil(10);
        let mut seen = 0;
        let at = groups.sizes.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        1_u64 << at.unwrap_or_default()
    };
    let failed = match groups.failed {
        0 => String::new(),
        failed => format!("; **{failed} failed**"),
    };
    format!("mean {}.{}; half ≤ {}, nine tenths ≤ {}{failed}", mean / 10, mean % 10, within(5), within(9))
}

fn batches(text: &mut String, level: &Level) {
    let Some(noon) = median(&level.noon, |noon| noon.took.as_secs_f64()) else { return };
    let Noon { resends, in_outbox, took } = noon;
    let seconds = took.as_secs_f64();
    let per_second = f64::from(u32::try_from(*resends).unwrap_or(u32::MAX)) / seconds.max(1e-9);
    let all = if resends == in_outbox { "all".to_owned() } else { format!("**{in_outbox}**") };
    let (database, inbox) = level.bytes;
    let _ = writeln!(
        text,
        "| {} | {} | {} | {resends} | {seconds:.2} | {per_second:.0} | {all} |",
        level.rows,
        database / level.rows.max(1),
        inbox / level.rows.max(1),
    );
}

/// What a wrong answer looked like, where there were any.
fn examples(text: &mut String, levels: &[Level]) {
    for level in levels {
        for (call, pairs) in &level.calls {
            let example = pairs.iter().find_map(|pair| pair.call.example.as_ref());
            if let Some(example) = example {
                let _ = writeln!(text, "\nA wrong answer to {} at {}: `{example}`", call.name(), level.rows);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_one_that_was_measured() {
        let of = |all: &[f64]| median(all, |x| *x).copied();
        assert_eq!(of(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(of(&[4.0, 1.0, 2.0, 3.0]), Some(2.0));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn groups_in_words() {
        let some = Groups { count: 10, commands: 155, sizes: vec![1, 0, 0, 5, 3, 1], failed: 0 };
        assert_eq!(groups(&some), "mean 15.5; half ≤ 8, nine tenths ≤ 16");
    }
}
