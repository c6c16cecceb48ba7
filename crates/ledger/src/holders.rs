//! Who has a name that one record alone may have. Two nodes may give it to two records apart: then the oldest record
//! holds it, and the others stand behind it until they change theirs.

use serde::{Deserialize, Serialize};

/// The records that have a name, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Form<T>", into = "Form<T>")]
pub struct Holders<T: Clone>(Vec<T>);

/// How that is stored: nearly always there is one.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form<T> {
    One(T),
    Several(Vec<T>),
}

impl<T: Clone> From<Form<T>> for Holders<T> {
    fn from(form: Form<T>) -> Holders<T> {
        match form {
            Form::One(holder) => Holders(vec![holder]),
            Form::Several(holders) => Holders(holders),
        }
    }
}

impl<T: Clone> From<Holders<T>> for Form<T> {
    fn from(Holders(mut holders): Holders<T>) -> Form<T> {
        match holders.len() {
            1 => Form::One(holders.remove(0)),
            _ => Form::Several(holders),
        }
    }
}

impl<T: Clone> Default for Holders<T> {
    fn default() -> Holders<T> {
        Holders(Vec::new())
    }
}

impl<T: Clone> FromIterator<T> for Holders<T> {
    fn from_iter<I: IntoIterator<Item = T>>(holders: I) -> Holders<T> {
        Holders(holders.into_iter().collect())
    }
}

impl<T: Clone> Holders<T> {
    /// The record that holds the name.
    pub fn first(&self) -> Option<&T> {
        self.0.first()
    }

    /// All of them.
    pub fn all(&self) -> &[T] {
        &self.0
    }

    /// Whether nobody has the name.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Clone + Ord> Holders<T> {
    /// With a record added, or put where it belongs by its age.
    #[must_use]
    pub(crate) fn with<A: Ord>(&self, record: T, age: impl Fn(&T) -> A) -> Holders<T> {
        let mut holders = self.without(&record);
        holders.0.push(record);
        holders.0.sort_by_cached_key(|record| (age(record), record.clone()));
        holders
    }

    /// Without a record.
    #[must_use]
    pub(crate) fn without(&self, record: &T) -> Holders<T> {
        self.0.iter().filter(|holder| *holder != record).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_holds_the_name() {
        let age = |name: &String| if name == "young" { 9 } else { 1 };
        let holders = Holders::default().with("young".to_owned(), age).with("old".to_owned(), age);
        assert_eq!(holders.all(), ["old", "young"]);
        assert_eq!(holders.without(&"old".to_owned()).first(), Some(&"young".to_owned()));
    }

    #[test]
    fn one_holder_is_stored_as_before_there_could_be_several() {
        let one: Holders<String> = ["a".to_owned()].into_iter().collect();
        let two: Holders<String> = ["a".to_owned(), "b".to_owned()].into_iter().collect();
        for (holders, stored) in [(one, r#""a""#), (two, r#"["a","b"]"#)] {
            assert_eq!(serde_json::to_string(&holders).unwrap(), stored);
            assert_eq!(serde_json::from_str::<Holders<String>>(stored).unwrap(), holders);
        }
    }
}
