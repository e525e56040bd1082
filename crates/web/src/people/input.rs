//! Reading what people type (VER-01, RES-01).

use heyan_domain::terms::{Code, IdLast6, Phone};

/// What is wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum TypedProblem {
    CodeMissing,
    CodeMalformed,
    PhoneMissing,
    PhoneMalformed,
    IdMissing,
    IdMalformed,
    CaptchaMissing,
    CaptchaWrong,
    CaptchaExpired,
}

/// The fields of a form as typed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Typed<'t> {
    pub code: &'t str,
    pub phone: &'t str,
    pub id_last6: &'t str,
}

impl Typed<'_> {
    fn the_phone(&self, problems: &mut Vec<TypedProblem>) -> Option<Phone> {
        let phone = Phone::parse(self.phone);
        if phone.is_none() {
            let missing = self.phone.trim().is_empty();
            problems.push(if missing { TypedProblem::PhoneMissing } else { TypedProblem::PhoneMalformed });
        }
        phone
    }

    fn the_code(&self, problems: &mut Vec<TypedProblem>) -> Option<Code> {
        let code = Code::parse(self.code);
        if code.is_none() {
            let missing = self.code.trim().is_empty();
            problems.push(if missing { TypedProblem::CodeMissing } else { TypedProblem::CodeMalformed });
        }
        code
    }

    fn person(&self, problems: &mut Vec<TypedProblem>) -> Option<(Phone, IdLast6)> {
        let phone = self.the_phone(problems);
        let id_last6 = IdLast6::parse(self.id_last6);
        if id_last6.is_none() {
            let missing = self.id_last6.trim().is_empty();
            problems.push(if missing { TypedProblem::IdMissing } else { TypedProblem::IdMalformed });
        }
        phone.zip(id_last6)
    }

    /// The fields of 短信核验, or all that is wrong with them.
    pub fn for_verify(&self) -> Result<(Phone, IdLast6, Code), Vec<TypedProblem>> {
        let mut problems = Vec::new();
        let code = self.the_code(&mut problems);
        match (self.person(&mut problems), code) {
            (Some((phone, id_last6)), Some(code)) => Ok((phone, id_last6, code)),
            _ => Err(problems),
        }
    }

    /// The fields of 短信重发, or all that is wrong with them.
    pub fn for_resend(&self) -> Result<(Phone, IdLast6), Vec<TypedProblem>> {
        let mut problems = Vec::new();
        self.person(&mut problems).ok_or(problems)
    }

    /// The fields of "这不是我的备案" (PRO-07), or all that is wrong with them.
    pub fn for_disown(&self) -> Result<(Phone, Code), Vec<TypedProblem>> {
        let mut problems = Vec::new();
        let code = self.the_code(&mut problems);
        self.the_phone(&mut problems).zip(code).ok_or(problems)
    }
}
