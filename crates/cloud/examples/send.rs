//! Sends one message through a link and says what became of it:
//!
//! `cargo run -p heyan-cloud --example send -- tencent http://127.0.0.1:8010 AKIDexample secret 15400000001`
//!
//! It is what the peers' tests send with, and a way to try a double. The secret stands on the command line, so give it none that
//! is worth anything.

#![expect(clippy::print_stdout, reason = "the program's answer")]

use std::error::Error;
use std::num::NonZeroU32;

use heyan_cloud::link::{Account, BOUNDS, Link};
use heyan_cloud::{Credentials, Endpoint, Message, Second, Secret, alibaba, tencent};
use heyan_cmpp::Mainland;
use heyan_cmpp::client::{Ticket, Window};
use heyan_outbound::Client;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

const USAGE: &str = "arguments: tencent or alibaba, endpoint, key, secret, phone";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [vendor, endpoint, key, secret, phone] = arguments.as_slice() else { return Err(USAGE.into()) };
    let endpoint = Endpoint::parse(endpoint)?;
    let credentials = Credentials::new(key.clone(), Secret::new(secret.clone()))?;
    let sign_name = "\u{5de5}\u{4fe1}\u{90e8}".to_owned();
    let account = match vendor.as_str() {
        "tencent" => Account::Tencent(tencent::Account {
            endpoint,
            region: tencent::REGION.to_owned(),
            credentials,
            app_id: "1400006666".to_owned(),
            sign_name,
        }),
        "alibaba" => Account::Alibaba(alibaba::Account { endpoint, credentials, sign_name }),
        _ => return Err(USAGE.into()),
    };
    let link = Link {
        account,
        client: Client::new(None)?,
        bounds: BOUNDS,
        window: Window::STANDARD,
        rate_per_second: NonZeroU32::MIN,
    };
    let parameter = |name: &str, text: &str| (name.to_owned(), text.to_owned().into());
    let message = Message {
        phone: Mainland::parse(phone).ok_or("the phone is no mainland mobile number")?,
        template: "1110".to_owned(),
        parameters: vec![parameter("code", "012345"), parameter("name", "\u{4e66}\u{5e97} +&=*~'\"")],
        reference: "m1".to_owned(),
    };
    let clock = tokio::time::Instant::now();
    let begin = now()?;
    let wall = move || Second::new(begin + i64::try_from(clock.elapsed().as_secs()).unwrap_or_default());
    let seed = u64::from(std::process::id()) ^ begin.unsigned_abs();
    let (handle, mut notices, kept) = link.keep(wall, ChaCha8Rng::seed_from_u64(seed));
    let kept = tokio::spawn(kept);
    handle.submit(Ticket(1), Box::new(message)).await?;
    println!("{:?}", notices.recv().await.ok_or("the link ended")?);
    drop(handle);
    kept.await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the one place where this program reads the clock")]
fn now() -> Result<i64, Box<dyn Error>> {
    Ok(i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs())?)
}
