//! The script that captures tables on a device: a folder with one file for each, which `read_folder` reads. A table whose query
//! failed leaves no file, for an empty one would say that there are no rows.

use crate::Catalogue;
use domain::OsqueryPlatform;

/// One table to capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptTable {
    pub table: String,
    /// A condition, for tables that answer only for what they are asked: `path = '/etc/hosts'`.
    pub condition: Option<String>,
}

/// The script: sh on macOS and Linux, PowerShell (5.1 and 7) on Windows. It uses Okta Verify's osquery where there is one, else the
/// one that is installed, and has to be run as root or administrator. It writes into the folder `postern-capture` beside itself.
/// A name that osquery does not have is left out, and so is a condition that is more than one line.
pub fn capture_script(platform: OsqueryPlatform, tables: &[ScriptTable]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for table in tables {
        let Some(known) = Catalogue::shipped().table(&table.table) else { continue };
        let condition = table.condition.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if condition.is_some_and(|text| text.contains(['\n', '\r', '\0'])) {
            continue;
        }
        let query = match condition {
            Some(condition) => format!("SELECT * FROM {} WHERE {condition};", known.name),
            None => format!("SELECT * FROM {};", known.name),
        };
        lines.push(if platform == OsqueryPlatform::Windows {
            format!("Capture '{}' '{}'", known.name, for_powershell(&query))
        } else {
            format!("capture {} '{}'", known.name, query.replace('\'', r"'\''"))
        });
    }
    let frame = if platform == OsqueryPlatform::Windows { POWERSHELL } else { SH };
    frame.replace("@TABLES@", &lines.join("\n"))
}

/// Inside single quotes, where PowerShell takes five characters for one.
fn for_powershell(text: &str) -> String {
    let quotes = ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'];
    text.chars().flat_map(|c| std::iter::repeat_n(c, 1 + usize::from(quotes.contains(&c)))).collect()
}

const SH: &str = r#"#!/bin/sh
# Captures osquery tables into ./postern-capture, one JSON file each. Run it as root: sudo sh capture.sh
set -u
osquery=
for place in \
    "/Applications/Okta Verify.app/Contents/XPCServices/OktaAuthenticationService.xpc/Contents/Resources/osqueryd" \
    "/Applications/Okta Verify.app/Contents/XPCServices/OSQueryService.xpc/Contents/Resources/osqueryd" \
    "$(command -v osqueryd)" "$(command -v osqueryi)" /opt/osquery/lib/osquery.app/Contents/MacOS/osqueryd /opt/osquery/bin/osqueryd
do
    if [ -x "$place" ]; then osquery=$place; break; fi
done
if [ -z "$osquery" ]; then echo "No osquery was found on this device." >&2; exit 1; fi
mkdir -p postern-capture || exit 1
capture() {
    if "$osquery" --S --json "$2" > "postern-capture/$1.part"; then
        mv "postern-capture/$1.part" "postern-capture/$1.json"
    else
        rm -f "postern-capture/$1.part"
        echo "$1 was not captured." >&2
    fi
}
@TABLES@
"#;

const POWERSHELL: &str = r#"# Captures osquery tables into .\postern-capture, one JSON file each. Run it as administrator.
$osquery = @(
    'C:\Program Files\Okta\Services\Authenticator Service\osqueryi.exe',
    'C:\Program Files\osquery\osqueryi.exe'
) | Where-Object { Test-Path -LiteralPath $_ } | Select-Object -First 1
if (-not $osquery) { Write-Error 'No osquery was found on this device.'; exit 1 }
# osquery writes UTF-8; without this, letters beyond ASCII would be garbled on their way.
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
$folder = Join-Path (Get-Location) 'postern-capture'
New-Item -ItemType Directory -Force -Path $folder | Out-Null
function Capture($table, $query) {
    if (-not $PSNativeCommandArgumentPassing -or $PSNativeCommandArgumentPassing -eq 'Legacy') {
        $query = $query -replace '(\\*)"', '$1$1\"'
    }
    $rows = & $osquery --S --json $query
    if ($LASTEXITCODE -eq 0) {
        [IO.File]::WriteAllLines((Join-Path $folder "$table.json"), [string[]]$rows)
    } else {
        Write-Warning "$table was not captured."
    }
}
@TABLES@
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use OsqueryPlatform::{Macos, Windows};

    fn table(name: &str, condition: Option<&str>) -> ScriptTable {
        ScriptTable { table: name.into(), condition: condition.map(str::to_owned) }
    }

    #[test]
    fn each_table_is_a_line_quoted_for_its_shell() {
        let check = |platform, name: &str, condition: Option<&str>, want: Option<&str>| {
            let script = capture_script(platform, &[table(name, condition)]);
            let found = script.lines().last().filter(|line| line.to_lowercase().starts_with("capture "));
            assert_eq!(found, want, "{name} {condition:?}");
        };
        check(Macos, "ALF", None, Some("capture alf 'SELECT * FROM alf;'"));
        check(
            Macos,
            "file",
            Some("path = '/it''s $HOME'"),
            Some(r"capture file 'SELECT * FROM file WHERE path = '\''/it'\'''\''s $HOME'\'';'"),
        );
        check(
            Windows,
            "registry",
            Some("path = 'HKEY_USERS\\’$x'"),
            Some("Capture 'registry' 'SELECT * FROM registry WHERE path = ''HKEY_USERS\\’’$x'';'"),
        );
        check(Macos, "file", Some("path = '\n'"), None);
        check(Macos, "x; rm -rf /", None, None);
    }

    /// With a stand-in for osquery on the search path, and read back.
    #[cfg(unix)]
    #[test]
    fn the_script_captures_what_the_reader_reads() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("osqueryd");
        let text = "#!/bin/sh\ncase \"$3\" in\n*gatekeeper*) printf '[\\n\\n]\\n'; echo 'Error: no' >&2; exit 1;;\n\
                    *\"it's\"*) printf '[\\n  {\"path\":\"/it'\"'\"'s\"}\\n]\\n';;\n*) printf '[\\n\\n]\\n';;\nesac\n";
        std::fs::write(&program, text).expect("written");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("set");
        let tables = [table("alf", None), table("gatekeeper", None), table("plist", Some("path = '/it''s'"))];
        let tables = tables
            .map(|table| ScriptTable { condition: table.condition.map(|c| c.replace("''", "'")), ..table });
        let script = capture_script(Macos, &tables);
        let path = std::env::join_paths(
            std::iter::once(folder.path().to_owned())
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
        );
        let run = std::process::Command::new("sh")
            .arg("-c")
            .arg(&script)
            .current_dir(folder.path())
            .env("PATH", path.expect("a path"))
            .output()
            .expect("sh runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let mut states = Vec::new();
        let options = crate::capture::ReadOptions::default();
        let captured = folder.path().join("postern-capture");
        let report = crate::capture::read_folder(&captured, &options, |state| states.push(state));
        assert_eq!(report.expect("read").states, 1);
        let tables = &states[0].tables;
        assert_eq!(tables.keys().collect::<Vec<_>>(), ["alf", "plist"], "what failed is not there");
        assert!(tables["alf"].rows.is_empty());
        assert_eq!(tables["plist"].rows[0]["path"].as_deref(), Some("/it's"));
    }
}
