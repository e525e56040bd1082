//! How to reach the access provider (PRO-06).

/// The provider's support contact, shown wherever a person is told to ask the provider (PRO-06; S3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderContact {
    /// The provider's name.
    pub name: String,
    /// Telephone number of its support, as people write it.
    pub phone: Option<String>,
    /// `https://` address of its support page.
    pub link: Option<String>,
    /// When support answers, in words.
    pub hours: Option<String>,
}

impl ProviderContact {
    /// The number for a `tel:` link: digits and a leading plus.
    pub(super) fn dial(&self) -> String {
        self.phone
            .iter()
            .flat_map(|phone| phone.chars())
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect()
    }

    /// The link, if it is one that may stand in a page: anything but http(s) is left out, so that no address that
    /// the provider typed can run as a script.
    pub(super) fn safe_link(&self) -> Option<&str> {
        self.link.as_deref().filter(|link| link.starts_with("https://") || link.starts_with("http://"))
    }
}
