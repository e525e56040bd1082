//! Whether large files of the enterprise interface hold verification up: 短信核验 at a steady rate, with and without a provider
//! that reports file after file as large as the standard lets them be, in pairs one after the other.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use heyan_domain::accounts::Authority;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::enterprise::{
    AccountSecret, AccountTerms, EnterpriseAction, EnterpriseAnswer, IspId, UserName,
};
use heyan_domain::terms::ProviderId;
use heyan_enterprise::charset;
use heyan_enterprise::credentials::{RandomValue, password_hash};
use heyan_enterprise::envelope::{Envelope, MAX_FILE, seal};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::child::Server;
use super::load::{self, Call, Pace};
use super::prepare::Prepared;
use super::{clock, machine, progress, server};
use crate::failure::Failure;
use crate::world::World;

/// Open verifications.
pub(super) const ROWS: u64 = 200_000;
/// Verifications a second.
const RATE: u32 = 1_000;
/// Pairs of measurements.
const PAIRS: usize = 5;
/// How long each takes.
const TIME: Duration = Duration::from_secs(12);
/// Connections of the people.
const CONNECTIONS: usize = 64;
/// Records in a file, and the Base64 of the attachment of each: nearly 50 MB together.
const RECORDS: u64 = 1_000;
const ATTACHMENT: usize = 44_000;
/// By how much the p99 may rise.
const BOUND_PERCENT: f64 = 50.0;

const UNIT: i64 = 330_000_000_001;
const USER: &str = "bench";

/// Gives the provider an account in a copy of the data.
async fn open(copy: &Path) -> Result<AccountSecret, Failure> {
    let world = World::open(&server::config(copy), clock::an_hour_later(copy)?)?;
    let none = || Failure::plain("the account cannot be made");
    let action = EnterpriseAction::Open {
        by: Authority::Machine,
        provider: ProviderId::parse("tencent").ok_or_else(none)?,
        terms: AccountTerms {
            isp_id: IspId::new(UNIT).ok_or_else(none)?,
            user_name: UserName::parse(USER).ok_or_else(none)?,
            networks: Vec::new(),
            encrypted: false,
            may_report: true,
        },
    };
    let outcome = world.app.engine.execute(Action::Enterprise(Box::new(action))).await?;
    world.app.engine.stop();
    match outcome {
        Outcome::Enterprise(EnterpriseAnswer::Secret(_, secret)) => Ok(secret),
        _ => Err(none()),
    }
}

/// A file of first filings, from this number on.
fn file(from: u64) -> Result<Envelope, Failure> {
    // No three octets are like others nearby, so that packing saves as little as with pictures.
    let mut state = from.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % 64).unwrap_or_default()
    };
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let attachment: String =
        (0..ATTACHMENT).filter_map(|_| letters.get(next()).map(|letter| char::from(*letter))).collect();
    let mut text = String::with_capacity(MAX_FILE);
    text.push_str("<?xml version=\"1.0\" encoding=\"GBK\"?><UploadData version=\"V.3.0\"><ICP><XZBA>");
    for number in from..from + RECORDS {
        let head = format!(
            "<Fzr_xm>林示遥</Fzr_xm><Fzr_sjhm>{}</Fzr_sjhm><Fzr_dzyj>head@e{number}.example</Fzr_dzyj><Fzr_zjlx>2</Fzr_zjlx>\
             <Fzr_zjhm>9999991985{number:08}</Fzr_zjhm>",
            15_300_000_000 + number
        );
        let _ = write!(
            text,
            "<Baxx><Zt_xx><IspZtid>{id}</IspZtid><Dwmc>杭州第{number}示例软件有限公司</Dwmc><Dwxz>4</Dwxz><Txdz>\
             <Shengid>330000</Shengid><Shiid>330100</Shiid></Txdz><Zj><Zjlx>1</Zjlx><Zjhm>92{number:012}EX01</Zjhm>\
             <Zjzs>示例路</Zjzs></Zj><Fzr>{head}</Fzr><Bbfs>1</Bbfs></Zt_xx><Wz_xx><IspWzid>{id}</IspWzid>\
             <Wzmc>示例</Wzmc><Fwnr><Fwnr_id>1</Fwnr_id></Fwnr><Yylb><Yylb_id>1</Yylb_id></Yylb><Ym_xx><IspYmid>1</IspYmid>\
             <Ym>e{number}.example</Ym></Ym_xx><Jr_xx><IspJrid>{id}</IspJrid><Wzfb><Fbdd>31</Fbdd></Wzfb><Wzjrfs>\
             <Jrfs>2</Jrfs></Wzjrfs><Ip_xx><IspIpid>1</IspIpid><Qsip>3221225985</Qsip><Zzip>3221225990</Zzip></Ip_xx></Jr_xx>\
             <Wz_Fzr>{head}</Wz_Fzr></Wz_xx><Fj><Fjxx><Fjwjgs>1</Fjwjgs><Fjyt>2</Fjyt><Fjnr>{attachment}</Fjnr><Fjssdx>\
             <Ssdxlx>1</Ssdxlx><Ssdxbs>{id}</Ssdxbs></Fjssdx></Fjxx></Fj></Baxx>",
            id = number + 1
        );
    }
    let _ = write!(text, "</XZBA><Qqdwid>{UNIT}</Qqdwid></ICP></UploadData>");
    seal("bench.xml", &charset::encode(&text), None).map_err(|error| Failure::plain(error.to_string()))
}

