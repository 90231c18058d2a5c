//! Every page: its path, its title and its entry in the rail. The one list that the router, the rail, the palette and the
//! keyboard read.

use crate::kit::icon::Glyph;

/// One page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    Overview,
    Triage,
    Devices,
    Users,
    Posture,
    Logout,
    Integrations,
    Log,
    Cases,
    Activity,
    Settings,
}

impl Route {
    /// The pages of the rail, in its order.
    pub const ALL: &'static [Self] = &[
        Self::Overview,
        Self::Triage,
        Self::Devices,
        Self::Users,
        Self::Posture,
        Self::Logout,
        Self::Integrations,
        Self::Log,
        Self::Cases,
    ];

    /// Those at the foot of the rail.
    pub const FOOT: &'static [Self] = &[Self::Activity, Self::Settings];

    /// The path in a link.
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Devices => "/devices",
            Self::Integrations => "/integrations",
            Self::Users => "/users",
            Self::Posture => "/posture",
            Self::Triage => "/triage",
            Self::Logout => "/logout",
            Self::Log => "/log",
            Self::Cases => "/cases",
            Self::Activity => "/activity",
            Self::Settings => "/settings",
        }
    }

    /// The name for a person.
    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Devices => "Devices",
            Self::Integrations => "Integrations",
            Self::Users => "Users",
            Self::Posture => "Posture",
            Self::Triage => "Triage",
            Self::Logout => "Logout & Apps",
            Self::Log => "Log",
            Self::Cases => "Cases",
            Self::Activity => "Activity",
            Self::Settings => "Settings",
        }
    }

    /// The picture in the rail.
    pub fn glyph(self) -> Glyph {
        match self {
            Self::Overview => Glyph::Overview,
            Self::Devices => Glyph::Device,
            Self::Integrations => Glyph::Plug,
            Self::Users => Glyph::Person,
            Self::Posture => Glyph::Flask,
            Self::Triage => Glyph::Shield,
            Self::Logout => Glyph::Door,
            Self::Log => Glyph::List,
            Self::Cases => Glyph::Folder,
            Self::Activity => Glyph::Activity,
            Self::Settings => Glyph::Settings,
        }
    }
}
