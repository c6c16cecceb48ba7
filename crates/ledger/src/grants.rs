//! What several lists of grants have in common.

use crate::names::WarehouseCode;
use crate::records::{Grant, Role};

/// The grants that hold by every one of the lists: in each warehouse the lowest of the roles. In one form, whatever
/// the order of the lists.
pub(crate) fn common(lists: &[Vec<Grant>]) -> Vec<Grant> {
    let Some((first, rest)) = lists.split_first() else { return Vec::new() };
    let first = first.iter().map(normal).collect();
    let mut common = rest.iter().fold(first, |common: Vec<Grant>, list| {
        let pairs = common.iter().flat_map(|one| list.iter().map(move |other| (one, normal(other))));
        pairs.filter_map(|(one, other)| both(one, &other)).collect()
    });
    common.sort_by(|a, b| (b.role, &a.warehouses).cmp(&(a.role, &b.warehouses)));
    common.dedup();
    let all = common.clone();
    common.retain(|grant| !all.iter().any(|wider| wider != grant && covers(wider, grant)));
    common
}

/// A grant with its warehouses in order. An administrator is one everywhere.
fn normal(grant: &Grant) -> Grant {
    let mut warehouses = if grant.role == Role::Admin { Vec::new() } else { grant.warehouses.clone() };
    warehouses.sort();
    warehouses.dedup();
    Grant { role: grant.role, warehouses }
}

/// What two grants have in common, if anything.
fn both(one: &Grant, other: &Grant) -> Option<Grant> {
    let role = one.role.min(other.role);
    let warehouses: Vec<WarehouseCode> = match (one.warehouses.as_slice(), other.warehouses.as_slice()) {
        ([], rest) | (rest, []) => rest.to_vec(),
        (some, others) => {
            let shared: Vec<_> = some.iter().filter(|code| others.contains(code)).cloned().collect();
            if shared.is_empty() {
                return None;
            }
            shared
        }
    };
    Some(Grant { role, warehouses })
}

/// Whether a grant gives all that another one gives.
fn covers(wider: &Grant, grant: &Grant) -> bool {
    let everywhere = wider.warehouses.is_empty();
    let holds = |code: &WarehouseCode| wider.warehouses.contains(code);
    grant.role <= wider.role
        && (everywhere || (!grant.warehouses.is_empty() && grant.warehouses.iter().all(holds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: Role, warehouses: &[&str]) -> Grant {
        Grant { role, warehouses: warehouses.iter().map(|code| WarehouseCode::recorded(code)).collect() }
    }

    #[test]
    fn in_each_warehouse_the_lowest_role_holds() {
        let one = vec![grant(Role::Manager, &["LON"]), grant(Role::Viewer, &[])];
        let other = vec![grant(Role::Operator, &["MAD", "LON"])];
        let expected = vec![grant(Role::Operator, &["LON"]), grant(Role::Viewer, &["LON", "MAD"])];
        assert_eq!(common(&[one.clone(), other.clone()]), expected);
        assert_eq!(common(&[other, one]), expected);
    }

    #[test]
    fn who_is_no_longer_an_administrator_is_none() {
        let admin = vec![grant(Role::Admin, &["LON"])];
        assert_eq!(common(&[admin.clone(), vec![]]), []);
        let viewer = vec![grant(Role::Viewer, &["MAD"])];
        assert_eq!(common(&[admin, viewer.clone()]), viewer);
    }
}
