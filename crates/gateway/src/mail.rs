//! The way by which e-mail leaves the house: one SMTP server, spoken to through `lettre`.

use std::time::Duration;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use zeroize::Zeroizing;

pub use lettre::message::Mailbox;

/// How long a mail may take altogether: a server that accepts a connection and then says nothing holds nobody.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How the connection is kept from being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Security {
    /// TLS after STARTTLS; a server that does not offer it gets nothing.
    StartTls,
    /// TLS from the first octet.
    Tls,
    /// None: for a server on the same machine.
    None,
}

/// What is to be known of the server.
#[derive(Clone)]
pub struct Settings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// See [`Security`].
    pub security: Security,
    /// Name and password, if it wants them.
    pub login: Option<(String, Zeroizing<String>)>,
    /// Certificates in PEM that are trusted beside the system's.
    pub trusted: Vec<u8>,
    /// From whom mails are.
    pub from: Mailbox,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Why mail cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
#[error("the mail server's certificates cannot be used")]
pub struct UnusableSettings(#[source] lettre::transport::smtp::Error);

/// One mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The same for the same mail, so that a second copy is known for one.
    pub id: String,
    /// To whom.
    pub to: String,
    /// What about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({})", self.id)
    }
}

/// What became of a mail.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// It can succeed later: the server is away, wants another password, or asks for patience.
    #[error("the mail server does not take it now")]
    Later(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It never will: the address is none, or the server refuses it for good.
    #[error("the mail server refuses it for good")]
    Never(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// RFC 3834: that no person has written this, so that nobody's absence answers it.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Sends mails.
#[derive(Clone, Debug)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Over a server; nothing is sent or asked yet.
    pub fn new(settings: &Settings) -> Result<Self, UnusableSettings> {
        let parameters = || {
            let mut builder = TlsParameters::builder(settings.host.clone());
            if !settings.trusted.is_empty() {
                builder = builder.add_root_certificate(Certificate::from_pem(&settings.trusted)?);
            }
            builder.build()
        };
        let tls = match settings.security {
            Security::StartTls => Tls::Required(parameters().map_err(UnusableSettings)?),
            Security::Tls => Tls::Wrapper(parameters().map_err(UnusableSettings)?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(settings.from.email.domain().to_owned()))
            .timeout(Some(TIMEOUT));
        if let Some((name, password)) = &settings.login {
            builder = builder.credentials(Credentials::new(name.clone(), password.to_string()));
        }
        Ok(Self { transport: builder.build(), from: settings.from.clone() })
    }

    /// Asks the server whether it is there and lets us in.
    ///
    /// # Errors
    /// It is not, or does not.
    pub async fn check(&self) -> Result<(), NotSent> {
        match tokio::time::timeout(TIMEOUT, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(NotSent::Later("it closes the connection".into())),
            Ok(Err(error)) => Err(NotSent::Later(error.into())),
            Err(late) => Err(NotSent::Later(late.into())),
        }
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// See [`NotSent`].
    pub async fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        let to: Address = letter.to.parse().map_err(|error| NotSent::Never(Box::new(error)))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&letter.subject)
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|error| NotSent::Never(error.into()))?;
        match tokio::time::timeout(TIMEOUT, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if is_final(&error) => Err(NotSent::Never(error.into())),
            Ok(Err(error)) => Err(NotSent::Later(error.into())),
            Err(late) => Err(NotSent::Later(late.into())),
        }
    }
}

/// Whether the server has refused this mail for good. What it has against us, as a wrong password (530 to 538), is no
/// reason to give up a mail.
fn is_final(error: &lettre::transport::smtp::Error) -> bool {
    let code = error.status().map(u16::from);
    error.is_permanent() && !code.is_some_and(|code| (530..=538).contains(&code))
}
