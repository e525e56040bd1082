//! `/console/operator/funnel`: how far rounds come, how fast people verify, why rounds fail; by day, province, provider
//! and kind, as charts, tables and CSV.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::terms::{FilingKind, ProviderId, Province};
use heyan_store::tables::{CountFilter, CountedBy};
use heyan_store::views::Counted;
use serde::Deserialize;

use super::chart::{Bars, share};
use super::numbers::{Sums, day_name, number_of_day, since};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Cards, Cell, Choice, Column, Empty, Field, Filters, Heading, Table};
use crate::console::problem::Problem;
use crate::console::sheet::Sheet;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};
use crate::console::texts;
use crate::console::trend::{Line, Trend};
use crate::texts::Texts;

const PATH: &str = "/console/operator/funnel";
const STEPS: [(Counted, &str); 6] = [
    (Counted::Reported, "funnel-reported"),
    (Counted::Sent, "funnel-sent"),
    (Counted::Delivered, "funnel-delivered"),
    (Counted::FirstVerified, "funnel-first"),
    (Counted::AllVerified, "funnel-all"),
    (Counted::Approved, "funnel-approved"),
];
const TIMES: [(Counted, &str); 7] = [
    (Counted::Within5Minutes, "funnel-within-5m"),
    (Counted::Within15Minutes, "funnel-within-15m"),
    (Counted::WithinAnHour, "funnel-within-1h"),
    (Counted::Within4Hours, "funnel-within-4h"),
    (Counted::Within12Hours, "funnel-within-12h"),
    (Counted::WithinADay, "funnel-within-24h"),
    (Counted::Later, "funnel-later"),
];
const FAILURES: [(Counted, &str); 5] = [
    (Counted::AttemptsExhausted, "funnel-exhausted"),
    (Counted::Expired, "funnel-expired"),
    (Counted::Undeliverable, "funnel-undeliverable"),
    (Counted::Withdrawn, "funnel-withdrawn"),
    (Counted::Rejected, "funnel-rejected"),
];

pub(super) fn routes() -> Vec<Route> {
    vec![
        page(PATH, OVERSEERS, show).in_menu("menu-funnel"),
        page("/console/operator/funnel/export", OVERSEERS, export),
    ]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    days: String,
    by: String,
    province: String,
    provider: String,
    kind: String,
}

impl Asked {
    /// What stands for nothing asks for the first choice.
    fn days(&self) -> u16 {
        match self.days.as_str() {
            "7" => 7,
            "90" => 90,
            _ => 30,
        }
    }

    fn by(&self) -> CountedBy {
        match self.by.as_str() {
            "province" => CountedBy::Province,
            "provider" => CountedBy::Provider,
            "kind" => CountedBy::Kind,
            _ => CountedBy::Day,
        }
    }

    fn filter(&self, now: Timestamp) -> CountFilter {
        CountFilter {
            province: Province::from_pinyin(&self.province),
            provider: ProviderId::parse(&self.provider),
            kind: self.kind.parse().ok(),
            ..since(now, self.days())
        }
    }

    /// The same question as a query; every value in it was checked.
    fn query(&self, now: Timestamp) -> String {
        let filter = self.filter(now);
        let by = match self.by() {
            CountedBy::Day => "day",
            CountedBy::Province => "province",
            CountedBy::Provider => "provider",
            CountedBy::Kind => "kind",
        };
        format!(
            "days={}&by={by}&province={}&provider={}&kind={}",
            self.days(),
            filter.province.map_or("", Province::pinyin),
            filter.provider.as_ref().map_or("", ProviderId::as_str),
            filter.kind.map_or("", FilingKind::as_str),
        )
    }
}

async fn read(app: &App, asked: &Asked, by: CountedBy) -> Result<Sums, Problem> {
    let filter = asked.filter(app.clock.now());
    let rows = app.readers.read(move |reader| reader.daily_counts(&filter, by)).await;
    rows.map(Sums::new).map_err(|_| Problem::System)
}

