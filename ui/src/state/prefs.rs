//! Looks chosen on this machine: theme, density, columns, widths. Kept in the web view's own storage; nothing of an org is
//! in it: what is remembered per org stands under a number made from the org's name.

use crate::kit::keys;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
    Contrast,
}

impl Theme {
    /// Every choice.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Contrast];

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "Follow the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::Contrast => "High contrast",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(key.to_owned())).ok()
    }
}

/// How tall a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Density {
    Compact,
    #[default]
    Normal,
    Roomy,
}

impl Density {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Compact, Self::Normal, Self::Roomy];

    /// The name for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Compact => "Compact rows",
            Self::Normal => "Normal rows",
            Self::Roomy => "Roomy rows",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Normal => "normal",
            Self::Roomy => "roomy",
        }
    }

    /// Height of a row in pixels; the same as `--row` of the tokens.
    pub fn row(self) -> f64 {
        match self {
            Self::Compact => 28.0,
            Self::Normal => 36.0,
            Self::Roomy => 44.0,
        }
    }
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Looks {
    pub theme: Theme,
    pub density: Density,
    /// Keys of the columns shown on the Users page; `None` is the usual ones.
    pub user_columns: Option<Vec<String>>,
    /// Lists are tables of pages instead of grids, for those whom that helps.
    pub plain_tables: bool,
    /// How the table of devices is arranged, per org.
    device_tables: BTreeMap<String, TableLooks>,
    /// Single letters do nothing.
    pub letters_off: bool,
    /// Width of the detail pane in pixels.
    pub detail_width: Option<u32>,
    /// Times on the Log page are told in UTC instead of the machine's own zone.
    pub log_utc: bool,
    /// Which of the device pane's tabs was looked at last.
    pub device_tab: Option<String>,
}

/// How one table is arranged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct TableLooks {
    /// Keys of the columns shown, in their order; `None` is the usual ones.
    pub columns: Option<Vec<String>>,
    /// Keys of the columns that stay in sight; the first column always does.
    pub pinned: Vec<String>,
    /// Widths in pixels that somebody chose.
    pub widths: BTreeMap<String, u32>,
}

/// What an org's looks stand under.
fn number_of(org: &str) -> String {
    let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", org.bytes().fold(0xcbf2_9ce4_8422_2325, fnv))
}

impl Looks {
    /// How the table of an org's devices is arranged.
    pub fn devices(&self, org: &str) -> TableLooks {
        self.device_tables.get(&number_of(org)).cloned().unwrap_or_default()
    }

    /// Arranges it.
    pub fn arrange_devices(&mut self, org: &str, change: impl FnOnce(&mut TableLooks)) {
        change(self.device_tables.entry(number_of(org)).or_default());
    }

    /// Whether single letters act.
    pub fn letters_on(&self) -> bool {
        !self.letters_off
    }
}

const KEY: &str = "postern.looks";

/// The looks as a signal that saves itself and dresses the document.
#[derive(Clone, Copy)]
pub struct Prefs {
    looks: RwSignal<Looks>,
    /// Counts changes of the theme in force, for what is drawn with its colours.
    pub repaint: RwSignal<u64>,
}

impl Prefs {
    /// Reads what was saved; `?theme=` in the address wins for this run (screenshots use it).
    pub fn load() -> Self {
        let saved = storage().and_then(|s| s.get_item(KEY).ok().flatten());
        let mut looks: Looks = saved.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let asked =
            window().location().search().ok().and_then(|s| web_sys::UrlSearchParams::new_with_str(&s).ok());
        if let Some(theme) = asked.and_then(|p| p.get("theme")).and_then(|key| Theme::from_key(&key)) {
            looks.theme = theme;
        }
        let this = Self { looks: RwSignal::new(looks), repaint: RwSignal::new(0) };
        this.dress();
        this.follow_system();
        this
    }

    /// The looks, subscribed to.
    pub fn get(&self) -> Looks {
        self.looks.get()
    }

    /// Changes and keeps the looks.
    pub fn update(&self, change: impl FnOnce(&mut Looks)) {
        self.looks.update(change);
        self.dress();
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&*self.looks.read_untracked())) {
            // A full or forbidden storage loses the choice at the end of the run and nothing else.
            let _unsaved = storage.set_item(KEY, &text);
        }
    }

    fn dress(&self) {
        let looks = self.looks.get_untracked();
        let Some(root) = document().document_element() else { return };
        let theme = match looks.theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Contrast => "contrast",
            Theme::System if system("(prefers-contrast: more)") => "contrast",
            Theme::System if system("(prefers-color-scheme: dark)") => "dark",
            Theme::System => "light",
        };
        let _ = root.set_attribute("data-theme", theme);
        let _ = root.set_attribute("data-density", looks.density.key());
        let _ = root.set_attribute(keys::SWITCH, if looks.letters_on() { "on" } else { "off" });
        self.repaint.update(|n| *n += 1);
    }

    fn follow_system(&self) {
        use wasm_bindgen::prelude::*;
        let this = *self;
        for query in ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"] {
            if let Ok(Some(list)) = window().match_media(query) {
                let changed = Closure::<dyn FnMut()>::new(move || this.dress());
                let _ = list.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref());
                changed.forget();
                // The list must live as long as the page for its listener to be called.
                std::mem::forget(list);
            }
        }
    }
}

fn system(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
