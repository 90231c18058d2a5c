//! Makes, models and operating system builds that exist. Data only.

use crate::seeded::Dice;

/// A platform by the Devices API's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Platform {
    Windows,
    Macos,
    Ios,
    Android,
}

impl Platform {
    /// The platform mix of the org, in per cent.
    pub const MIX: &[(u64, Self)] =
        &[(48, Self::Windows), (27, Self::Macos), (15, Self::Ios), (10, Self::Android)];

    /// `profile.platform`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Windows => "WINDOWS",
            Self::Macos => "MACOS",
            Self::Ios => "IOS",
            Self::Android => "ANDROID",
        }
    }

    /// `device.os_platform` of log events, which calls macOS differently.
    pub const fn log_name(self) -> &'static str {
        match self {
            Self::Macos => "OSX",
            other => other.name(),
        }
    }

    /// Phones and tablets.
    pub const fn is_mobile(self) -> bool {
        matches!(self, Self::Ios | Self::Android)
    }

    /// The models in use, with how common each is.
    pub const fn models(self) -> &'static [(u64, Model)] {
        match self {
            Self::Windows => WINDOWS,
            Self::Macos => MACOS,
            Self::Ios => IOS,
            Self::Android => ANDROID,
        }
    }

    /// The version ladders: each line is one release train, oldest first, with how many devices follow it. Windows 10
    /// hardware, say, never gets to 11.
    pub const fn trains(self) -> &'static [(u64, &'static [&'static str])] {
        match self {
            Self::Windows => WINDOWS_TRAINS,
            Self::Macos => MACOS_TRAINS,
            Self::Ios => IOS_TRAINS,
            Self::Android => ANDROID_TRAINS,
        }
    }
}

/// How serial numbers of a vendor look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serial {
    Apple,
    Dell,
    Lenovo,
    Hp,
    Surface,
    Vmware,
    /// Phones report none.
    None,
}

/// One model: make, model as reported, what people call it, shape of its serial numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Model {
    pub make: &'static str,
    pub model: &'static str,
    pub called: &'static str,
    /// The part that names of managed devices use: `NW-<tag>-0412`.
    pub tag: &'static str,
    pub serial: Serial,
}

const fn model(
    make: &'static str,
    model: &'static str,
    called: &'static str,
    tag: &'static str,
    serial: Serial,
) -> Model {
    Model { make, model, called, tag, serial }
}

const WINDOWS: &[(u64, Model)] = &[
    (22, model("Dell Inc.", "Latitude 7440", "Latitude 7440", "LAT", Serial::Dell)),
    (15, model("Dell Inc.", "Latitude 5540", "Latitude 5540", "LAT", Serial::Dell)),
    (6, model("Dell Inc.", "Precision 5680", "Precision", "PRE", Serial::Dell)),
    (5, model("Dell Inc.", "OptiPlex 7010", "OptiPlex", "OPT", Serial::Dell)),
    (18, model("LENOVO", "21HDCTO1WW", "ThinkPad T14", "TPT", Serial::Lenovo)),
    (9, model("LENOVO", "21KCCTO1WW", "ThinkPad X1 Carbon", "X1C", Serial::Lenovo)),
    (10, model("HP", "HP EliteBook 840 14 inch G10 Notebook PC", "EliteBook", "ELB", Serial::Hp)),
    (5, model("HP", "HP ProDesk 400 G9 Desktop Mini PC", "ProDesk", "PRD", Serial::Hp)),
    (4, model("Microsoft Corporation", "Surface Laptop 5", "Surface Laptop", "SFL", Serial::Surface)),
    (3, model("Microsoft Corporation", "Surface Pro 9", "Surface Pro", "SFP", Serial::Surface)),
    (3, model("VMware, Inc.", "VMware20,1", "virtual desktop", "VDI", Serial::Vmware)),
];

