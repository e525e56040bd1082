//! The WSDLs: document/literal, wrapped, whose messages look the same as those of rpc/literal.

use std::fmt::Write as _;

use super::NAMESPACE;
use super::operation::{Kind, Operation, Service};
use crate::xml::escaped;

/// The WSDL of a service that is reached at `address`, a URL without its path.
pub fn write(service: Service, address: &str) -> String {
    let name = service.name();
    let mut wsdl = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<wsdl:definitions name=\"{name}\" targetNamespace=\"{NAMESPACE}\" xmlns:icp=\"{NAMESPACE}\" xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">
  <wsdl:types>
    <xs:schema targetNamespace=\"{NAMESPACE}\" elementFormDefault=\"unqualified\">
"
    );
    let operations: Vec<_> = service.operations().collect();
    for operation in &operations {
        types(&mut wsdl, *operation);
    }
    wsdl.push_str("    </xs:schema>\n  </wsdl:types>\n");
    for name in operations.iter().map(|operation| operation.name()) {
        for (message, element) in [("", ""), ("Response", "Response")] {
            let _ = writeln!(
                wsdl,
                "  <wsdl:message name=\"{name}{message}\"><wsdl:part name=\"parameters\" element=\"icp:{name}{element}\"/></wsdl:message>"
            );
        }
    }
    let _ = writeln!(wsdl, "  <wsdl:portType name=\"{name}PortType\">");
    for name in operations.iter().map(|operation| operation.name()) {
        let _ = writeln!(
            wsdl,
            "    <wsdl:operation name=\"{name}\"><wsdl:input message=\"icp:{name}\"/><wsdl:output message=\"icp:{name}Response\"/></wsdl:operation>"
        );
    }
    let _ = writeln!(
        wsdl,
        "  </wsdl:portType>\n  <wsdl:binding name=\"{name}Binding\" type=\"icp:{name}PortType\">\n    <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>"
    );
    for name in operations.iter().map(|operation| operation.name()) {
        let _ = writeln!(
            wsdl,
            "    <wsdl:operation name=\"{name}\"><soap:operation soapAction=\"\"/><wsdl:input><soap:body use=\"literal\"/></wsdl:input><wsdl:output><soap:body use=\"literal\"/></wsdl:output></wsdl:operation>"
        );
    }
    let location = escaped(&format!("{address}{}", service.path()));
    let _ = writeln!(
        wsdl,
        "  </wsdl:binding>\n  <wsdl:service name=\"{name}\"><wsdl:port name=\"{name}Port\" binding=\"icp:{name}Binding\"><soap:address location=\"{location}\"/></wsdl:port></wsdl:service>\n</wsdl:definitions>"
    );
    wsdl
}

fn types(wsdl: &mut String, operation: Operation) {
    let name = operation.name();
    let _ = writeln!(wsdl, "      <xs:element name=\"{name}\"><xs:complexType><xs:sequence>");
    for (parameter, kind) in operation.parameters() {
        let kind = match kind {
            Kind::Text => "string",
            Kind::Long => "long",
            Kind::Int => "int",
        };
        let _ = writeln!(wsdl, "        <xs:element name=\"{parameter}\" type=\"xs:{kind}\"/>");
    }
    let _ = writeln!(
        wsdl,
        "      </xs:sequence></xs:complexType></xs:element>\n      <xs:element name=\"{name}Response\"><xs:complexType><xs:sequence><xs:element name=\"return\" type=\"xs:string\"/></xs:sequence></xs:complexType></xs:element>"
    );
}
