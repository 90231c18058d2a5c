//! Every page: its path, its title and its entry in the rail. The one list that the router, the rail, the palette and the
//! keyboard read.

use crate::kit::icon::Glyph;

/// One page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    Overview,
    Devices,
    Integrations,
    Activity,
}

impl Route {
    /// Every page, in the order of the rail.
    pub const ALL: &'static [Self] = &[Self::Overview, Self::Devices, Self::Integrations, Self::Activity];

    /// The path in a link.
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Devices => "/devices",
            Self::Integrations => "/integrations",
            Self::Activity => "/activity",
        }
    }

    /// The name for a person.
    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Devices => "Devices",
            Self::Integrations => "Integrations",
            Self::Activity => "Activity",
        }
    }

    /// The picture in the rail.
    pub fn glyph(self) -> Glyph {
        match self {
            Self::Overview => Glyph::Overview,
            Self::Devices => Glyph::Device,
            Self::Integrations => Glyph::Plug,
            Self::Activity => Glyph::Activity,
        }
    }
}
