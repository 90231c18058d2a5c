//! `device_integrator`: what vendors' plug-ins told through Okta Verify, in every notation that was seen in real logs, the
//! broken ones included.

use crate::world::device::Device;
use crate::world::hardware::Platform;
use serde_json::{Value, json};

/// The text for a managed device; which notation it has is part of the device's nature.
pub fn integrator(device: &Device) -> Value {
    let score = 55 + device.index % 45;
    let wall = if score < 60 { "POOR" } else { "GOOD" };
    let text = match (device.platform, device.index % 12) {
        // A plug-in that is missing leaves its vendor without values.
        (Platform::Windows, 0) => json!({ "WSC": {}, "CROWDSTRIKE": {} }).to_string(),
        (Platform::Windows, 1 | 2) => format!(
            "{{WSC={{antiVirus=GOOD, fireWall={wall}, userAccountControl=NOT_MONITORED}}, CROWDSTRIKE={{overall={score}, os={score}}}}}"
        ),
        // Cut off somewhere on its way.
        (Platform::Windows, 3) => format!("{{WSC={{antiVirus=GOOD, fireWall={wall}"),
        (Platform::Windows, 4 | 5) => json!({
            "WSC": { "antiVirus": "GOOD", "fireWall": wall },
            "CHROME": { "managedDevice": true, "browserVersion": "140.0.7339.80", "keyTrustLevel": "CHROME_BROWSER_HW_KEY" },
        })
        .to_string(),
        (Platform::Windows, _) => json!({
            "WSC": { "antiVirus": "GOOD", "fireWall": wall, "autoUpdateSettings": "GOOD" },
            "CROWDSTRIKE": { "overall": score, "os": score + 1, "sensor_config": score.saturating_sub(5) },
        })
        .to_string(),
        (Platform::Macos, 6) => format!("{{{{CROWDSTRIKE={{{{overall={score}}}, {{os={score}}}}}}}}}"),
        (Platform::Macos, _) => format!("{{CROWDSTRIKE: {{'overall':{score},'os':{score},'sensor_config':70}}}}"),
        (Platform::Android, _) => {
            "{AZT={playProtectVerdict=NO_ISSUES, deviceIntegrityLevel=MEETS_STRONG_INTEGRITY}}".to_owned()
        }
        (Platform::Ios, _) => return Value::Null,
    };
    Value::String(text)
}
