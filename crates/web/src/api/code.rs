//! The public error codes, each with its HTTP status. `docs/errors/` has a page for every one.

use axum::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $wire:literal, $status:ident;)+) => {
        /// What went wrong, as programs are told.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum ErrorCode { $($(#[$doc])* $variant,)+ }

        impl ErrorCode {
            /// Every code, in the order of `docs/errors/README.md`.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)+ }
            }

            /// Its page of `docs/errors/`, Markdown in Chinese and English.
            pub const fn document(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../../../../docs/errors/", $wire, ".md")),)+
                }
            }

            /// The HTTP status that an answer with this code has.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }
        }
    };
}

codes! {
    /// The body is not one whole JSON document.
    Body = "InvalidParameter.Body", BAD_REQUEST;
    /// A member or query parameter that nobody knows.
    UnknownMember = "InvalidParameter.UnknownMember", BAD_REQUEST;
    /// A member of the wrong JSON type.
    Type = "InvalidParameter.Type", BAD_REQUEST;
    /// Something required is not there.
    Missing = "InvalidParameter.Missing", BAD_REQUEST;
    /// No mainland mobile number (WHO-07).
    Phone = "InvalidParameter.Phone", UNPROCESSABLE_ENTITY;
    /// No usable document.
    Document = "InvalidParameter.Document", UNPROCESSABLE_ENTITY;
    /// No province of the mainland.
    Province = "InvalidParameter.Province", UNPROCESSABLE_ENTITY;
    /// No kind of filing.
    Kind = "InvalidParameter.Kind", UNPROCESSABLE_ENTITY;
    /// No domain name.
    Domain = "InvalidParameter.Domain", UNPROCESSABLE_ENTITY;
    /// A reference that leads nowhere.
    Reference = "InvalidParameter.Reference", UNPROCESSABLE_ENTITY;
    /// A value that is not accepted.
    Value = "InvalidParameter.Value", UNPROCESSABLE_ENTITY;
    /// The file as a whole cannot be taken in (PRO-04).
    File = "InvalidParameter.File", UNPROCESSABLE_ENTITY;
    /// Rows of the file are faulty; nothing was filed (PRO-04).
    Rows = "InvalidParameter.Rows", UNPROCESSABLE_ENTITY;
    /// `Idempotency-Key` is missing or unusable.
    IdempotencyKey = "InvalidParameter.IdempotencyKey", BAD_REQUEST;
    /// A cursor or a limit that cannot be used.
    Cursor = "InvalidParameter.Cursor", BAD_REQUEST;
    /// The entity has an open filing (FIL-10).
    EntityHasOpenFiling = "Conflict.EntityHasOpenFiling", CONFLICT;
    /// The entity is in the registry already.
    EntityRegistered = "Conflict.EntityRegistered", CONFLICT;
    /// The provider has used the number before.
    OrderNumber = "Conflict.OrderNumber", CONFLICT;
    /// The filing's state does not allow it.
    State = "Conflict.State", CONFLICT;
    /// Another service has the domain in the registry.
    DomainTaken = "Conflict.Domain", CONFLICT;
    /// Not the phone on record (WHO-04).
    PhoneOnRecord = "Conflict.PhoneOnRecord", CONFLICT;
    /// The registry's accesses contradict the filing (FIL-13).
    Access = "Conflict.Access", CONFLICT;
    /// More rounds or numbers than an id can hold.
    Exhausted = "Conflict.Exhausted", CONFLICT;
    /// The first request with this key is still running.
    IdempotencyRunning = "Conflict.IdempotencyRunning", CONFLICT;
    /// The key was used with another body.
    IdempotencyReused = "Conflict.IdempotencyReused", UNPROCESSABLE_ENTITY;
    /// The provider has as many endpoints as it may.
    WebhookEndpoints = "Conflict.WebhookEndpoints", CONFLICT;
    /// The endpoint is switched off.
    WebhookOff = "Conflict.WebhookEndpointOff", CONFLICT;
    /// Another reviewer has it (REV-01).
    Claimed = "Conflict.Claimed", CONFLICT;
    /// `If-Match` is missing.
    IfMatch = "PreconditionRequired.IfMatch", PRECONDITION_REQUIRED;
    /// The filing has changed since it was read.
    Version = "PreconditionFailed.Version", PRECONDITION_FAILED;
    /// No such filing, or not the caller's.
    FilingNotFound = "ResourceNotFound.Filing", NOT_FOUND;
    /// No such file of filings, or not the caller's.
    BulkNotFound = "ResourceNotFound.BulkJob", NOT_FOUND;
    /// No such endpoint for webhooks, or not the caller's.
    EndpointNotFound = "ResourceNotFound.WebhookEndpoint", NOT_FOUND;
    /// No such delivery, or not the caller's.
    DeliveryNotFound = "ResourceNotFound.WebhookDelivery", NOT_FOUND;
    /// No such address.
    RouteNotFound = "ResourceNotFound.Route", NOT_FOUND;
    /// No key, or an unknown one.
    Key = "AuthFailure.Key", UNAUTHORIZED;
    /// The signature does not hold, or not all of it is there.
    Signature = "AuthFailure.Signature", UNAUTHORIZED;
    /// The time of the request is too far from the server's.
    Timestamp = "AuthFailure.Timestamp", UNAUTHORIZED;
    /// The nonce was used before.
    Nonce = "AuthFailure.Nonce", UNAUTHORIZED;
    /// The key may not do this.
    Scope = "AuthFailure.Scope", FORBIDDEN;
    /// The key is not used from there.
    Address = "AuthFailure.Address", FORBIDDEN;
    /// A key of another role or province.
    Role = "AuthFailure.Role", FORBIDDEN;
    /// Too many requests.
    Rate = "LimitExceeded.Rate", TOO_MANY_REQUESTS;
    /// Too many messages to one phone, or reports naming it (RES-07).
    PhoneMessages = "LimitExceeded.PhoneMessages", TOO_MANY_REQUESTS;
    /// Too many files of the provider are under way (PRO-04).
    BulkJobs = "LimitExceeded.BulkJobs", TOO_MANY_REQUESTS;
    /// A body over the limit.
    BodySize = "LimitExceeded.BodySize", PAYLOAD_TOO_LARGE;
    /// Another method.
    Method = "MethodNotAllowed", METHOD_NOT_ALLOWED;
    /// Another media type.
    MediaType = "UnsupportedMediaType", UNSUPPORTED_MEDIA_TYPE;
    /// A host that is none of this server's.
    Misdirected = "MisdirectedRequest", MISDIRECTED_REQUEST;
    /// Too many commands are waiting.
    Busy = "Unavailable.Busy", SERVICE_UNAVAILABLE;
    /// The database cannot be written.
    Storage = "Unavailable.Storage", SERVICE_UNAVAILABLE;
    /// What must not happen.
    Internal = "Internal", INTERNAL_SERVER_ERROR;
}

