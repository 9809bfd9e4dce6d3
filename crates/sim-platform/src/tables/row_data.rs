//! The values of a row, as JSON or as a struct of one's own.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::macros::json_params;
use crate::sorted;

/// The values of a row by the names of their columns.
///
/// # Examples
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use sim_platform::tables::RowData;
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Order {
///     customer: String,
///     total: f64,
/// }
///
/// let order = Order { customer: "Ann".into(), total: 12.5 };
/// let row = RowData::of(&order)?;
/// assert_eq!(row.0["customer"], "Ann");
/// assert_eq!(row.read::<Order>()?, order);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowData(#[serde(serialize_with = "sorted::map")] pub Map<String, Value>);

json_params!(RowData);

impl RowData {
    /// Creates the values of a row from a struct or a map.
    ///
    /// # Errors
    ///
    /// Fails if `row` does not serialise to a JSON object.
    pub fn of<T: Serialize>(row: &T) -> serde_json::Result<Self> {
        serde_json::from_value(serde_json::to_value(row)?).map(Self)
    }

    /// Creates the values of several rows.
    ///
    /// # Errors
    ///
    /// Fails if one of them does not serialise to a JSON object.
    pub fn of_all<'a, T: Serialize + 'a>(
        rows: impl IntoIterator<Item = &'a T>,
    ) -> serde_json::Result<Vec<Self>> {
        rows.into_iter().map(Self::of).collect()
    }

    /// Reads the values into a struct. A column without a value is absent or `null`.
    ///
    /// # Errors
    ///
    /// Fails if a value does not fit.
    pub fn read<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        T::deserialize(&self.0)
    }
}

impl From<Map<String, Value>> for RowData {
    fn from(values: Map<String, Value>) -> Self {
        Self(values)
    }
}

impl<K: Into<String>, V: Into<Value>, const LEN: usize> From<[(K, V); LEN]> for RowData {
    fn from(values: [(K, V); LEN]) -> Self {
        Self(values.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}
