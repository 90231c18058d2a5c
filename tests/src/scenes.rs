//! What is looked at: every page, theme, size and state. A new page adds its line to [`PAGES`], and is in every picture
//! and every accessibility check from then on.

/// A page: its name in file names, and its path.
pub const PAGES: &[(&str, &str)] = &[
    ("overview", "/"),
    ("devices", "/devices"),
    ("integrations", "/integrations"),
    ("devices-filtered", "/devices?platform=MACOS&where=%28os+%3C+26%29+or+%28off+users+%3E+1+or+unknown%29"),
    ("users", "/users"),
    ("posture", "/posture"),
    ("posture-library", "/posture?part=library&platform=windows"),
    ("posture-schema", "/posture?part=schema&platform=windows&table=registry"),
    ("posture-states", "/posture?part=states"),
    ("posture-readiness", "/posture?part=readiness"),
    ("log", "/log"),
    ("log-filtered", "/log?not.outcome=SUCCESS&off.event_type=user.session.*&last=30d"),
    ("triage", "/triage"),
    ("triage-all", "/triage?state=all"),
    ("triage-policies", "/triage?part=policies"),
    ("triage-report", "/triage?part=report&days=90"),
    ("cases", "/cases"),
    ("activity", "/activity"),
    ("activity-checks", "/activity?of=checks"),
    ("activity-containments", "/activity?of=containments"),
    ("logout", "/logout"),
    ("logout-runs", "/logout?part=runs"),
    ("logout-triggers", "/logout?part=triggers"),
    ("settings", "/settings"),
    ("devices-mistaken", "/devices?where=os+%3C+15.x"),
];
/// As `?theme=` takes them. Pictures are taken in the first two, checks run in all.
pub const THEMES: &[&str] = &["light", "dark", "contrast"];
/// Width and height in pixels.
pub const SIZES: &[(u32, u32)] = &[(1280, 800), (1920, 1080)];
/// What browser mode can bring a demo org into; see its `--state`.
pub const STATES: &[&str] = &["full", "empty", "error", "offline"];

/// A path with the theme asked for.
pub fn themed(path: &str, theme: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}theme={theme}")
}
