//! Requests as clients send them, and what is none.

#![expect(clippy::expect_used, reason = "a test stops where it is surprised")]

use heyan_enterprise::soap::{NoCall, Operation, Request, Service, SoapVersion, answer, fault, read, wsdl};

fn refused(body: &str) -> NoCall {
    read(body.as_bytes()).err().expect("no call")
}

fn call(body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{body}</s:Body></s:Envelope>"
    )
}

#[test]
fn clients_of_all_kinds_are_understood() {
    let requests = [
        ("rpc-axis", include_str!("requests/rpc-axis.xml"), SoapVersion::One),
        ("document-cxf", include_str!("requests/document-cxf.xml"), SoapVersion::One),
        ("document-net", include_str!("requests/document-net.xml"), SoapVersion::Two),
        ("document-zeep", include_str!("requests/document-zeep.xml"), SoapVersion::One),
    ];
    for (client, body, expected) in requests {
        let (version, request) = read(body.as_bytes()).expect(client);
        assert_eq!(version, expected, "{client}");
        assert_eq!(request.operation(), Operation::DownloadAck, "{client}");
        let Request::DownloadAck { credentials, file_name } = request else { panic!("{client}") };
        assert_eq!(file_name, "20260325145800_zj_3058.xml");
        assert_eq!(credentials.isp_id, Some(330_000_000_001), "{client}");
        assert_eq!(credentials.user_name, "xunlan");
        assert_eq!(credentials.random_value, "abcdefghij0123456789", "{client}");
        assert_eq!(credentials.password_hash, "QUMgJLPsboxIAO9m0EJ5+Q==", "{client}");
        assert_eq!(credentials.hash_algorithm, Some(0));
    }
}

#[test]
fn an_upload_brings_its_envelope() {
    let body = "<isp_upload><ispId>1</ispId><userName>u</userName><randVal>r</randVal><pwdHash>p</pwdHash>\
        <beianInfo>QQ==</beianInfo><beianInfoHash>Qg==</beianInfoHash><dataSequence> 7 </dataSequence>\
        <encryptAlgorithm>1</encryptAlgorithm><hashAlgorithm>0</hashAlgorithm><compressionFormat>0</compressionFormat></isp_upload>";
    let (_, request) = read(call(body).as_bytes()).expect("a call");
    let Request::Upload { envelope, data_sequence, .. } = request else { panic!("an upload") };
    assert_eq!((envelope.info.as_str(), envelope.hash.as_str()), ("QQ==", "Qg=="));
    assert_eq!((envelope.encrypt_algorithm, envelope.hash_algorithm), (Some(1), Some(0)));
    assert_eq!((envelope.compression_format, data_sequence), (Some(0), Some(7)));
}

#[test]
fn what_is_missing_is_judged_as_empty() {
    let (_, request) = read(call("<isp_querybeianstatus/>").as_bytes()).expect("a call");
    assert_eq!(request.credentials().isp_id, None);
    assert_eq!(request.credentials().user_name, "");
    let Request::QueryBeianStatus { question, .. } = request else { panic!("a question") };
    assert_eq!((question.kind, question.condition.as_str()), (None, ""));
}

#[test]
fn a_document_type_and_its_entities_are_refused() {
    let laughs = "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    assert_eq!(refused(&format!("{laughs}{}", call("<isp_download/>"))), NoCall::DocumentType);
    let outside = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">";
    assert_eq!(refused(&format!("{outside}{}", call("<isp_download/>"))), NoCall::DocumentType);
    assert_eq!(refused(&call("<isp_download><userName>&b;</userName></isp_download>")), NoCall::DocumentType);
}

#[test]
fn what_is_no_call_says_so() {
    assert_eq!(read(&[0xFF]).err(), Some(NoCall::NoText));
    for no_envelope in [
        "",
        "text",
        "<a/>",
        "<Envelope/>",
        "<Envelope><Body/></Envelope>",
        "<Envelope><Body><isp_download/>",
        "<Envelope><Body><isp_download></Body></Envelope>",
        "<Envelope><Body><isp_download/><isp_upload/></Body></Envelope>",
        "<Envelope><Body><isp_download><userName><b/></userName></isp_download></Body></Envelope>",
        "<Envelope><Body><isp_download>text</isp_download></Body></Envelope>",
        "<Envelope><Body><isp_download/></Body></Envelope><Envelope/>",
    ] {
        assert_eq!(refused(no_envelope), NoCall::NoEnvelope, "{no_envelope}");
    }
    assert_eq!(refused(&call("<isp_delete/>")), NoCall::NoOperation(SoapVersion::One));
    let deep = format!("<Envelope><Header>{}", "<a>".repeat(40));
    assert_eq!(refused(&deep), NoCall::TooLarge);
    let wide = format!("<Envelope><Header>{}", "<a/>".repeat(300));
    assert_eq!(refused(&wide), NoCall::TooLarge);
}

#[test]
fn answers_hold_the_document_as_a_text() {
    let text = answer(SoapVersion::One, Operation::Download, "<return version=\"V.3.0\">&amp;</return>");
    assert!(
        text.contains("<return>&lt;return version=&quot;V.3.0&quot;&gt;&amp;amp;&lt;/return&gt;</return>")
    );
    assert!(fault(NoCall::NoEnvelope).contains("<faultcode>soap:Client</faultcode>"));
    assert!(fault(NoCall::NoOperation(SoapVersion::Two)).contains("<soap:Value>soap:Sender</soap:Value>"));
}

#[test]
fn every_operation_stands_in_one_wsdl_with_its_address() {
    let mut found = 0;
    for service in Service::ALL {
        let text = wsdl::write(service, "https://icp.example:8443");
        assert!(text.contains(&format!("location=\"https://icp.example:8443{}\"", service.path())));
        for operation in Operation::ALL {
            let stands = text.contains(&format!("<wsdl:operation name=\"{}\">", operation.name()));
            assert_eq!(stands, operation.service() == service, "{operation:?}");
            found += usize::from(stands);
        }
    }
    assert_eq!(found, Operation::ALL.len());
}
