//! Clocks that are stopped for more filings than one transaction takes (DDL-06), over restarts between the batches.

use heyan_domain::event::EventKind;
use heyan_domain::outage::BATCH_FILINGS;
use heyan_domain::proposals::ProposalKind;
use heyan_domain::terms::FilingId;
use heyan_scenario::{Engine as _, Script, run};

use crate::conformance::StoreEngine;
use crate::place::{Kind, on_both};

on_both!(every_batch_moves_once_whatever_happens_between_them,);

/// One filing at each end of the numbers, and drafts between them: three batches.
fn script() -> Script {
    let between = 2 * BATCH_FILINGS - 2;
    let drafts: Vec<String> = (0..between)
        .map(|no| format!("draft D{no} first 广东 organiser=O{no} head=Wang service=S{no}/Wang"))
        .collect();
    let text = format!(
        "explains FIL-01\n# Filings in three batches.\nprovider idc\nat 2026-03-02 10:00\n\
         person Wang phone=15400000001 id=11010519491231002X\n\
         person Li phone=15400000002 document=passport id=E00000002\n\
         file F1 first 广东 organiser=甲 head=Wang service=书店/Wang\n{}\n\
         file F2 first 广东 organiser=乙 head=Li service=茶馆/Li\nat 2026-03-02 18:00\nworker sleeps\n\
         outage 2026-03-02 12:00 2026-03-02 14:00 => moved\n",
        drafts.join("\n")
    );
    Script::parse("batches", &text).unwrap()
}

fn every_batch_moves_once_whatever_happens_between_them(kind: Kind) {
    let mut engine = StoreEngine::new(kind, 92, None);
    run(&script(), &mut engine).unwrap_or_else(|failure| panic!("{failure}"));
    let ends = [1, 2 * BATCH_FILINGS].map(FilingId::from_number);
    let deadlines = |engine: &StoreEngine| {
        ends.map(|id| engine.verifications(id)[0].deadline_at.unwrap().beijing_hh_mm())
    };
    let open =
        |engine: &StoreEngine| engine.read(|reader| reader.open_proposals(ProposalKind::StopClocks)).len();
    assert_eq!(deadlines(&engine), ["10:00", "10:00"]);
    engine.restart();
    engine.run_one_due();
    assert_eq!((deadlines(&engine), open(&engine)), (["12:00", "10:00"].map(str::to_owned), 1));
    engine.restart();
    engine.run_one_due();
    engine.restart();
    engine.run_one_due();
    assert_eq!((deadlines(&engine), open(&engine)), (["12:00", "12:00"].map(str::to_owned), 0));
    engine.restart();
    engine.run_due();
    assert_eq!(deadlines(&engine), ["12:00", "12:00"]);
    for id in ends {
        let moves = engine.events(id).iter().filter(|event| event.kind == EventKind::DeadlineMoved).count();
        assert_eq!(moves, 1, "said once");
    }
}
