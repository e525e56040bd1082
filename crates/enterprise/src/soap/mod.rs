//! SOAP, as far as the interface needs it: one request, one answer, no headers that count.
//!
//! Clients of a decade are out there: made by Axis, CXF, XFire, gSOAP and .NET, from the ministry's WSDL or from a province's,
//! with rpc or with document style. On the wire they differ by namespaces, prefixes and the case of `ispID`. So an operation and
//! its parameters are told by their local names; everything else about them is let in.

mod operation;
mod read;
mod request;
pub mod wsdl;

pub use operation::{Operation, Service};
pub use read::{NoCall, read};
pub use request::{Request, StatusQuestion};

use crate::xml::escaped;

/// The namespace of the services that are served. Clients may write another.
pub const NAMESPACE: &str = "urn:icp-filing:enterprise:3.0";

/// The version of SOAP that a call came in, and that its answer goes out in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SoapVersion {
    /// SOAP 1.1, as the WSDL says.
    One,
    /// SOAP 1.2, if that is what a client speaks.
    Two,
}

impl SoapVersion {
    const fn namespace(self) -> &'static str {
        match self {
            Self::One => "http://schemas.xmlsoap.org/soap/envelope/",
            Self::Two => "http://www.w3.org/2003/05/soap-envelope",
        }
    }

    /// The media type of an answer.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::One => "text/xml; charset=utf-8",
            Self::Two => "application/soap+xml; charset=utf-8",
        }
    }

    fn envelope(self, body: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"{}\"><soap:Body>{body}</soap:Body></soap:Envelope>",
            self.namespace()
        )
    }
}

/// The answer to a call: the `<return>` document as a text.
pub fn answer(version: SoapVersion, operation: Operation, document: &str) -> String {
    let name = operation.name();
    let document = escaped(document);
    version.envelope(&format!(
        "<icp:{name}Response xmlns:icp=\"{NAMESPACE}\"><return>{document}</return></icp:{name}Response>"
    ))
}

/// The answer to what was no call: a fault of the sender's.
pub fn fault(fault: NoCall) -> String {
    let words = escaped(&fault.to_string());
    let version = fault.version();
    version.envelope(&match version {
        SoapVersion::One => {
            format!("<soap:Fault><faultcode>soap:Client</faultcode><faultstring>{words}</faultstring></soap:Fault>")
        }
        SoapVersion::Two => format!(
            "<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang=\"en\">{words}</soap:Text></soap:Reason></soap:Fault>"
        ),
    })
}
