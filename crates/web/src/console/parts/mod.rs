//! What pages are made of. Each part is a value that knows its template; [`Blocks`](super::Blocks) puts them one below
//! the other, and a page's own template writes `{{ part|safe }}`.

mod fields;
mod live;
mod small;
mod table;

pub use fields::{Choice, ErrorSummary, Field, Filters, FormPart};
pub use live::Live;
pub use small::{
    Alert, Cards, Confirm, Empty, Facts, Heading, Lines, Statistics, Step, StepState, Steps, Tone,
};
pub use table::{Cell, Column, Pager, Table};
