//! One statement for many rows: what stands in `tables/` for one row, carried out for as many as there are, at once.
//!
//! The text is derived from that of the one, so that it stands once (`docs/decisions/two-databases.md`). What it cannot be
//! derived from stays what it is and is sent row by row.

use std::fmt::Write as _;

use tokio_postgres::types::Type;

/// How a statement that writes one row writes many.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Many {
    /// With an array for every parameter.
    pub text: String,
    /// What it writes into; statements on one table keep their order.
    pub table: String,
    /// The parameters that say which row is written, counted from 0, where two of one row could not be told apart in one
    /// statement. The second belongs into the next.
    pub key: Vec<usize>,
}

/// The rows that parameters stand for: `v` with a column `p1`, `p2`, … for each.
fn rows(types: &[Type], ordinal: bool) -> String {
    let (mut arrays, mut names) = (String::new(), String::new());
    for (number, kind) in (1..).zip(types) {
        let comma = if number == 1 { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(arrays, "{comma}${number}::{}[]", kind.name());
        let _ = write!(names, "{comma}p{number}");
    }
    if ordinal {
        format!("unnest({arrays}) WITH ORDINALITY AS v({names}, nth)")
    } else {
        format!("unnest({arrays}) AS v({names})")
    }
}

/// The text with a column for each parameter; `None` if one has no number.
fn columns(text: &str) -> Option<String> {
    let mut written = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('?') {
        written.push_str(before);
        written.push_str("v.p");
        if !after.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        rest = after;
    }
    written.push_str(rest);
    Some(written)
}

/// The number of a parameter that stands alone, counted from 0.
fn parameter(text: &str) -> Option<usize> {
    text.trim().strip_prefix('?')?.parse::<usize>().ok()?.checked_sub(1)
}

/// Splits at the commas that are not within brackets.
fn list(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = text.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.map(str::trim).collect()
}

/// What is within the brackets that the text begins with, and what follows them.
fn brackets(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start().strip_prefix('(')?;
    let mut depth = 1_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
    }
    None
}

/// The parameters of a condition that says no more than which columns are which of them.
fn equalities(condition: &str) -> Option<Vec<usize>> {
    condition
        .split(" AND ")
        .map(|part| {
            let (column, value) = part.split_once(" = ")?;
            let plain = column.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            parameter(value).filter(|_| plain)
        })
        .collect()
}

impl Many {
    /// From the statement for one row, whose parameters are of these types. `None` if its effect on one row may depend on
    /// another, or on other tables.
    pub fn of(sql: &str, types: &[Type]) -> Option<Self> {
        if types.is_empty() || sql.contains("SELECT") || sql.contains("RETURNING") {
            return None;
        }
        let (verb, rest) = sql.split_once(' ')?;
        match verb {
            "INSERT" => Self::insert(rest.strip_prefix("INTO ")?, types),
            "UPDATE" => {
                let (table, rest) = rest.split_once(" SET ")?;
                let (values, condition) = rest.rsplit_once(" WHERE ")?;
                let (key, rows) = (equalities(condition)?, rows(types, false));
                let (values, condition) = (columns(values)?, columns(condition)?);
                let text = format!("UPDATE {table} SET {values} FROM {rows} WHERE {condition}");
                Some(Self { text, table: table.to_owned(), key })
            }
            "DELETE" => {
                let (table, condition) = rest.strip_prefix("FROM ")?.split_once(" WHERE ")?;
                equalities(condition)?;
                let (rows, condition) = (rows(types, false), columns(condition)?);
                let text = format!("DELETE FROM {table} USING {rows} WHERE {condition}");
                Some(Self { text, table: table.to_owned(), key: Vec::new() })
            }
            _ => None,
        }
    }

    fn insert(rest: &str, types: &[Type]) -> Option<Self> {
        let (table, rest) = rest.split_once(' ')?;
        let (names, rest) = brackets(rest)?;
        let (values, conflict) = brackets(rest.trim_start().strip_prefix("VALUES")?)?;
        let conflict = conflict.trim();
        if conflict.contains('?') {
            return None;
        }
        let (names, given) = (list(names), list(values));
        let mut key = Vec::new();
        if let Some(target) = conflict.strip_prefix("ON CONFLICT (") {
            let (target, what) = target.split_once(')')?;
            if what.trim_start().starts_with("DO UPDATE") {
                for column in list(target) {
                    let at = names.iter().position(|name| *name == column)?;
                    key.push(parameter(given.get(at)?)?);
                }
            }
        }
        let (names, values, rows) = (names.join(", "), columns(values)?, rows(types, false));
        let mut text = format!("INSERT INTO {table} ({names}) SELECT {values} FROM {rows}");
        if !conflict.is_empty() {
            text.push(' ');
            text.push_str(conflict);
        }
        Some(Self { text, table: table.to_owned(), key })
    }
}

