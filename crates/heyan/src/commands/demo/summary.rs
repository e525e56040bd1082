//! The end: a table of rows by sets, and the list of what did not come out.

use std::io::Write;

use super::golden::{Golden, Profile};
use super::tale::Outcome;
use crate::failure::Failure;

/// Width of the first column.
const NAME: usize = 26;

fn mark(came_out: Option<&bool>) -> &'static str {
    match came_out {
        Some(true) => "✓",
        Some(false) => "✗",
        None => "·",
    }
}

/// Writes the table; gives how many outcomes failed.
pub(super) fn write(
    golden: &Golden,
    outcomes: &[(&Profile, Outcome)],
    out: &mut dyn Write,
) -> Result<usize, Failure> {
    let sets = outcomes.iter().map(|(profile, _)| (profile.set.len(), profile.set.clone()));
    line("", sets, out)?;
    for row in &golden.rows {
        let cells = outcomes.iter().map(|(profile, outcome)| {
            let cell = golden.cell(row, profile);
            let roles: Vec<&str> =
                cell.roles().into_iter().map(|role| if role == "entity_head" { "E" } else { "S" }).collect();
            let roles = if roles.is_empty() { "-".to_owned() } else { roles.join("+") };
            let suspended = if cell.suspended { "~" } else { "" };
            (profile.set.len(), format!("{suspended}{roles} {}", mark(outcome.rows.get(&row.name))))
        });
        line(&row.name, cells, out)?;
    }
    let longest = outcomes.iter().map(|(_, outcome)| &outcome.points).max_by_key(|points| points.len());
    for (name, _) in longest.into_iter().flatten() {
        let cells = outcomes.iter().map(|(profile, outcome)| {
            let own = outcome.points.iter().find(|(point, _)| point == name).map(|(_, came_out)| came_out);
            (profile.set.len(), mark(own).to_owned())
        });
        line(name, cells, out)?;
    }
    writeln!(out)?;
    writeln!(
        out,
        "E entity head, S service head, - nobody, ~ named but not asked, · not played in this set"
    )?;
    let failures: Vec<&String> = outcomes.iter().flat_map(|(_, outcome)| &outcome.failures).collect();
    for failure in &failures {
        writeln!(out, "✗ {failure}")?;
    }
    let filings: usize = outcomes.iter().map(|(_, outcome)| outcome.filings).sum();
    let checks: usize = outcomes.iter().map(|(_, outcome)| outcome.checks).sum();
    let verdict = match failures.len() {
        0 => "every outcome is the one that the golden tables say".to_owned(),
        count => format!("{count} outcomes are not those of the golden tables"),
    };
    writeln!(out, "{filings} filings of the examples, {checks} comparisons: {verdict}")?;
    Ok(failures.len())
}

fn line(
    name: &str,
    cells: impl Iterator<Item = (usize, String)>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let cells: Vec<String> = cells.map(|(width, cell)| format!("  {cell:width$}")).collect();
    writeln!(out, "{}", format!("{name:NAME$}{}", cells.concat()).trim_end())?;
    Ok(())
}
