//! The few pictures the app uses, drawn on a 16 px grid with a 1.5 px line.

use leptos::prelude::*;

/// One picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    Overview,
    Device,
    Search,
    Filter,
    Columns,
    Close,
    Lock,
    Unlock,
    Org,
    Settings,
    Sync,
    Pause,
    Play,
    Theme,
    Keyboard,
    Up,
    Down,
    Copy,
    Link,
    Warning,
    Offline,
    Person,
    Check,
    Empty,
    Clock,
    Code,
    Plug,
    Question,
    Edit,
    View,
    Download,
    Activity,
    Undo,
    Flask,
    Shield,
    Door,
    List,
    Folder,
    Exclude,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Self::Overview => "M2.5 13.5h11M4 11V8M8 11V3.5M12 11V6",
            Self::Device => "M3.5 3.5h9v6.5h-9zM1.5 12.5h13",
            Self::Flask => {
                "M6 2.5h4M7 2.5v4L3.2 12.600a.6.6 0 0 0 .5.9h8.600a.6.6 0 0 0 .5-.9L9 6.500v-4M5 10h6"
            }
            Self::Shield => {
                "M8 2l5 1.800v4c0 3-2 5.200-5 6.200-3-1-5-3.200-5-6.200v-4zM8 5.500v3M8 10.700v.1"
            }
            Self::Door => "M6.500 2.500h-4v11h4M6.500 8h7M10.800 5.200L13.500 8l-2.700 2.800",
            Self::List => "M5.500 4h8M5.500 8h8M5.500 12h8M2.500 4h.01M2.500 8h.01M2.500 12h.01",
            Self::Exclude => {
                "M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11zM4.200 4.200l7.600 7.600"
            }
            Self::Folder => "M2 12.500v-9h4.200l1.500 2H14v7z",
            Self::Search => "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4l3.1 3.1",
            Self::Filter => "M2.5 4.5h11M4.5 8h7M6.5 11.5h3",
            Self::Columns => "M2.5 3.5h11v9h-11zM6.2 3.5v9M9.8 3.5v9",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Lock => "M4 7.5h8v5.5H4zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2",
            Self::Unlock => "M4 7.5h8v5.5H4zM5.5 7.5v-2a2.5 2.5 0 0 1 4.800-.9",
            Self::Org => "M3 13.5v-11h6v11M9 6.500h4v7M1.500 13.500h13M5 5.500h2M5 8h2M5 10.500h2",
            Self::Settings => {
                "M2.500 4.500h6M11.500 4.500h2M10 3v3M2.500 8h2M7.500 8h6M6 6.500v3M2.500 11.500h6M11.500 11.500h2M10 10v3"
            }
            Self::Sync => {
                "M13 6.5A5.3 5.3 0 0 0 3.4 5M3 9.5a5.3 5.3 0 0 0 9.6 1.5M3 2.5V5h2.5M13 13.5V11h-2.5"
            }
            Self::Pause => "M5.5 3.5v9M10.5 3.5v9",
            Self::Play => "M5 3.5v9l7-4.5z",
            Self::Theme => "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11",
            Self::Keyboard => "M1.5 4h13v8h-13zM4 6.7h.01M6.6 6.7h.01M9.3 6.7h.01M12 6.7h.01M5 9.4h6",
            Self::Up => "M4 10l4-4 4 4",
            Self::Down => "M4 6l4 4 4-4",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Link => {
                "M6.5 9.5l3-3M7 4.5l1.2-1.2a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5l-1.2 1.2a3 3 0 0 1-4.5-4.5L4.5 7"
            }
            Self::Warning => "M8 2.5l6 11H2zM8 6.5v3.5M8 11.9v.1",
            Self::Offline => {
                "M2 2l12 12M3.2 8.2A6.7 6.7 0 0 1 6 6.4M9.6 6.3a6.7 6.7 0 0 1 3.2 1.9M5.6 10.6a3.4 3.4 0 0 1 4 -.6M8 13v.1"
            }
            Self::Person => {
                "M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8zM3 13.5c.6-2.3 2.6-3.5 5-3.5s4.400 1.200 5 3.500"
            }
            Self::Edit => "M3 13l.6-2.800L10.800 3l2.200 2.200-7.200 7.200zM9.600 4.200l2.200 2.200",
            Self::View => "M4 2.500h8v11L8 10.500l-4 3z",
            Self::Download => "M8 2.500v7.500M4.800 7L8 10.200 11.200 7M2.500 13.500h11",
            Self::Check => "M3.500 8.500l3 3 6-7",
            Self::Clock => "M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM8 4.8V8l2.200 1.500",
            Self::Code => "M5.500 4.500L2 8l3.500 3.500M10.500 4.500L14 8l-3.500 3.500",
            Self::Plug => {
                "M5.500 1.800v3.400M10.500 1.800v3.400M3.500 5.200h9v2.300a4.500 4.500 0 0 1-9 0zM8 12v2.500"
            }
            Self::Question => "M5.500 6a2.500 2.500 0 1 1 3.600 2.200C8.300 8.600 8 9 8 9.800M8 12v.1",
            Self::Activity => "M2 8h2.500l2-4.500 3 9 2-4.500H14",
            Self::Undo => "M6 3.500L3 6.500l3 3M3 6.500h6.500a3.500 3.500 0 0 1 0 7H6.500",
            Self::Empty => "M2.500 9.500l2-6h7l2 6v4h-11zM2.500 9.500h3.200l.8 1.500h3l.8-1.500h3.200",
        }
    }
}

/// A picture that says nothing by itself: the words stand beside it or in a label.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=glyph.path()/></svg> }
}