/// Reports a file; it has to be accepted.
async fn upload(
    to: SocketAddr,
    secret: &AccountSecret,
    number: u64,
    envelope: &Envelope,
) -> Result<(), Failure> {
    let random =
        RandomValue::parse(&format!("{number:020}")).map_err(|_| Failure::plain("no random value"))?;
    let hash = password_hash(&secret.password, &random);
    let (info, info_hash, random) = (&envelope.info, &envelope.hash, random.as_str());
    let before = format!(
        "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><Body><isp_upload><ispId>{UNIT}</ispId>\
         <userName>{USER}</userName><randVal>{random}</randVal><pwdHash>{hash}</pwdHash>\
         <beianInfoHash>{info_hash}</beianInfoHash><dataSequence>{number}</dataSequence><encryptAlgorithm>0</encryptAlgorithm>\
         <hashAlgorithm>0</hashAlgorithm><compressionFormat>0</compressionFormat><beianInfo>"
    );
    let after = "</beianInfo></isp_upload></Body></Envelope>";
    let length = before.len() + info.len() + after.len();
    let head = format!(
        "POST /ISPWebService/upDownLoad HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(to).await?;
    for part in [head.as_str(), &before, info, after] {
        stream.write_all(part.as_bytes()).await?;
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    if answer.contains("&lt;msg_code&gt;0&lt;") {
        Ok(())
    } else {
        Err(Failure::plain(format!("a file was not accepted: {answer}")))
    }
}

struct Measured {
    p50_ms: f64,
    p99_ms: f64,
    files: usize,
    filings: usize,
    most_kib: Option<u64>,
}

async fn measured(
    prepared: &Arc<Prepared>,
    copy: &Path,
    files: Option<&Arc<Vec<Envelope>>>,
) -> Result<Measured, Failure> {
    prepared.copy_to(copy)?;
    let secret = open(copy).await?;
    let server = Server::start(copy, None)?;
    let desk = server.addresses.desk;
    let uploading = files.map(|files| {
        let (files, secret) = (Arc::clone(files), secret);
        tokio::spawn(async move {
            for (number, envelope) in (1_u64..).zip(files.iter()) {
                upload(desk, &secret, number, envelope).await?;
            }
            Ok::<_, Failure>(files.len())
        })
    });
    let pace = Some(Pace { rate: RATE });
    let measured =
        load::measure(Call::Verify, &[server.addresses.doors], prepared, CONNECTIONS, TIME, pace).await?;
    let files = match uploading {
        Some(uploading) => uploading.await??,
        None => 0,
    };
    let ended = server.end()?;
    if measured.wrong > 0 {
        return Err(Failure::plain(format!("{} answers were wrong: {:?}", measured.wrong, measured.example)));
    }
    Ok(Measured {
        p50_ms: measured.latencies.per_mille_ms(500),
        p99_ms: measured.latencies.per_mille_ms(990),
        files,
        filings: filed(copy)?,
        most_kib: ended.resident_kib.map(|(_, most)| most),
    })
}

/// How many records were filed by the time that the server ended.
fn filed(copy: &Path) -> Result<usize, Failure> {
    let world = World::open(&server::config(copy), clock::an_hour_later(copy)?)?;
    let uploads = world.app.readers.read_blocking(heyan_store::tables::Reader::enterprise_looked_at)?;
    world.app.engine.stop();
    Ok(usize::try_from(uploads).unwrap_or(usize::MAX))
}

/// Measures and writes the table; whether the bound holds is the second value.
pub(super) async fn measure(prepared: &Arc<Prepared>, copy: &Path) -> Result<(String, bool), Failure> {
    let files = (0..2).map(|at| file(at * RECORDS)).collect::<Result<Vec<_>, _>>()?;
    let megabytes = files.iter().map(|file| file.info.len()).max().unwrap_or_default() >> 20;
    let files = Arc::new(files);
    let mut text = format!(
        "Machine: {}.\n\nCommand: `heyan bench --uploads`. {RATE} verifications a second over {CONNECTIONS} connections, each \
         counted from when it was due, for {} s; with: two files of {RECORDS} records and nearly 50 MB ({megabytes} MiB of Base64) \
         right behind each other.\n\n\
         | pair | without, p50 and p99 ms | with, p50 and p99 ms | p99 | files, records looked at | most memory, MiB |\n\
         |---|---|---|---:|---|---:|\n",
        machine::line(),
        TIME.as_secs()
    );
    let mut rises = Vec::with_capacity(PAIRS);
    for pair in 1..=PAIRS {
        let without = measured(prepared, copy, None).await?;
        let with = measured(prepared, copy, Some(&files)).await?;
        let rise = 100.0 * (with.p99_ms - without.p99_ms) / without.p99_ms.max(1e-9);
        progress(&format!("pair {pair}: p99 {:.2} and {:.2} ms, {rise:+.0} %", without.p99_ms, with.p99_ms));
        let most = with.most_kib.map_or_else(|| "not known".to_owned(), |kib| (kib >> 10).to_string());
        let _ = writeln!(
            text,
            "| {pair} | {:.2}, {:.2} | {:.2}, {:.2} | {rise:+.0} % | {}, {} | {most} |",
            without.p50_ms, without.p99_ms, with.p50_ms, with.p99_ms, with.files, with.filings
        );
        rises.push(rise);
    }
    rises.sort_by(f64::total_cmp);
    let median = rises.get(PAIRS / 2).copied().unwrap_or_default();
    let _ = writeln!(text, "\nMedian: {median:+.0} % (bound: {BOUND_PERCENT:+.0} %).");
    Ok((text, median < BOUND_PERCENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_as_large_as_they_may_be_and_whole() {
        let envelope = file(0).unwrap();
        let octets = heyan_enterprise::envelope::open(envelope, None).unwrap();
        assert!((40 << 20..MAX_FILE).contains(&octets.len()), "{}", octets.len());
        let upload = heyan_enterprise::upload::read_file(&octets, UNIT).unwrap();
        assert_eq!(upload.records.len(), 1_000);
    }
}
