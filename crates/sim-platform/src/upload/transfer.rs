//! Where the bytes of an upload go, and how it stands.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sim_core::lenient as field;
use sim_core::{id, object, open_enum};

use crate::secret::secret;
use crate::{Count, SecretHeaders, SecretUrl, Size};

id! {
    /// Names the upload of a file or a document.
    UploadId
}

secret! {
    /// Proves that a caller began an upload. It works only with the API key that began it. `Debug` does not show it.
    UploadToken
}

impl fmt::Debug for UploadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where the bytes of an upload go.
///
/// Send no API key there, follow no redirect, and send exactly the headers that are listed. Any 2xx is success.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Transfer {
    /// All bytes go in one `PUT`.
    Put {
        /// The address that takes the bytes.
        url: SecretUrl,
        /// The headers that the `PUT` must have.
        headers: SecretHeaders,
        /// When the address stops working.
        #[serde(default, deserialize_with = "field::timestamp")]
        expires_at: Option<Timestamp>,
    },
    /// The bytes go in parts, numbered from 1. Ask for the addresses of up to 100 parts at once.
    Multipart {
        /// The size of every part but the last, in bytes.
        part_size: Size,
        /// The number of parts.
        part_count: Count,
    },
    /// A way that this version does not know.
    #[serde(other)]
    Other,
}

object! {
    /// The addresses of parts of an upload.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct PartUrls {
        /// One address for each part that was asked for.
        pub parts: Vec<PartUrl> = "parts",
    }
}

object! {
    /// Where one part of an upload goes, by `PUT`. A part may be sent again.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct PartUrl {
        /// The number of the part, from 1.
        pub part_number: Count = "partNumber",
        /// The address that takes the bytes.
        pub url: SecretUrl = "url",
        /// The headers that the `PUT` must have.
        pub headers: SecretHeaders = "headers",
        /// When the address stops working; ask for a new one then.
        pub expires_at: Option<Timestamp> = "expiresAt" as field::timestamp,
    }
}

open_enum! {
    /// The progress of an upload.
    UploadStatus {
        /// The session waits for bytes.
        Uploading = "uploading",
        /// The server puts the parts together.
        Completing = "completing",
        /// The server makes a file or a document of the bytes.
        Finalizing = "finalizing",
        /// The file or the document is there.
        Completed = "completed",
        /// The upload failed for good.
        Failed = "failed",
        /// The server removes what was sent.
        Aborting = "aborting",
        /// The caller gave the upload up.
        Aborted = "aborted",
        /// The session was not completed within a day.
        Expired = "expired",
    }
}

impl UploadStatus {
    /// Says whether nothing more will come of the upload. A word that is not known counts as no.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Aborted | Self::Expired)
    }
}
