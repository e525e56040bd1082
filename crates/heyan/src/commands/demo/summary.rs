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
    write!(out, "{:NAME$}", "")?;
    for (profile, _) in outcomes {
        write!(out, "  {}", profile.set)?;
    }
    writeln!(out)?;
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
    let names: std::collections::BTreeSet<&str> =
        outcomes.iter().flat_map(|(_, outcome)| outcome.points.keys().copied()).collect();
    for name in names {
        let cells = outcomes
            .iter()
            .map(|(profile, outcome)| (profile.set.len(), mark(outcome.points.get(name)).to_owned()));
        line(name, cells, out)?;
    }
    let failures: Vec<&String> = outcomes.iter().flat_map(|(_, outcome)| &outcome.failures).collect();
    for failure in &failures {
        writeln!(out, "✗ {failure}")?;
    }
    let filings: usize = outcomes.iter().map(|(_, outcome)| outcome.filings).sum();
    let checks: usize = outcomes.iter().map(|(_, outcome)| outcome.checks).sum();
    writeln!(out)?;
    writeln!(out, "E entity head, S service head, - nobody, ~ named but not asked, · not played in this set")?;
    writeln!(
        out,
        "{filings} filings of the examples, {checks} comparisons, {} did not come out as the golden tables say",
        failures.len()
    )?;
    Ok(failures.len())
}

fn line(
    name: &str,
    cells: impl Iterator<Item = (usize, String)>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    write!(out, "{name:NAME$}")?;
    for (width, cell) in cells {
        write!(out, "  {cell:width$}")?;
    }
    writeln!(out)?;
    Ok(())
}