/// A question asked for many at once: each row says last which of them it answers.
pub(super) fn many_questions(sql: &str, types: &[Type]) -> Option<String> {
    if types.is_empty() || !sql.starts_with("SELECT ") {
        return None;
    }
    let (rows, question) = (rows(types, true), columns(sql)?);
    Some(format!("SELECT q.*, v.nth FROM {rows} CROSS JOIN LATERAL ({question}) AS q"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(sql: &str, types: &[Type]) -> (String, String, Vec<usize>) {
        let Many { text, table, key } = Many::of(sql, types).unwrap();
        (text, table, key)
    }

    #[test]
    fn a_row_put_in_becomes_many() {
        let sql = "INSERT INTO due (at, kind) VALUES (?1, 1 + CAST(?2 AS BIGINT)) ON CONFLICT DO NOTHING";
        let text = "INSERT INTO due (at, kind) SELECT v.p1, 1 + CAST(v.p2 AS BIGINT) \
                    FROM unnest($1::int8[], $2::int8[]) AS v(p1, p2) ON CONFLICT DO NOTHING";
        assert_eq!(many(sql, &[Type::INT8, Type::INT8]), (text.to_owned(), "due".to_owned(), vec![]));
    }

    #[test]
    fn what_replaces_a_row_names_the_row_that_it_replaces() {
        let sql =
            "INSERT INTO t (a, b, c) VALUES (?2, ?1, ?3) ON CONFLICT (b, a) DO UPDATE SET c = excluded.c";
        let (text, _, key) = many(sql, &[Type::INT8, Type::BYTEA, Type::TEXT]);
        assert_eq!(key, [0, 1]);
        assert!(text.ends_with("AS v(p1, p2, p3) ON CONFLICT (b, a) DO UPDATE SET c = excluded.c"), "{text}");
    }

    #[test]
    fn a_row_changed_or_taken_out_becomes_many() {
        let sql = "UPDATE t SET n = n + ?2, m = ?3 WHERE id = ?1 AND x = ?4";
        let text = "UPDATE t SET n = n + v.p2, m = v.p3 \
                    FROM unnest($1::int8[], $2::int8[], $3::bytea[], $4::text[]) AS v(p1, p2, p3, p4) \
                    WHERE id = v.p1 AND x = v.p4";
        let types = [Type::INT8, Type::INT8, Type::BYTEA, Type::TEXT];
        assert_eq!(many(sql, &types), (text.to_owned(), "t".to_owned(), vec![0, 3]));

        let text = "DELETE FROM t USING unnest($1::bytea[]) AS v(p1) WHERE tag = v.p1";
        let found = many("DELETE FROM t WHERE tag = ?1", &[Type::BYTEA]);
        assert_eq!(found, (text.to_owned(), "t".to_owned(), vec![]));
    }

    /// Two such statements may touch one row, or look at other tables: each is carried out by itself.
    #[test]
    fn what_reaches_beyond_its_row_stays_alone() {
        for sql in [
            "UPDATE t SET n = ?1 WHERE at < ?2",
            "UPDATE t SET n = ?1",
            "DELETE FROM t WHERE id BETWEEN ?1 AND ?2",
            "DELETE FROM t WHERE id IN (SELECT id FROM u WHERE a = ?1)",
            "INSERT INTO t (a) SELECT ?1",
            "INSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT (a) DO UPDATE SET b = ?2",
            "INSERT INTO t (a) VALUES (lower(?1)) ON CONFLICT (a) DO UPDATE SET a = excluded.a",
            "INSERT INTO t (a) VALUES (?1) RETURNING a",
            "INSERT INTO t (a) VALUES (?)",
            "VACUUM",
        ] {
            assert_eq!(Many::of(sql, &[Type::INT8, Type::INT8]), None, "{sql}");
        }
        assert_eq!(Many::of("DELETE FROM t WHERE a = 1", &[]), None);
    }

    #[test]
    fn a_question_becomes_many() {
        let sql = "SELECT a, b FROM t WHERE id = ?1 ORDER BY b LIMIT 1";
        let text = "SELECT q.*, v.nth FROM unnest($1::int8[]) WITH ORDINALITY AS v(p1, nth) \
                    CROSS JOIN LATERAL (SELECT a, b FROM t WHERE id = v.p1 ORDER BY b LIMIT 1) AS q";
        assert_eq!(many_questions(sql, &[Type::INT8]).unwrap(), text);
        assert_eq!(many_questions("SELECT 1", &[]), None);
    }
}
