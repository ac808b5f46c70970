//! Enums that have one text each, in the database and on the wire.

/// A text that is none of an enum's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no {noun}; expected one of {expected}")]
pub struct BadText {
    pub noun: &'static str,
    pub found: String,
    pub expected: &'static str,
}

/// Gives an enum its stable texts: `as_str`, `Display`, `FromStr`.
#[macro_export]
macro_rules! text_enum {
    ($type:ident, $noun:literal { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl $type {
            /// The stable text of this value.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::BadText;

            fn from_str(text: &str) -> Result<Self, $crate::BadText> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::BadText {
                        noun: $noun,
                        found: text.chars().take(60).collect(),
                        expected: concat!($($text, " "),+).trim_ascii_end(),
                    }),
                }
            }
        }
    };
}
