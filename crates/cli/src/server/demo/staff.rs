//! The people of the demo, one of each role.

use acopio_contract::Inventory;
use acopio_ledger::Command;
use acopio_ledger::ids::UserId;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::records::{Grant, Role};

use super::Person;
use crate::failure::Result;
use crate::server::{company, secrets};

/// The administrator, who is there from the founding.
pub(super) const ADMIN: &str = "admin";
/// Who moves the stock.
pub(super) const OPERATOR: &str = "oscar";

/// Login name, name, what they are, their role, and where it holds (everywhere if nowhere is named).
type Job = (&'static str, &'static str, &'static str, Role, &'static [&'static str]);

const JOBS: &[Job] = &[
    ("maria", "María Ibáñez", "manager", Role::Manager, &[]),
    (OPERATOR, "Oscar Lind", "operator", Role::Operator, &[]),
    ("lena", "Lena Brown", "operator in London", Role::Operator, &["LON"]),
    ("victor", "Victor de Wit", "viewer", Role::Viewer, &[]),
];

/// Adds the people, with random passwords. Answers with them and the one who moves the stock.
///
/// # Errors
///
/// When they cannot be written.
pub(super) async fn hire(inventory: &dyn Inventory) -> Result<(Vec<Person>, UserId)> {
    let mut people = Vec::new();
    let mut operator = company::THE_NODE;
    for &(username, full_name, title, role, places) in JOBS {
        let password = secrets::password()?;
        let warehouses = places.iter().map(|code| WarehouseCode::recorded(code)).collect();
        let user = company::user(username, full_name, &password, vec![Grant { role, warehouses }])?;
        if username == OPERATOR {
            operator = user.id;
        }
        let key = format!("demo-user-{username}");
        company::submit(inventory, company::THE_NODE, &key, Command::CreateUser(user)).await?;
        people.push(Person { username, role: title, password });
    }
    Ok((people, operator))
}
