//! Texts that no one wrote.