impl ErrorCode {
    /// The key of its title among the problems' texts.
    pub fn title_key(self) -> String {
        format!("title-{}", self.as_str().replace('.', "-"))
    }

    /// The code of this name on the wire.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::ErrorCode;

    fn ours() -> BTreeMap<String, u16> {
        ErrorCode::ALL.iter().map(|code| (code.as_str().to_owned(), code.status().as_u16())).collect()
    }

    /// The codes of the pages under `docs/errors/`, each with the status it states.
    fn pages() -> BTreeMap<String, u16> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
        let mut found = BTreeMap::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let code = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if code == "README" {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.starts_with(&format!("# {code}\n")), "{code} has another heading");
            let status = text.lines().find_map(|line| line.strip_prefix("HTTP ")?.get(..3)?.parse().ok());
            found.insert(code, status.unwrap());
        }
        found
    }

    #[test]
    fn every_code_has_its_page_with_its_status_and_no_page_is_left_over() {
        assert_eq!(ours(), pages());
    }

    #[test]
    fn the_table_of_codes_lists_them_all_in_order() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors/README.md");
        let text = std::fs::read_to_string(path).unwrap();
        let rows = text.lines().filter_map(|line| {
            let (code, rest) = line.strip_prefix("| [`")?.split_once("`](")?;
            let status: u16 = rest.split(" | ").nth(1)?.parse().ok()?;
            Some((code.to_owned(), status))
        });
        let listed: Vec<_> = rows.collect();
        let ours = ErrorCode::ALL.iter().map(|code| (code.as_str().to_owned(), code.status().as_u16()));
        assert_eq!(listed, ours.collect::<Vec<_>>());
    }
}
