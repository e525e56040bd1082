//! Where providers' own systems (企业侧系统) are served over the enterprise interface V3.0.
//!
//! [`door`] takes calls, lets in who may, reads the files of records that they bring, and lays down what is in them (`laid`);
//! [`task`] files that, behind everything that people wait for, and makes files of what became of it. Between the two languages stand
//! `records` (what a record asks for, as a filing), `faults` (what is wrong with one, as codes) and `results` (what was decided,
//! as results, opinions and the record). `heyan-enterprise` says what the interface is; nothing of it is decided here.

pub mod door;
mod faults;
mod laid;
mod records;
mod results;
pub mod task;

use heyan_domain::Timestamp;

/// What names of files begin with. The standard has the province's letters there; this desk is for all of them.
const LETTERS: &str = "icp";

/// What the names of files that were made then begin with.
fn stem(at: Timestamp) -> String {
    format!("{}_{LETTERS}", at.beijing().strftime("%Y%m%d%H%M%S"))
}

/// The name that a file of records has here.
fn upload_name(at: Timestamp, number: u64) -> String {
    format!("{}_{number}.xml", stem(at))
}
