//! Made-up names: nothing of an original is left, the same one always becomes the same, and everything else stays.

use bundle::{Key, Kind, Masks, Pseudonyms};

const PERSON: &str = r#"{"id":"00u4nw7person0001d7","status":"ACTIVE","profile":{"firstName":"Zoë","lastName":"O'Neill","displayName":"Zoë O'Neill",
    "login":"zoe.oneill@northwind.example","email":"z@northwind.example","mobilePhone":"+43 660 1234567","title":"Engineer","department":"Finance",
    "employeeNumber":"E-77","favouriteColour":"teal-ish"},"_links":{"self":{"href":"https://x/api/v1/users/00u4nw7person0001d7"}}}"#;
const DEVICE: &str = r#"{"device":{"id":"guo4nw7device00001d7","profile":{"displayName":"ZOE-MBP","platform":"MACOS","serialNumber":"C02XK1","udid":"00008110-AA","osVersion":"15.6.1",
    "manufacturer":"Apple"}},"link":{"user":"00u4nw7person0001d7","name":"Zoë O'Neill","login":"zoe.oneill@northwind.example"}}"#;
const EVENT: &str = r#"{"uuid":"0b57fb29-38dc-11f1-9c2f-0242ac120002","eventType":"user.session.start","displayMessage":"Zoë O'Neill signed in from ZOE-MBP",
    "actor":{"id":"00u4nw7person0001d7","type":"User","alternateId":"zoe.oneill@northwind.example","displayName":"Zoë O'Neill"},
    "client":{"ipAddress":"203.0.113.9","userAgent":{"rawUserAgent":"Chrome/120.0.0.0"},"geographicalContext":{"city":"Vienna","postalCode":"1010","geolocation":{"lat":48.2,"lon":16.4}}},
    "authenticationContext":{"externalSessionId":"trs-A_b1c2"},
    "target":[{"id":"0oa4nw7app000000001d7","type":"AppInstance","displayName":"Salesforce","alternateId":"Salesforce"},
        {"id":"guo4nw7device00001d7","type":"UDDevice","displayName":"ZOE-MBP","detailEntry":{"serial_number":"C02XK1"}}],
    "debugContext":{"debugData":{"requestUri":"/login?u=zoe.oneill%40northwind.example","dtHash":"abcdefgh12345678","risk":"{level=HIGH, reasons=New IP 203.0.113.9, seen by Zoë}",
        "device":"{\"device_name\":\"ZOE-MBP\",\"n\":1.50}"}}}"#;

/// Every original of the three above.
const ORIGINALS: &[&str] = &[
    "00u4nw7person0001d7",
    "guo4nw7device00001d7",
    "0oa4nw7app000000001d7",
    "Zoë",
    "zoë",
    "O'Neill",
    "zoe.oneill",
    "northwind.example",
    "z@",
    "1234567",
    "E-77",
    "teal-ish",
    "ZOE-MBP",
    "zoe-mbp",
    "C02XK1",
    "00008110-AA",
    "0b57fb29",
    "203.0.113.9",
    "1010",
    "48.2",
    "16.4",
    "trs-A_b1c2",
    "abcdefgh12345678",
];

fn masks(key: u8) -> Masks {
    let mut names = Pseudonyms::new(Key::new([key; 32]));
    [PERSON, DEVICE, EVENT].iter().for_each(|text| names.learn_json(text));
    names.masks()
}

#[test]
fn no_original_is_left_in_any_file() {
    let masks = masks(1);
    let note = "Called Zoë O'Neill (zoe.oneill@northwind.example, C02XK1) at 203.0.113.9; ZOE-MBP is theirs. ZOË O'NEILL agreed.";
    let svg = "<svg><text>Zoë O&apos;Neill</text></svg>";
    let all = [masks.json(PERSON), masks.json(DEVICE), masks.json(EVENT), masks.text(note), masks.text(svg)]
        .join("\n");
    for original in ORIGINALS {
        assert!(!all.contains(original), "{original} is left in\n{all}");
    }
    assert!(!all.to_lowercase().contains("o'neill") && !all.contains("O&apos;Neill"), "{all}");
}

#[test]
fn what_is_nobodys_stays() {
    let masks = masks(1);
    for kept in ["ACTIVE", "Engineer", "Finance"] {
        assert!(masks.json(PERSON).contains(kept), "{kept}");
    }
    let event = masks.json(EVENT);
    for kept in [
        "user.session.start",
        "Salesforce",
        "Vienna",
        "Chrome/120.0.0.0",
        "level=HIGH",
        r#""type":"User""#,
        r#"\"n\":1.50"#,
    ] {
        assert!(event.contains(kept), "{kept}: {event}");
    }
    let device = masks.json(DEVICE);
    assert!(device.contains(r#""osVersion":"15.6.1""#) && device.contains("Apple"), "{device}");
    assert!(serde_json::from_str::<serde_json::Value>(&event).is_ok());
}

#[test]
fn one_original_becomes_one_name_everywhere_and_another_under_another_key() {
    let (one, other) = (masks(1), masks(2));
    let name = one.text("Zoë O'Neill");
    assert!(name.starts_with("Person "), "{name}");
    assert_eq!(one.text("zoë o'neill"), name);
    assert!(one.json(PERSON).contains(&name) && one.json(EVENT).contains(&format!("{name} signed in")));
    assert_ne!(other.text("Zoë O'Neill"), name);
    let login = one.text("zoe.oneill@northwind.example");
    assert!(one.json(EVENT).matches(&login).count() >= 2, "also where it was written with %40");
    let address = one.text("203.0.113.9");
    assert!(
        address.parse::<std::net::IpAddr>().is_ok() && one.json(EVENT).matches(&address).count() == 2,
        "{address}"
    );
}

#[test]
fn a_name_that_is_a_word_spares_oktas_own_words() {
    let mut names = Pseudonyms::new(Key::new([1; 32]));
    names.learn(Kind::Name, "User Active");
    let masks = names.masks();
    let text = r#"{"type":"User","status":"Active","displayName":"User Active","x":"Active users"}"#;
    let masked = masks.json(text);
    assert!(masked.starts_with(r#"{"type":"User","status":"Active","displayName":"Person "#), "{masked}");
    assert!(masked.contains(" users") && !masked.contains("Active users"), "{masked}");
    assert_eq!(masks.text("Deactivated Users"), "Deactivated Users", "a part of a name stands alone");
}
