//! `heyan rules`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use heyan_domain::Timestamp;
use heyan_domain::rulebook::{Case, Defect, RuleSet, Rulebook, show};
use heyan_store::clock::{Clock as _, SystemClock};
use heyan_store::database::Database;

use crate::cli::{Explain, Rules, RulesCommand, location};
use crate::failure::Failure;
use crate::world::activated;

/// Answers a question to the rulebook.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(arguments: &Rules) -> Result<(), Failure> {
    let command = &arguments.command;
    if let RulesCommand::Check { files } = command {
        let book = check(files)?;
        println!("{} rule sets, nothing to complain about", book.sets().len());
        return Ok(());
    }
    let shipped = Rulebook::shipped().map_err(|defects| defective(&defects))?;
    let rules = Database::rules_beside(location(&arguments.data, arguments.database.as_deref())?, shipped)
        .map_err(activated)?;
    let at = arguments.at.unwrap_or_else(|| SystemClock.now());
    let book = rules.book_at(at);
    let text = match command {
        RulesCommand::List => show::list(book) + &activations(&rules),
        RulesCommand::Show { set } => show::show(find(book, set)?),
        RulesCommand::Diff { a, b } => show::diff(find(book, a)?, find(book, b)?),
        RulesCommand::Explain(arguments) => explain(book, arguments, at),
        RulesCommand::Check { .. } => String::new(),
    };
    print!("{text}");
    Ok(())
}

/// What two operators have activated over the program's own files, and from when on it holds.
fn activations(rules: &heyan_domain::rules::Rules) -> String {
    let line = |one: &heyan_domain::rules::Activation| {
        format!("activated over the program's own file: {} from {}\n", one.set, one.from)
    };
    rules.activations().iter().map(line).collect()
}

fn find<'b>(book: &'b Rulebook, id: &str) -> Result<&'b RuleSet, Failure> {
    let known = || book.sets().iter().map(|set| set.id.as_str()).collect::<Vec<_>>().join(", ");
    let set = book.set(id);
    set.map(|set| &**set).ok_or_else(|| {
        Failure::usage(format!("there is no rule set {id}"), format!("name one of {}", known()))
    })
}

fn explain(book: &Rulebook, arguments: &Explain, at: Timestamp) -> String {
    let case = Case {
        kind: arguments.kind,
        changed: arguments.changed.iter().copied().collect::<BTreeSet<_>>(),
        province_changes: arguments.province_changes,
        initiator: arguments.initiator,
        record_at_this_provider: !arguments.record_elsewhere,
    };
    show::explain(book, arguments.province, &arguments.provider, at, &case)
}

fn defective(defects: &[Defect]) -> Failure {
    let list: Vec<String> = defects.iter().map(ToString::to_string).collect();
    Failure::new(list.join("\n"), "mend the file at that line; nothing was loaded")
}

fn check(files: &[PathBuf]) -> Result<Rulebook, Failure> {
    let mut texts = Vec::new();
    let mut paths: Vec<PathBuf> = files.to_vec();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                let entry = entry?.path();
                let is_rules = entry.extension().is_some_and(|extension| extension == "toml")
                    && entry.file_name().is_some_and(|name| name != "working-days.toml");
                if is_rules {
                    paths.push(entry);
                }
            }
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Failure::new(
                format!("{} cannot be read: {error}", path.display()),
                "name a rule file that exists",
            )
        })?;
        texts.push((path.display().to_string(), text));
    }
    texts.sort();
    Rulebook::load(&texts).map_err(|defects| defective(&defects))
}
