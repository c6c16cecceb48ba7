//! Fields that may be left out, which says nothing, or be `null`, which says "none".

use serde::{Deserialize, Deserializer};

/// Tells a field that is `null` from one that is left out.
///
/// # Errors
///
/// When the value is none of its type.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
