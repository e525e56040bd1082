//! Sends notices by e-mail (PRO-05): follows the events of the providers that want them, and works off what is to be sent.
//! A mail is sent at least once: if the process dies between the server's yes and the note of it, the second copy has the
//! same Message-ID.

use std::sync::Arc;
use std::time::Duration;

use heyan_domain::time::{HOUR_MS, MINUTE_MS};
use heyan_gateway::mail::{Letter, Mailer, NotSent};
use heyan_store::database::StoreError;
use heyan_store::engine::{Chore, EngineError};
use heyan_store::tables::addresses;
use heyan_store::tasks::Task;
use heyan_store::views::Mail;
use heyan_web::app::App;
use heyan_web::host::Origin;
use heyan_web::notices::notice;
use tokio::sync::watch;

/// How long nobody looks when there is nothing to do.
const IDLE: Duration = Duration::from_secs(2);
/// Events of each provider looked at together.
const MAX_EVENTS: usize = 1_000;
/// Mails worked off before new events are looked for.
const MAX_MAILS: usize = 50;
/// How long a mail is tried: then nobody wants it any more.
const GIVEN_UP_AFTER_MS: i64 = 72 * HOUR_MS;
/// The longest wait between two tries.
const LONGEST_WAIT_MS: i64 = 4 * HOUR_MS;

/// See the module.
#[derive(Debug)]
pub struct Notices {
    app: Arc<App>,
    mailer: Mailer,
    portal: Origin,
}

#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error("the database cannot be read")]
    Store(#[from] StoreError),
    #[error("the database takes no note")]
    Engine(#[from] EngineError),
}

impl Notices {
    /// Over a mail server, with links to the portal at its address.
    pub fn new(app: &Arc<App>, mailer: Mailer, portal: Origin) -> Self {
        Self { app: Arc::clone(app), mailer, portal }
    }

    /// Works until `stopping` turns true.
    pub async fn run(&self, mut stopping: watch::Receiver<bool>) {
        let log = self.app.engine.tasks().of(Task::Notices);
        while !*stopping.borrow() {
            log.begins(self.app.clock.now());
            let worked = tokio::select! {
                worked = self.work() => worked,
                // A mail under way may have arrived; at the next start it goes out again under its old Message-ID.
                _ = stopping.wait_for(|stops| *stops) => break,
            };
            match worked {
                Ok((sent, failed)) => {
                    log.ends(self.app.clock.now(), sent);
                    if failed {
                        log.fails();
                    }
                    if sent == MAX_MAILS {
                        continue;
                    }
                }
                Err(error) => {
                    log.fails();
                    tracing::warn!(name: "notices.failed", %error, "notices by e-mail wait");
                }
            }
            let _ = tokio::time::timeout(IDLE, stopping.wait_for(|stops| *stops)).await;
        }
    }

    /// One round: how many mails were worked off, and whether the server refused to work.
    async fn work(&self) -> Result<(usize, bool), NotDone> {
        let noticed = self.app.readers.read(|reader| reader.noticed(MAX_EVENTS)).await?;
        if !noticed.reach.is_empty() {
            self.app.engine.chore(Chore::Notice(Arc::new(noticed))).await?;
        }
        let now = self.app.clock.now();
        let mails = self.app.readers.read(move |reader| reader.mails(now, MAX_MAILS)).await?;
        let (mut done, mut failed) = (0, false);
        for mail in mails {
            let is_old = now.since_ms(mail.happened_at) >= GIVEN_UP_AFTER_MS;
            if is_old {
                tracing::warn!(name: "notices.too_late", mail = mail.id, "a notice is given up after three days");
                self.app.engine.chore(Chore::Mailed(mail.id)).await?;
                done += 1;
                continue;
            }
            let chore = match self.send(mail).await? {
                Ok(()) => Chore::Mailed(mail.id),
                Err(NotSent::Never(error)) => {
                    tracing::warn!(name: "notices.refused", mail = mail.id, %error, "a notice is given up");
                    Chore::Mailed(mail.id)
                }
                Err(NotSent::Later(error)) => {
                    failed = true;
                    tracing::warn!(name: "notices.later", mail = mail.id, %error, "a notice is tried again later");
                    let wait = MINUTE_MS.saturating_mul(1 << mail.tries.min(10)).min(LONGEST_WAIT_MS);
                    Chore::MailLater(mail.id, now.plus_ms(wait))
                }
            };
            self.app.engine.chore(chore).await?;
            done += 1;
        }
        Ok((done, failed))
    }

    /// Sends one mail. A filing that has gone, or an address that has, needs none any more.
    async fn send(&self, mail: Mail) -> Result<Result<(), NotSent>, NotDone> {
        let view = match self.app.readers.read(move |reader| reader.filing_view(mail.filing)).await {
            Ok(Some(view)) => view,
            Ok(None) => return Ok(Ok(())),
            // One filing that cannot be read keeps no other mail back.
            Err(error @ StoreError::Damaged { .. }) => return Ok(Err(NotSent::Never(error.into()))),
            Err(error) => return Err(error.into()),
        };
        let Some(to) = addresses(&view.body).get(mail.recipient).map(|&to| to.to_owned()) else {
            return Ok(Ok(()));
        };
        let words = notice(&self.app, &self.portal, &view, mail.occasion, mail.happened_at);
        let id = format!("notice-{}-{}-{}", mail.filing, mail.happened_at.as_ms(), mail.recipient);
        let letter = Letter { id, to, subject: words.subject, text: words.text };
        Ok(self.mailer.send(&letter).await)
    }
}
