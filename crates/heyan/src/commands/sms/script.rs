//! The script of `heyan sms simulate`: the file as it is written, and what the double makes of it.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::Path;
use std::time::Duration;

use heyan_cmpp::client::Window;
use heyan_cmpp::server::{
    Account, Disturbance, GatewayForm, ReportPlan, Rule, Script, Settings, Treatment, Way,
};
use heyan_cmpp::{Octets, Secret, SpId};
use serde::Deserialize;

use super::cloud::RawCloud;
use super::smpp::RawSmpp;
use crate::failure::Failure;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawScript {
    gateway: u32,
    deliver_window: u16,
    heartbeat_seconds: u64,
    accounts: Vec<RawAccount>,
    rules: Vec<RawRule>,
    smpp: RawSmpp,
    cloud: RawCloud,
}

impl Default for RawScript {
    fn default() -> Self {
        Self {
            gateway: 1,
            deliver_window: 16,
            heartbeat_seconds: 0,
            accounts: Vec::new(),
            rules: Vec::new(),
            smpp: RawSmpp::default(),
            cloud: RawCloud::default(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAccount {
    sp_id: String,
    secret: String,
    #[serde(default = "standard_window")]
    window: u16,
    #[serde(default)]
    rate_per_second: u32,
    #[serde(default = "usual_connections")]
    connections: usize,
    #[serde(default)]
    login_answer: LoginAnswer,
}

fn standard_window() -> u16 {
    16
}

fn usual_connections() -> usize {
    8
}

#[derive(Clone, Copy, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum LoginAnswer {
    #[default]
    Standard,
    Other,
    Zeros,
    Text,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fault {
    Close,
    Garbage,
    WrongLength,
    Silence,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawRule {
    number_ends: String,
    every: NonZeroU64,
    result: u32,
    answer_after_ms: u64,
    reports: Vec<RawReport>,
    fault: Option<Fault>,
}

impl Default for RawRule {
    fn default() -> Self {
        Self {
            number_ends: String::new(),
            every: NonZeroU64::MIN,
            result: 0,
            answer_after_ms: 0,
            reports: vec![RawReport::default()],
            fault: None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawReport {
    stat: String,
    after_ms: u64,
    other_connection: bool,
}

impl Default for RawReport {
    fn default() -> Self {
        Self { stat: "DELIVRD".to_owned(), after_ms: 0, other_connection: false }
    }
}

/// What each part of the double goes by.
#[derive(Debug)]
pub struct Played {
    /// The carrier's side of CMPP; its accounts may be none.
    pub cmpp: Settings,
    /// The message centre's side of SMPP, with the same accounts and rules.
    pub smpp: heyan_smpp::server::Settings,
    /// The cloud vendors' side.
    pub cloud: heyan_cloud::double::Settings,
}

/// What a file says, or what there is without one. `wants_account` if CMPP or SMPP is played.
pub fn settings(file: Option<&Path>, wants_account: bool) -> Result<Played, Failure> {
    let Some(path) = file else {
        return parse(r#"accounts = [{ sp_id = "901234", secret = "secret" }]"#, wants_account);
    };
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(format!("cannot read {}: {error}", path.display()), "name a script with --script")
    })?;
    parse(&text, wants_account)
}

fn parse(text: &str, wants_account: bool) -> Result<Played, Failure> {
    let help = "`heyan sms simulate --help` shows a script with all its keys";
    let wrong = |what: String| Failure::usage(format!("the script is wrong: {what}"), help);
    let raw: RawScript = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let accounts: Vec<Account> =
        raw.accounts.into_iter().map(account).collect::<Result<_, String>>().map_err(wrong)?;
    if wants_account && accounts.is_empty() {
        return Err(wrong("it has no account".to_owned()));
    }
    let rules = raw.rules.into_iter().map(rule).collect::<Result<_, String>>().map_err(wrong)?;
    let cmpp = Settings {
        script: Script { rules, otherwise: Treatment::delivered() },
        gateway: raw.gateway,
        deliver_window: window(raw.deliver_window).map_err(wrong)?,
        heartbeat: Some(raw.heartbeat_seconds).filter(|seconds| *seconds > 0).map(Duration::from_secs),
        ..Settings::new(accounts)
    };
    let smpp = raw.smpp.settings(&cmpp);
    Ok(Played { cmpp, smpp, cloud: raw.cloud.settings().map_err(wrong)? })
}

fn window(size: u16) -> Result<Window, String> {
    Window::new(size).ok_or_else(|| format!("a window of {size}; it has 1 to 256"))
}

fn account(raw: RawAccount) -> Result<Account, String> {
    let sp_id = SpId::new(&raw.sp_id).map_err(|error| format!("account {}: {error}", raw.sp_id))?;
    Ok(Account {
        window: window(raw.window)?,
        rate_per_second: NonZeroU32::new(raw.rate_per_second),
        connections: raw.connections,
        form: match raw.login_answer {
            LoginAnswer::Standard => GatewayForm::Standard,
            LoginAnswer::Other => GatewayForm::Other,
            LoginAnswer::Zeros => GatewayForm::Zeros,
            LoginAnswer::Text => GatewayForm::Text,
        },
        ..Account::new(sp_id, Secret::new(raw.secret))
    })
}

fn rule(raw: RawRule) -> Result<Rule, String> {
    let reports = raw.reports.iter().map(report).collect::<Result<_, String>>()?;
    let disturbance = raw.fault.map(|fault| match fault {
        Fault::Close => Disturbance::Close,
        Fault::Garbage => Disturbance::Garbage,
        Fault::WrongLength => Disturbance::WrongLength,
        Fault::Silence => Disturbance::Silence,
    });
    let answer_after = Duration::from_millis(raw.answer_after_ms);
    let treatment = Treatment { result: raw.result, answer_after, reports, disturbance };
    Ok(Rule { number_ends: raw.number_ends, every: raw.every, treatment })
}

fn report(raw: &RawReport) -> Result<ReportPlan, String> {
    let stat = Octets::new(&raw.stat).map_err(|error| format!("stat {}: {error}", raw.stat))?;
    let way = if raw.other_connection { Way::Other } else { Way::Any };
    Ok(ReportPlan { stat, after: Duration::from_millis(raw.after_ms), way })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory as _;

    #[test]
    fn the_script_of_the_help_is_one() {
        let mut cli = Cli::command();
        let simulate = cli.find_subcommand_mut("sms").unwrap().find_subcommand_mut("simulate").unwrap();
        let help = simulate.render_long_help().to_string();
        let script = help.split_once("except the account's two:").unwrap().1;
        let Played { cmpp: settings, smpp, cloud } = parse(script, true).unwrap();
        assert_eq!((settings.accounts.len(), settings.script.rules.len()), (1, 1));
        assert_eq!(
            settings.script.rules[0].treatment,
            Treatment::delivered(),
            "the defaults are what it shows"
        );
        assert_eq!(settings.heartbeat, None);
        assert_eq!((smpp.accounts.len(), smpp.script), (1, settings.script));
        assert!(smpp.receipt_parameters, "the default is what it shows");
        assert_eq!((cloud.accounts.len(), cloud.rules.len(), cloud.rate_per_second), (1, 1, None));
        assert_eq!(cloud.rules[0].treatment, cloud.otherwise, "the defaults are what it shows");
    }

    #[test]
    fn without_cmpp_no_account_of_it_is_needed() {
        assert!(parse("[cloud]\nrate_per_second = 3", false).is_ok());
    }

    #[test]
    fn a_script_that_is_wrong_says_where() {
        for (script, words) in [
            ("", "no account"),
            ("colour = 1", "colour"),
            (r#"accounts = [{ sp_id = "9012345", secret = "s" }]"#, "9012345"),
            ("deliver_window = 300\naccounts = [{ sp_id = \"1\", secret = \"s\" }]", "window of 300"),
            ("accounts = [{ sp_id = \"1\", secret = \"s\" }]\n[[rules]]\nevery = 0", "every"),
            (
                "accounts = [{ sp_id = \"1\", secret = \"s\" }]\n[[rules]]\nreports = [{ stat = \"DELIVERED\" }]",
                "DELIVERED",
            ),
            ("cloud.colour = 1", "colour"),
            ("smpp.receipt_ids = \"octal\"", "octal"),
            (
                "accounts = [{ sp_id = \"1\", secret = \"s\" }]\ncloud.accounts = [{ id = \"a b\", secret = \"s\" }]",
                "a b",
            ),
        ] {
            let failure = parse(script, true).unwrap_err();
            assert!(failure.what().contains(words), "{}", failure.what());
        }
    }
}
