//! What was there before a deed: found by going back along the deeds about the same record.

use crate::body::{ProductSet, SettingsSet, UserSet};
use crate::entry::Body;

/// The values that a deed has replaced, as far as they have been found.
#[derive(Clone, Debug)]
pub struct Before<'a> {
    deed: &'a Body,
    found: Option<Body>,
    is_whole: bool,
}

/// Takes from an earlier body the fields that the deed sets and that have not been found yet; answers whether all are.
macro_rules! fill {
    ($deed:ident, $found:ident, $earlier:ident: $($field:ident)*) => {{
        $( if $deed.$field.is_some() && $found.$field.is_none() {
            $found.$field.clone_from(&$earlier.$field);
        } )*
        true $( && ($deed.$field.is_none() || $found.$field.is_some()) )*
    }};
}

impl<'a> Before<'a> {
    /// Looks for what was there before a deed; nothing where that says nothing about it.
    pub fn of(deed: &'a Body) -> Option<Before<'a>> {
        let replaces = matches!(
            deed,
            Body::ProductSet(_)
                | Body::UserSet(_)
                | Body::SettingsSet(_)
                | Body::CategorySet(_)
                | Body::WarehouseSet(_)
                | Body::DurabilitySet(_)
                | Body::RuleSet(_)
                | Body::SessionClosed(_)
                | Body::ImportUndone(_)
        );
        replaces.then_some(Before { deed, found: None, is_whole: false })
    }

    /// Takes what the next earlier deed about the same record says; answers whether no more is needed.
    pub fn meet(&mut self, earlier: &Body) -> bool {
        self.is_whole |= match (self.deed, earlier) {
            (Body::ProductSet(deed), Body::ProductSet(earlier)) => {
                let found = self.found.get_or_insert_with(|| Body::ProductSet(ProductSet::default()));
                let Body::ProductSet(found) = found else { return true };
                fill!(deed, found, earlier: name description category unit decimals barcodes attributes price cost
                    retired)
            }
            (Body::UserSet(deed), Body::UserSet(earlier)) => {
                let found = self.found.get_or_insert_with(|| Body::UserSet(UserSet::default()));
                let Body::UserSet(found) = found else { return true };
                fill!(deed, found, earlier: username email full_name must_change_password disabled grants)
            }
            (Body::SettingsSet(deed), Body::SettingsSet(earlier)) => {
                let found = self.found.get_or_insert_with(|| Body::SettingsSet(SettingsSet::default()));
                let Body::SettingsSet(found) = found else { return true };
                fill!(deed, found, earlier: company_name currency time_zone alerts_count_incoming)
            }
            (Body::CategorySet(_), Body::CategorySet(_))
            | (Body::WarehouseSet(_), Body::WarehouseSet(_))
            | (Body::DurabilitySet(_), Body::DurabilitySet(_))
            | (Body::RuleSet(_), Body::RuleSet(_))
            | (Body::SessionClosed(_), Body::SessionOpened(_))
            | (Body::ImportUndone(_), Body::ImportBegun(_)) => {
                self.found = Some(earlier.clone());
                true
            }
            _ => false,
        };
        self.is_whole
    }

    /// What was found; nothing where the deed is the first about its record.
    pub fn found(self) -> Option<Body> {
        self.found
    }
}

/// The body without what nobody may see: of a password only that it was set.
pub fn without_secrets(body: Body) -> Body {
    match body {
        Body::UserSet(set) => {
            let password_hash = set.password_hash.as_ref().map(|_| String::new());
            Body::UserSet(UserSet { password_hash, ..set })
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{self, Texts};

    fn set(set: ProductSet) -> Body {
        Body::ProductSet(ProductSet { sku: "A-1".to_owned(), ..set })
    }

    #[test]
    fn each_field_is_found_where_it_was_last_set() {
        let deed = set(ProductSet { name: Some("Mug".to_owned()), price: Some(3), ..ProductSet::default() });
        let mut before = Before::of(&deed).unwrap();
        assert!(!before.meet(&set(ProductSet { price: Some(2), cost: Some(1), ..ProductSet::default() })));
        let made = set(ProductSet {
            name: Some("Cup".to_owned()),
            price: Some(1),
            barcodes: Some(Texts::default()),
            ..ProductSet::default()
        });
        assert!(before.meet(&made));
        let expected = ProductSet { name: Some("Cup".to_owned()), price: Some(2), ..ProductSet::default() };
        assert_eq!(before.found(), Some(Body::ProductSet(expected)));
    }

    #[test]
    fn deeds_of_another_kind_about_the_same_record_say_nothing() {
        let named = |name: &str| {
            Body::WarehouseSet(body::WarehouseSet {
                code: "LON".to_owned(),
                name: name.to_owned(),
                based_on: Vec::new(),
            })
        };
        let deed = named("Bow");
        let mut before = Before::of(&deed).unwrap();
        assert!(!before.meet(&Body::WarehouseTaken(body::WarehouseTaken::default())));
        assert!(before.meet(&named("London")));
        assert_eq!(before.found(), Some(named("London")));
    }

    #[test]
    fn a_password_is_never_shown() {
        let set = UserSet { password_hash: Some("$argon2id$".to_owned()), ..UserSet::default() };
        let Body::UserSet(shown) = without_secrets(Body::UserSet(set)) else { unreachable!() };
        assert_eq!(shown.password_hash.as_deref(), Some(""));
    }
}