const MACOS: &[(u64, Model)] = &[
    (20, model("Apple", "Mac15,6", "MacBook Pro", "MBP", Serial::Apple)),
    (16, model("Apple", "Mac14,9", "MacBook Pro", "MBP", Serial::Apple)),
    (14, model("Apple", "Mac16,1", "MacBook Pro", "MBP", Serial::Apple)),
    (18, model("Apple", "Mac14,2", "MacBook Air", "MBA", Serial::Apple)),
    (14, model("Apple", "Mac15,12", "MacBook Air", "MBA", Serial::Apple)),
    (6, model("Apple", "MacBookPro17,1", "MacBook Pro", "MBP", Serial::Apple)),
    (4, model("Apple", "MacBookPro16,1", "MacBook Pro", "MBP", Serial::Apple)),
    (4, model("Apple", "Mac14,3", "Mac mini", "MMI", Serial::Apple)),
    (2, model("Apple", "Mac13,1", "Mac Studio", "MST", Serial::Apple)),
    (2, model("Apple", "iMac21,1", "iMac", "IMC", Serial::Apple)),
];

const IOS: &[(u64, Model)] = &[
    (18, model("Apple", "iPhone15,2", "iPhone", "IPH", Serial::None)),
    (18, model("Apple", "iPhone16,1", "iPhone", "IPH", Serial::None)),
    (16, model("Apple", "iPhone17,3", "iPhone", "IPH", Serial::None)),
    (14, model("Apple", "iPhone14,5", "iPhone", "IPH", Serial::None)),
    (8, model("Apple", "iPhone12,1", "iPhone", "IPH", Serial::None)),
    (8, model("Apple", "iPad13,18", "iPad", "IPD", Serial::None)),
    (6, model("Apple", "iPad14,3", "iPad Pro", "IPD", Serial::None)),
];

const ANDROID: &[(u64, Model)] = &[
    (20, model("samsung", "SM-S921B", "Galaxy S24", "AND", Serial::None)),
    (14, model("samsung", "SM-A546B", "Galaxy A54", "AND", Serial::None)),
    (8, model("samsung", "SM-X710", "Galaxy Tab S9", "TAB", Serial::None)),
    (18, model("Google", "Pixel 8", "Pixel 8", "AND", Serial::None)),
    (12, model("Google", "Pixel 9 Pro", "Pixel 9 Pro", "AND", Serial::None)),
    (5, model("Zebra Technologies", "TC58", "scanner", "ZEB", Serial::None)),
    (4, model("OnePlus", "CPH2581", "OnePlus 12", "AND", Serial::None)),
    (3, model("Xiaomi", "2311DRK48G", "POCO", "AND", Serial::None)),
];

const WINDOWS_TRAINS: &[(u64, &[&str])] = &[
    (
        58,
        &[
            "10.0.26100.3194",
            "10.0.26100.3476",
            "10.0.26100.3775",
            "10.0.26100.4061",
            "10.0.26100.4349",
            "10.0.26100.4652",
            "10.0.26100.4946",
            "10.0.26100.6584",
            "10.0.26200.6899",
            "10.0.26200.7171",
        ],
    ),
    (
        24,
        &[
            "10.0.22631.4890",
            "10.0.22631.5039",
            "10.0.22631.5189",
            "10.0.22631.5335",
            "10.0.22631.5472",
            "10.0.22631.5624",
            "10.0.22631.5768",
            "10.0.22631.5909",
            "10.0.22631.6060",
            "10.0.22631.6199",
        ],
    ),
    (
        16,
        &[
            "10.0.19045.5487",
            "10.0.19045.5608",
            "10.0.19045.5737",
            "10.0.19045.5854",
            "10.0.19045.5965",
            "10.0.19045.6093",
            "10.0.19045.6216",
            "10.0.19045.6332",
            "10.0.19045.6456",
            "10.0.19045.6456",
        ],
    ),
    (
        2,
        &[
            "10.0.17763.6893",
            "10.0.17763.7009",
            "10.0.17763.7136",
            "10.0.17763.7314",
            "10.0.17763.7434",
            "10.0.17763.7558",
            "10.0.17763.7678",
            "10.0.17763.7792",
            "10.0.17763.7919",
            "10.0.17763.8027",
        ],
    ),
];

