//! The standard's half of a table as XSD, so that other validators can be asked, too.

use std::fmt::Write as _;

use super::{Bounds, Content, Element, Order, Schema};

/// Writes it.
pub(super) fn write(schema: &Schema) -> String {
    let mut xsd =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n".to_owned();
    element(&mut xsd, &schema.root, 1);
    xsd.push_str("</xs:schema>\n");
    xsd
}

fn element(xsd: &mut String, element: &Element, depth: usize) {
    let indent = "  ".repeat(depth);
    let most = element.most.map_or_else(|| "unbounded".to_owned(), |most| most.to_string());
    let occurs = match (depth, element.least, element.most) {
        (1, ..) | (_, 1, Some(1)) => String::new(),
        (_, least, _) => format!(" minOccurs=\"{least}\" maxOccurs=\"{most}\""),
    };
    let _ = write!(xsd, "{indent}<xs:element name=\"{}\"{occurs}>", element.name);
    match &element.content {
        Content::Group { order, members, version } => group(xsd, *order, members, *version, depth),
        Content::Text(bounds) => simple(xsd, "string", ["minLength", "maxLength"], *bounds),
        Content::Number(bounds) => simple(xsd, "long", ["minInclusive", "maxInclusive"], *bounds),
        Content::Bytes => {
            simple(xsd, "base64Binary", ["minLength", "maxLength"], Bounds { least: None, most: None });
        }
    }
    xsd.push_str("</xs:element>\n");
}

fn group(xsd: &mut String, order: Order, members: &[Element], version: bool, depth: usize) {
    let indent = "  ".repeat(depth);
    let order = match order {
        Order::All => "all",
        Order::Sequence => "sequence",
        Order::Choice => "choice",
    };
    let _ = writeln!(xsd, "<xs:complexType><xs:{order}>");
    for member in members {
        element(xsd, member, depth + 1);
    }
    let _ = write!(xsd, "{indent}</xs:{order}>");
    if version {
        xsd.push_str("<xs:attribute name=\"version\" type=\"xs:string\" use=\"required\"/>");
    }
    xsd.push_str("</xs:complexType>");
}

fn simple(xsd: &mut String, base: &str, names: [&str; 2], bounds: Bounds) {
    let _ = write!(xsd, "<xs:simpleType><xs:restriction base=\"xs:{base}\">");
    for (name, bound) in names.into_iter().zip([bounds.least, bounds.most]) {
        if let Some(bound) = bound {
            let _ = write!(xsd, "<xs:{name} value=\"{bound}\"/>");
        }
    }
    xsd.push_str("</xs:restriction></xs:simpleType>");
}
