//! What both sides of a line know and nobody else.

use zeroize::Zeroizing;

/// The shared secret. Prints as nothing.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// From its text.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Its octets.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}
