//! Query parameters: each once, none unknown, read into their type.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::value::MapDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::problem::{Problem, fields, shortened};

/// The query of a request.
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or_default()).map(Params)
    }
}

type ReadError = serde::de::value::Error;

fn read<'q, T: Deserialize<'q>>(query: &'q str) -> Result<T, Problem> {
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decode(name)?, Part(decode(value)?)));
    }
    let reader = MapDeserializer::<_, ReadError>::new(pairs.iter().cloned());
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let name = error.path().to_string();
        let value = pairs.iter().find(|(given, _)| *given == name).map(|(_, Part(value))| shortened(value));
        fields::in_query(error.path(), &error.inner().to_string(), value)
    })
}

/// Decodes `%41` and `+`.
fn decode(text: &str) -> Result<Cow<'_, str>, Problem> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, hex_pair(tail)) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'+', _) => bytes.push(b' '),
            (other, _) => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "invalid_utf8",
            format!("the query is not UTF-8: {}", shortened(text)),
        )
    })
}

fn hex_pair(text: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
    Some(digit(text.first()?)? * 16 + digit(text.get(1)?)?)
}

/// The text of one parameter, from which numbers, booleans and words are read.
#[derive(Clone)]
struct Part<'q>(Cow<'q, str>);

impl<'q> IntoDeserializer<'q, ReadError> for Part<'q> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty, $expected:literal;)*) => {$(
        fn $method<V: Visitor<'q>>(self, visitor: V) -> Result<V::Value, ReadError> {
            match self.0.parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Error::custom(concat!("expected ", $expected))),
            }
        }
    )*};
}

impl<'q> Deserializer<'q> for Part<'q> {
    type Error = ReadError;

    parsed! {
        deserialize_u64 visit_u64 u64, "a whole number";
        deserialize_bool visit_bool bool, "true or false";
    }

    fn deserialize_any<V: Visitor<'q>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_option<V: Visitor<'q>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'q>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.0.into_deserializer().deserialize_enum(name, variants, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'q>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        <W: Visitor<'q>>
        i8 i16 i32 i64 u8 u16 u32 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::SkuText;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        sku: Option<SkuText>,
        limit: Option<u64>,
        low: Option<bool>,
    }

    #[test]
    fn parameters_are_decoded_and_typed() {
        let filter: Filter = read("sku=A%2BB+1&limit=7&low=true").unwrap();
        assert_eq!(filter.sku.unwrap().0.as_str(), "A+B 1");
        assert_eq!((filter.limit, filter.low), (Some(7), Some(true)));
        assert!(read::<Filter>("").unwrap().sku.is_none());
    }

    #[test]
    fn wrong_parameters_are_named() {
        for (query, code) in [
            ("limit=many", "invalid_field"),
            ("limit=-1", "invalid_field"),
            ("limit=", "invalid_field"),
            ("limit=1&limit=2", "duplicate_field"),
            ("lmit=1", "unknown_field"),
            ("sku=a/b", "invalid_sku"),
            ("sku=%FF", "invalid_utf8"),
        ] {
            assert_eq!(read::<Filter>(query).unwrap_err().code(), code, "{query}");
        }
    }
}
