//! What files, documents and table imports have each of their own: the requests of an upload.

use serde::Serialize;
use sim_core::{Endpoint, Result, object};

use super::transfer::{PartUrls, Transfer, UploadId, UploadToken};
use crate::Count;

/// A request that begins an upload, with the requests that follow it.
///
/// [`CreateFileUpload`](crate::files::CreateFileUpload),
/// [`CreateDocumentUpload`](crate::knowledge::CreateDocumentUpload) and
/// [`CreateTableImport`](crate::tables::CreateTableImport) are such requests.
pub trait BeginUpload: Endpoint + Clone {
    /// The request that asks where parts go.
    type Parts: Endpoint<Output = PartUrls>;
    /// The request that ends the upload.
    type Complete: Endpoint;
    /// The request that gives the upload up.
    type Abort: Endpoint;

    /// The largest content that the server takes, in bytes.
    const LARGEST: u64;

    /// Checks what the server would refuse, before anything is sent.
    ///
    /// # Errors
    ///
    /// Fails if the server would not take the request.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Returns the declared size in bytes, or `None` if the request uploads nothing.
    fn declared_size(&self) -> Option<u64>;

    /// Reads where the upload is, or `None` if the server wants no bytes.
    fn begun(answer: Self::Output) -> Option<UploadSession>;

    /// Asks where the parts with these numbers go.
    fn parts(&self, session: &UploadSession, numbers: Vec<Count>) -> Self::Parts;

    /// Says that all bytes are there.
    fn complete(&self, session: &UploadSession) -> Self::Complete;

    /// Tells the server to forget the upload.
    fn abort(&self, session: &UploadSession) -> Self::Abort;
}

object! {
    /// An upload that has begun. Store it to go on with the upload in another process, within a day.
    ///
    /// It holds a token and signed addresses: keep it like a password. `Debug` does not show them.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    #[non_exhaustive]
    pub struct UploadSession {
        /// The id of the upload.
        pub id: UploadId = "id",
        /// Proves who began the upload.
        pub token: UploadToken = "token",
        /// Where the bytes go.
        pub transfer: Transfer = "transfer",
        /// The number of the first parts that the server has, without a gap; 1 if it has content that goes as a whole. Parts
        /// are numbered from 1.
        pub parts_done: u64 = "parts_done",
    }
}

impl UploadSession {
    pub(crate) fn new(id: UploadId, token: UploadToken, transfer: Transfer) -> Self {
        Self { id, token, transfer, parts_done: 0 }
    }
}

/// Gives a request that begins an upload the method that makes the whole upload, and names its type.
macro_rules! begins {
    ($(#[$doc:meta])* $begin:ident; $(#[$type_doc:meta])* $uploading:ident) => {
        impl $begin {
            $(#[$doc])*
            ///
            /// # Errors
            ///
            /// Fails if the request uploads nothing, if the content is not as large as it says, or if it cannot be built.
            pub fn upload(
                self,
                api: &sim_core::Api,
                content: impl sim_core::transport::Source,
            ) -> sim_core::Result<$uploading> {
                $crate::upload::Upload::new(api, self, content)
            }
        }

        $(#[$type_doc])*
        pub type $uploading = $crate::upload::Upload<$begin>;
    };
}

/// Says which requests ask for parts and end the upload. They repeat the named fields of the first request before the id.
macro_rules! follows {
    ($parts:ident, $complete:ident $(, $field:ident)*) => {
        type Parts = $parts;
        type Complete = $complete;

        fn parts(&self, at: &UploadSession, numbers: Vec<$crate::Count>) -> $parts {
            let token = at.token.clone();
            $parts::new($(&self.$field,)* at.id.as_str(), &self.workspace, token, numbers)
        }

        fn complete(&self, at: &UploadSession) -> $complete {
            $complete::new($(&self.$field,)* at.id.as_str(), &self.workspace, at.token.clone())
        }
    };
}

pub(crate) use {begins, follows};