const MACOS_TRAINS: &[(u64, &[&str])] = &[
    (72, &["15.0.1", "15.1.1", "15.2", "15.3.1", "15.3.2", "15.4.1", "15.5", "15.6", "15.6.1", "15.7.1"]),
    (18, &["14.6.1", "14.7", "14.7.1", "14.7.2", "14.7.3", "14.7.4", "14.7.5", "14.7.6", "14.7.7", "14.8.1"]),
    (7, &["13.6.9", "13.7", "13.7.1", "13.7.2", "13.7.3", "13.7.4", "13.7.5", "13.7.6", "13.7.7", "13.7.8"]),
    (
        3,
        &["12.7.4", "12.7.5", "12.7.6", "12.7.6", "12.7.6", "12.7.6", "12.7.6", "12.7.6", "12.7.6", "12.7.6"],
    ),
];

const IOS_TRAINS: &[(u64, &[&str])] = &[
    (78, &["18.0.1", "18.1.1", "18.2.1", "18.3.1", "18.3.2", "18.4.1", "18.5", "18.6", "18.6.2", "18.7.1"]),
    (
        16,
        &["17.6.1", "17.7", "17.7.1", "17.7.2", "17.7.3", "17.7.5", "17.7.6", "17.7.8", "17.7.9", "17.7.10"],
    ),
    (
        6,
        &[
            "16.7.8", "16.7.9", "16.7.10", "16.7.10", "16.7.10", "16.7.10", "16.7.11", "16.7.11", "16.7.11",
            "16.7.12",
        ],
    ),
];

const ANDROID_TRAINS: &[(u64, &[&str])] = &[
    (
        45,
        &[
            "15:2025-02-05",
            "15:2025-03-05",
            "15:2025-04-05",
            "15:2025-05-05",
            "15:2025-06-05",
            "16:2025-07-05",
            "16:2025-08-05",
            "16:2025-09-01",
            "16:2025-10-05",
            "16:2025-11-05",
        ],
    ),
    (
        35,
        &[
            "14:2024-12-05",
            "14:2025-01-05",
            "14:2025-03-05",
            "15:2025-04-05",
            "15:2025-05-05",
            "15:2025-06-05",
            "15:2025-07-05",
            "15:2025-09-01",
            "15:2025-09-01",
            "15:2025-10-05",
        ],
    ),
    (
        20,
        &[
            "12:2023-11-01",
            "13:2024-02-05",
            "13:2024-03-05",
            "13:2024-05-05",
            "13:2024-08-05",
            "13:2024-10-05",
            "13:2024-12-01",
            "13:2025-01-01",
            "13:2025-02-01",
            "13:2025-03-01",
        ],
    ),
];

/// A serial number in the vendor's shape.
pub fn serial(shape: Serial, dice: Dice, salt: u64) -> Option<String> {
    const BASE32: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTVWXYZ";
    const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRTUVWXY0123456789";
    const DIGITS: &[u8] = b"0123456789";
    const HEX: &[u8] = b"0123456789abcdef";
    Some(match shape {
        Serial::Apple if dice.chance(salt + 1, 400) => format!("C02{}", dice.text(salt, BASE32, 9)),
        Serial::Apple => dice.text(salt, BASE32, 10),
        Serial::Dell => dice.text(salt, UPPER, 7),
        Serial::Lenovo => format!("PF{}", dice.text(salt, UPPER, 6)),
        Serial::Hp => format!("5CG{}", dice.text(salt, UPPER, 7)),
        Serial::Surface => format!("0{}", dice.text(salt, DIGITS, 11)),
        Serial::Vmware => {
            let hex = dice.text(salt, HEX, 32);
            let pairs: Vec<&str> = (0..16).map(|i| &hex[2 * i..2 * i + 2]).collect();
            format!("VMware-{}-{}", pairs[..8].join(" "), pairs[8..].join(" "))
        }
        Serial::None => return None,
    })
}
