//! The crate `cmppprotocol` as a client: logs in, submits a short and a long message, waits for all answers and reports and
//! for a heartbeat, and ends. Arguments: host, port, account, secret, phone.

use std::time::Duration;

use cmppprotocol::{CmppConfig, CmppConnection, CmppProtocolParams, Event, SubmitOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [host, port, account, password, phone] = arguments.as_slice() else { return Err("five arguments".into()) };
    let config = CmppConfig {
        host: host.clone(),
        port: port.parse()?,
        account: account.clone(),
        password: password.clone(),
        version: cmppprotocol::CMPP_VERSION_20,
        // The authenticator of the gateway is checked; the double proves it as the standard says.
        protocol_params: CmppProtocolParams { heartbeat_interval: 1, ..CmppProtocolParams::default() },
    };
    let connection = CmppConnection::connect(config).await?;
    let mut events = connection.take_events().await.ok_or("no events")?;
    let options = SubmitOptions::new("SVC", account, "12381", phone);
    let mut sequences = connection.submit(&options, "code 123456", None).await?;
    sequences.extend(connection.submit(&options, &"\u{5DE5}".repeat(150), None).await?);
    let (mut answered, mut delivered) = (Vec::new(), Vec::new());
    while delivered.len() < sequences.len() {
        match tokio::time::timeout(Duration::from_secs(20), events.recv()).await?.ok_or("the connection ended")? {
            Event::SubmitResp { msg_id, result: 0, .. } => answered.push(msg_id.to_vec()),
            Event::Deliver(deliver) => {
                let report = deliver.report().ok_or("not a report")?;
                if report.stat != "DELIVRD" {
                    return Err(format!("stat {}", report.stat).into());
                }
                delivered.push(report.msg_id.to_vec());
            }
            other => return Err(format!("{other:?}").into()),
        }
    }
    answered.sort();
    delivered.sort();
    if answered != delivered {
        return Err("the reports are not about the messages".into());
    }
    // One heartbeat at least.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    connection.close().await;
    println!("{} parts answered and reported", answered.len());
    Ok(())
}