async fn show(State(app): State<Arc<App>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let read = (read(&app, &asked, asked.by()).await, read(&app, &asked, CountedBy::Day).await);
    let (sums, daily) = match read {
        (Ok(sums), Ok(daily)) => (sums, daily),
        (Err(problem), _) | (_, Err(problem)) => return problem.into_response(),
    };
    let shell = Shell::new(&app, &staff, "funnel-title");
    let (t, now) = (shell.t, shell.now);
    let export = Cards::new().link(format!("{PATH}/export?{}", asked.query(now)), t.get("funnel-export"));
    Blocks::new(shell)
        .intro("funnel-intro")
        .part(&filters(&app, t, &asked))
        .part(&Heading { text: t.get("funnel-steps") })
        .part(&funnel(t, &sums))
        .part(&Heading { text: t.get("funnel-trend") })
        .part(&trend(t, &daily, now, asked.days()))
        .part(&Heading { text: t.get("funnel-times") })
        .part(&chart(t, &sums, "funnel-times", "funnel-times-summary", &TIMES))
        .part(&Heading { text: t.get("funnel-failures") })
        .part(&chart(t, &sums, "funnel-failures", "funnel-failures-summary", &FAILURES))
        .part(&Heading { text: t.get("funnel-table") })
        .part(&table(t, &sums, asked.by()))
        .part(&export)
        .respond()
}

fn filters(app: &App, t: &Texts, asked: &Asked) -> Filters {
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label };
    let all = || std::iter::once(choice("", t.get("operator-all")));
    let days = ["30", "7", "90"].map(|days| choice(days, t.one("funnel-days", "days", days)));
    let by = ["day", "province", "provider", "kind"].map(|by| choice(by, t.get(&format!("funnel-by-{by}"))));
    let provinces = Province::ALL.iter().map(|one| choice(one.pinyin(), t.province(*one)));
    let providers = app.providers.iter().map(|one| choice(one.id.as_str(), one.support.name.clone()));
    let kinds = FilingKind::ALL.iter().map(|one| choice(one.as_str(), t.kind(*one)));
    Filters {
        path: PATH.to_owned(),
        fields: vec![
            Field::select("days", t.get("funnel-time"), &asked.days, days.to_vec()),
            Field::select("by", t.get("funnel-by"), &asked.by, by.to_vec()),
            Field::select(
                "province",
                t.get("accounts-province"),
                &asked.province,
                all().chain(provinces).collect(),
            ),
            Field::select(
                "provider",
                t.get("accounts-provider"),
                &asked.provider,
                all().chain(providers).collect(),
            ),
            Field::select("kind", t.get("rules-kind"), &asked.kind, all().chain(kinds).collect()),
        ],
        submit: t.get("filter-submit"),
        reset: None,
    }
}

