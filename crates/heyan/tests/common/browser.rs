//! A browser at the consoles, with its cookies.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode, header};
use heyan::commands::user::make_demo_accounts;
use heyan_web::app::DEMO_ACCOUNTS;

use super::{Answer, Sandbox, form};

const FORM: &str = "application/x-www-form-urlencoded";

/// A browser at the consoles of a sandbox.
pub struct Browser<'s> {
    sandbox: &'s Sandbox,
    pub cookies: BTreeMap<String, String>,
}

pub async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    make_demo_accounts(&sandbox.world).await.unwrap_or_else(|failure| panic!("{}", failure.what()));
    sandbox
}

impl<'s> Browser<'s> {
    pub fn new(sandbox: &'s Sandbox) -> Self {
        Self { sandbox, cookies: BTreeMap::new() }
    }

    pub async fn signed_in(sandbox: &'s Sandbox, name: &str) -> Self {
        let mut browser = Self::new(sandbox);
        let answer = browser.sign_in(name, password_of(name), &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }

    pub async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: String,
        headers: &[(&'static str, &str)],
    ) -> Answer {
        let mut request = Sandbox::request(method, path, FORM, body);
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let answer = self.sandbox.send(request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, String::new(), &[]).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask(Method::POST, path, form(fields), &[]).await
    }

    pub async fn sign_in(&mut self, name: &str, password: &str, more: &[(&str, &str)]) -> Answer {
        self.post("/console/sign-in", &[&[("name", name), ("password", password)], more].concat()).await
    }

    /// The token of the forms that this browser is shown.
    pub async fn csrf(&mut self) -> String {
        hidden(&self.get("/console/account").await.body, "csrf")
    }
}

pub fn password_of(name: &str) -> &'static str {
    DEMO_ACCOUNTS.iter().find(|account| account.name == name).unwrap().password
}

pub fn hidden(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("{page}"));
    after.split('"').next().unwrap().to_owned()
}
