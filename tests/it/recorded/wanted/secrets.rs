//! What is expected of the recordings of secrets.

use crate::recorded::want::Row;
use crate::recorded::want::Want::Gives;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    // GET /api/v2/secrets
    ("v2-secrets", Gives(&[("/data", "[]")])),
    // DELETE /api/v2/secrets/{name}
    ("v2-secret-delete", Gives(&[("/name", "MY_SECRET"), ("/deleted", "true"), ("/scope", "workspace")])),
    // PUT /api/v2/secrets/{name}
    ("v2-secret-put", Gives(&[("/name", "MY_SECRET"), ("/scope", "workspace"), ("/role", "admin")])),
];