/// Of the rounds that asked somebody; how many asked nobody is in the sentence.
fn funnel(t: &Texts, sums: &Sums) -> Bars {
    let nobody = sums.total(Counted::AskedNobody);
    let reported = sums.total(Counted::Reported).saturating_sub(nobody);
    let all = sums.total(Counted::AllVerified);
    let values = [
        ("reported", reported.to_string()),
        ("all", all.to_string()),
        ("share", share(all, reported)),
        ("nobody", nobody.to_string()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let heads = [t.get("funnel-step"), t.get("funnel-rounds"), t.get("chart-share")];
    let bars = Bars::new(t.get("funnel-steps"), heads, t.with("funnel-summary", &values));
    STEPS.iter().fold(bars, |bars, (what, key)| {
        let count = if *what == Counted::Reported { reported } else { sums.total(*what) };
        bars.bar(t.get(key), count)
    })
}

/// From day to day, days without anything included.
fn trend(t: &Texts, sums: &Sums, now: Timestamp, days: u16) -> Trend {
    let days: Vec<String> = (0..days).rev().map(|back| number_of_day(now, back).to_string()).collect();
    let line = |key: &str, of: &dyn Fn(&str) -> u64| Line {
        label: t.get(key),
        counts: days.iter().map(|day| of(day)).collect(),
    };
    let failed = |day: &str| FAILURES.iter().map(|(what, _)| sums.of(day, *what)).sum();
    let lines = vec![
        line("funnel-reported", &|day| sums.of(day, Counted::Reported)),
        line("funnel-all", &|day| sums.of(day, Counted::AllVerified)),
        line("funnel-returned", &failed),
    ];
    let totals: Vec<String> = lines.iter().map(|line| line.counts.iter().sum::<u64>().to_string()).collect();
    let total = |at: usize| totals.get(at).map_or("0", String::as_str);
    let values = [("reported", total(0)), ("all", total(1)), ("returned", total(2))];
    Trend {
        caption: t.get("funnel-trend"),
        summary: t.with("funnel-trend-summary", &values),
        day: t.get("funnel-day"),
        as_table: Some(t.get("funnel-trend-table")),
        days: days.iter().map(|day| day_name(day)).collect(),
        lines,
    }
}

fn chart(t: &Texts, sums: &Sums, title: &str, summary: &str, rows: &[(Counted, &str)]) -> Bars {
    let total: u64 = rows.iter().map(|(what, _)| sums.total(*what)).sum();
    let most = rows.iter().max_by_key(|(what, _)| sums.total(*what)).filter(|_| total > 0);
    let most = most.map_or_else(|| t.get("operator-none"), |(_, key)| t.get(key));
    let summary = t.with(summary, &[("total", &total.to_string()), ("most", &most)]);
    let heads = [t.get(title), t.get("funnel-count"), t.get("chart-share")];
    rows.iter().fold(Bars::new(t.get(title), heads, summary), |bars, (what, key)| {
        bars.bar(t.get(key), sums.total(*what))
    })
}

/// A name as people read it.
fn name(t: &Texts, by: CountedBy, name: &str) -> String {
    match by {
        CountedBy::Day => day_name(name),
        CountedBy::Province => {
            let province = name.parse().ok().and_then(Province::from_code);
            province.map_or_else(|| name.to_owned(), |province| t.province(province))
        }
        CountedBy::Provider => name.to_owned(),
        CountedBy::Kind => name.parse::<FilingKind>().map_or_else(|_| name.to_owned(), |kind| t.kind(kind)),
    }
}

fn columns() -> impl Iterator<Item = (Counted, &'static str)> {
    STEPS.into_iter().chain([(Counted::AskedNobody, "funnel-nobody")]).chain(FAILURES)
}

fn table(t: &Texts, sums: &Sums, by: CountedBy) -> Table {
    let heads = columns().map(|(_, key)| Column::number(t.get(key)));
    let heads = std::iter::once(Column::text(t.get("funnel-of"))).chain(heads).collect();
    let empty = Empty { title: t.get("funnel-none"), hint: t.get("funnel-none-hint"), action: None };
    sums.names().fold(Table::new(t.get("funnel-table"), heads, empty), |table, one| {
        let counts = columns().map(|(what, _)| Cell::number(sums.of(one, what)));
        table.row(std::iter::once(Cell::text(name(t, by, one))).chain(counts).collect())
    })
}

async fn export(State(app): State<Arc<App>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let sums = match read(&app, &asked, asked.by()).await {
        Ok(sums) => sums,
        Err(problem) => return problem.into_response(),
    };
    let t = texts(staff.visitor.language);
    let heads = std::iter::once(t.get("funnel-of")).chain(columns().map(|(_, key)| t.get(key)));
    let sheet = sums.names().fold(Sheet::new(&heads.collect::<Vec<_>>()), |sheet, one| {
        let counts = columns().map(|(what, _)| sums.of(one, what).to_string());
        let cells: Vec<String> = std::iter::once(name(t, asked.by(), one)).chain(counts).collect();
        sheet.row(&cells)
    });
    sheet.respond("heyan-funnel.csv")
}
