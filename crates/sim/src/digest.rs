//! What a node's views say, in a form in which two nodes can be compared.

use std::collections::BTreeMap;

use acopio_ledger::records::Balance;
use acopio_store::Reader;

/// Every row of every view, by its name. Positions inside a log's own database are left out: they differ.
pub(crate) struct Digest(BTreeMap<String, String>);

/// The digest of what a reader sees.
pub(crate) fn of(reader: &dyn Reader) -> Result<Digest, String> {
    let audit = reader.audit().map_err(|error| error.to_string())?;
    let mut rows = BTreeMap::new();
    let read = audit.each_record(&mut |table, key, row| {
        rows.insert(format!("{table} {key}"), row.to_owned());
        true
    });
    read.map_err(|error| error.to_string())?;
    let read = audit.each_balance(&mut |key, balance, _| {
        let Balance { on_hand, reserved, on_hold, version, last: _ } = balance;
        let row = format!("{on_hand} {reserved} {on_hold} {version}");
        rows.insert(format!("balance {} {}", key.warehouse, key.sku), row);
        true
    });
    read.map_err(|error| error.to_string())?;
    Ok(Digest(rows))
}

impl Digest {
    /// The first row that another digest does not have in the same form.
    pub(crate) fn difference(&self, other: &Digest) -> Option<String> {
        let keys = self.0.keys().chain(other.0.keys());
        let differing = keys.into_iter().find(|key| self.0.get(*key) != other.0.get(*key))?;
        Some(format!("{differing}: {:?} and {:?}", self.0.get(differing), other.0.get(differing)))
    }
}
