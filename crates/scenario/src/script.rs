//! Reading a scenario: one statement a line, `#` begins a comment.

/// One statement, before it is understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// Its line, from 1.
    pub line: usize,
    /// Its words; quotes keep blanks together.
    pub words: Vec<String>,
    /// What stands behind `=>`.
    pub expected: Option<String>,
}

/// A scenario.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Script {
    /// Where it came from, for messages.
    pub file: String,
    /// The requirements it proves; each is proved by one scenario.
    pub proves: Vec<String>,
    /// The requirements it shows another side of.
    pub explains: Vec<String>,
    /// What it is about: the first comment.
    pub title: String,
    /// What happens in it.
    pub statements: Vec<Statement>,
}

impl Script {
    /// Reads a scenario. It names the requirements that it `proves` or `explains`, and has a title.
    ///
    /// # Errors
    /// A sentence with file and line.
    pub fn parse(file: &str, text: &str) -> Result<Self, String> {
        let mut script = Self {
            file: file.to_owned(),
            proves: Vec::new(),
            explains: Vec::new(),
            title: String::new(),
            statements: Vec::new(),
        };
        for (at, line) in text.lines().enumerate() {
            let number = at + 1;
            if script.title.is_empty()
                && let Some(comment) = line.trim().strip_prefix('#')
            {
                comment.trim().clone_into(&mut script.title);
            }
            let (words, expected) = split(line).map_err(|reason| format!("{file}:{number}: {reason}"))?;
            match words.split_first() {
                None => {}
                Some((verb, ids)) if verb == "proves" => script.proves.extend_from_slice(ids),
                Some((verb, ids)) if verb == "explains" => script.explains.extend_from_slice(ids),
                Some(_) => script.statements.push(Statement { line: number, words, expected }),
            }
        }
        if (script.proves.is_empty() && script.explains.is_empty()) || script.title.is_empty() {
            return Err(format!("{file}:1: what it `proves` or `explains`, or its title, is missing"));
        }
        Ok(script)
    }
}

/// The words of a line and what stands behind `=>`, without the comment.
fn split(line: &str) -> Result<(Vec<String>, Option<String>), String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut begun) = (false, false);
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            '#' if !quoted && !begun => break,
            c if c.is_whitespace() && !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
    }
    if quoted {
        return Err("a quote that does not end".to_owned());
    }
    if begun {
        words.push(word);
    }
    let Some(arrow) = words.iter().position(|word| word == "=>") else { return Ok((words, None)) };
    let expected = words.split_off(arrow).into_iter().skip(1).collect::<Vec<_>>().join(" ");
    Ok((words, Some(expected)))
}
