//! `heyan sms test`: one message over one route.

use clap::Parser as _;
use heyan::cli::{Cli, Command};
use heyan::commands::sms;
use heyan::failure::Failure;
use heyan_smpp::server::{Script, Treatment};

use heyan_cloud::Vendor;

use crate::cloud::{Played, template, texts};
use crate::house::House;
use crate::smpp::{Centre, every, line};

async fn test(house: &House, routes: &str, arguments: &[&str]) -> Result<(), Failure> {
    house.config(routes).unwrap_or_else(|failure| panic!("{failure}"));
    let file = house.data.path().join("heyan.toml").display().to_string();
    let words = [&["heyan", "sms", "test", "--config", &file], arguments].concat();
    let Command::Sms(arguments) = Cli::try_parse_from(words).unwrap().command else { panic!("heyan sms") };
    tokio::task::spawn_blocking(move || sms::run(&arguments.command)).await.unwrap()
}

/// What is said of the failure, and the exit code.
fn told(tested: Result<(), Failure>) -> (String, String) {
    let failure = tested.unwrap_err();
    (failure.what().to_owned(), format!("{:?}", failure.exit_code()))
}

const PHONE: &str = "15400000001";

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_delivers_passes_and_the_message_is_a_real_one_without_a_real_code() {
    let mut centre = Centre::play(Script::default()).await;
    let house = House::new();
    test(&house, &line("a", centre.address, ""), &["a", PHONE])
        .await
        .map_err(|failure| failure.what().to_owned())
        .unwrap();
    let (one, two) = (centre.submitted().await, centre.submitted().await);
    assert_eq!(one.destination.number, PHONE);
    let text = heyan_smpp::text::read(&one).unwrap() + &heyan_smpp::text::read(&two).unwrap();
    assert!(text.contains("000000"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_refuses_or_is_silent_fails_with_the_carrier_s_code_or_what_is_missing() {
    let house = House::new();
    let refuses = Treatment { result: 0x0B, ..Treatment::delivered() };
    let centre = Centre::play(every(1, refuses)).await;
    let (what, code) = told(test(&house, &line("a", centre.address, ""), &["a", PHONE]).await);
    assert_eq!(what, "refused with code 0x0b");
    assert_eq!(code, format!("{:?}", std::process::ExitCode::from(1)));
    let silent = Treatment { reports: Vec::new(), ..Treatment::delivered() };
    let centre = Centre::play(every(1, silent)).await;
    let (what, _) = told(test(&house, &line("a", centre.address, ""), &["a", PHONE, "--wait", "1"]).await);
    assert_eq!(what, "no receipt within 1 s");
    let nobody = "127.0.0.1:1".parse().unwrap();
    let (what, _) = told(test(&house, &line("a", nobody, ""), &["a", PHONE]).await);
    assert!(what.starts_with("the line is down: "), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_s_route_passes_when_the_message_is_accepted_and_fails_without_its_template() {
    let house = House::new();
    let mut played = Played::play(Vendor::Tencent, |_| {}).await;
    let routes = crate::cloud::line(Vendor::Tencent, played.address, "");
    test(&house, &routes, &["a", PHONE]).await.map_err(|failure| failure.what().to_owned()).unwrap();
    let (_, sent) = played.submitted().await;
    assert_eq!((sent.phone.as_str(), sent.template.as_str()), (PHONE, "SMS_1"));
    let without = texts()
        .iter()
        .fold(routes.clone(), |routes, text| routes.replace(&template(Vendor::Tencent, text), ""));
    let other = template(Vendor::Tencent, "{code} {hours}");
    let (what, _) = told(test(&house, &(without + &other), &["a", PHONE]).await);
    assert_eq!(what, "refused with code TEMPLATE");
}

#[tokio::test]
async fn a_route_that_is_not_configured_is_wrong_usage() {
    let house = House::new();
    let routes = line("a", "127.0.0.1:1".parse().unwrap(), "");
    let (what, code) = told(test(&house, &routes, &["b", PHONE]).await);
    assert_eq!(what, "there is no route b");
    assert_eq!(code, format!("{:?}", std::process::ExitCode::from(2)));
    assert!(Cli::try_parse_from(["heyan", "sms", "test", "a", "12345"]).is_err(), "no phone");
}
