//! Enums that survive values nobody has seen yet. Okta adds enum values at any time, and a console that drops or refuses
//! an unknown one would show less than the org said.

/// Declares an enum of known wire names with an `Other` variant that keeps any other text as it came.
///
/// The wire name is what Okta's API sends, the label is what a person reads. `Other` is shown as its own text.
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $wire:literal, $label:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vmeta])* $variant,)+
            /// A value this version does not know, kept as it was sent.
            Other(Box<str>),
        }
        impl $name {
            /// Every value known today, in the order to show them.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)+];
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $wire,)+ Self::Other(text) => text }
            }
            /// The text for a person.
            pub fn label(&self) -> &str {
                match self { $(Self::$variant => $label,)+ Self::Other(text) => text }
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text { $($wire => Self::$variant,)+ other => Self::Other(other.into()) }
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("text")
                    }
                    fn visit_str<E>(self, text: &str) -> Result<$name, E> { Ok($name::from(text)) }
                }
                d.deserialize_str(Text)
            }
        }
    };
}
