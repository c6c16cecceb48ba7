//! Which products are available where, a bit for each, so that lists pass over many products without reading balances.
//!
//! An index of the table of balances: it knows nothing of those that are not flushed.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::balances::{Stored, product_of, warehouse_of};
use super::fault::{Fault, Outcome};
use super::lookups::one;

/// How many bits of a product's id tell its place in a block.
const PLACE_BITS: u32 = 12;
/// How many bytes a block has.
const BLOCK_BYTES: usize = (1 << PLACE_BITS) / 8;
/// How many bits of a block's key are the warehouse's.
const WAREHOUSE_BITS: u32 = 16;

/// Of 4,096 products with consecutive ids, those that are available in a warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block([u8; BLOCK_BYTES]);

impl Default for Block {
    fn default() -> Block {
        Block([0; BLOCK_BYTES])
    }
}

impl Block {
    /// The key of the block that has a product in a warehouse.
    fn key(product: i64, warehouse: i64) -> i64 {
        product >> PLACE_BITS << WAREHOUSE_BITS | warehouse
    }

    /// Whether a product of this block is available.
    pub(super) fn has(&self, product: i64) -> bool {
        let (byte, bit) = place(product);
        self.0[byte] & bit != 0
    }

    fn set(&mut self, product: i64, is_available: bool) {
        let (byte, bit) = place(product);
        if is_available { self.0[byte] |= bit } else { self.0[byte] &= !bit }
    }

    fn unite(&mut self, other: &Block) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    fn from_bytes(bytes: &[u8]) -> Outcome<Block> {
        let block = bytes.try_into().map(Block);
        block.map_err(|_| Fault::damaged("what is available", format!("a block has {} bytes", bytes.len())))
    }
}

/// The byte of a block in which a product has its bit, and the bit.
fn place(product: i64) -> (usize, u8) {
    let place = product & ((1 << PLACE_BITS) - 1);
    ((place / 8) as usize, 1 << (place % 8))
}

/// The number of the block that has a product.
pub(super) fn block_of(product: i64) -> i64 {
    product >> PLACE_BITS
}

/// What is available of a block's products in any of these warehouses, or in any at all.
pub(super) fn read(connection: &Connection, block: i64, warehouses: Option<&[i64]>) -> Outcome<Block> {
    let mut all = Block::default();
    match warehouses {
        Some(warehouses) => {
            for warehouse in warehouses {
                all.unite(&one_block(connection, block << WAREHOUSE_BITS | warehouse)?);
            }
        }
        None => {
            let sql = "SELECT bits FROM stocked WHERE key BETWEEN ?1 << 16 AND ?1 << 16 | 65535";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([block])?;
            while let Some(row) = rows.next()? {
                all.unite(&Block::from_bytes(row.get_ref(0)?.as_bytes().unwrap_or_default())?);
            }
        }
    }
    Ok(all)
}

fn one_block(connection: &Connection, key: i64) -> Outcome<Block> {
    let sql = "SELECT bits FROM stocked WHERE key = ?1";
    let bytes: Option<Vec<u8>> = one(connection, sql, [key], |row| row.get(0))?;
    bytes.map_or_else(|| Ok(Block::default()), |bytes| Block::from_bytes(&bytes))
}

/// What is available of balances that go to their table.
#[derive(Default)]
pub(super) struct Marks(BTreeMap<i64, Vec<(i64, bool)>>);

impl Marks {
    /// Notes a balance, by its key.
    pub(super) fn note(&mut self, key: i64, stored: &Stored) {
        let product = product_of(key);
        let block = self.0.entry(Block::key(product, warehouse_of(key))).or_default();
        block.push((product, stored.is_available()));
    }

    /// Writes the blocks in which anything differs from what was noted.
    pub(super) fn write(self, connection: &Connection) -> Outcome<()> {
        for (key, marks) in self.0 {
            let before = one_block(connection, key)?;
            let mut block = before.clone();
            marks.into_iter().for_each(|(product, is_available)| block.set(product, is_available));
            if block != before {
                let sql = "REPLACE INTO stocked VALUES (?1, ?2)";
                connection.prepare_cached(sql)?.execute(params![key, block.0])?;
            }
        }
        Ok(())
    }
}

/// Compares all blocks with the table of balances; answers the first difference.
pub(super) fn check(connection: &Connection) -> Outcome<Option<String>> {
    let mut expected: BTreeMap<i64, Block> = BTreeMap::new();
    let mut statement =
        connection.prepare("SELECT key, on_hand, reserved, on_hold, version, last FROM balance")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key: i64 = row.get(0)?;
        if Stored::from_row(row, 1)?.is_available() {
            let product = product_of(key);
            expected.entry(Block::key(product, warehouse_of(key))).or_default().set(product, true);
        }
    }
    let mut statement = connection.prepare("SELECT key, bits FROM stocked ORDER BY key")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key = row.get(0)?;
        let found = Block::from_bytes(row.get_ref(1)?.as_bytes().unwrap_or_default())?;
        if found != expected.remove(&key).unwrap_or_default() {
            return Ok(Some(difference(key)));
        }
    }
    Ok(expected.first_key_value().map(|(key, _)| difference(*key)))
}

fn difference(key: i64) -> String {
    let (first, warehouse) = (key >> WAREHOUSE_BITS << PLACE_BITS, warehouse_of(key));
    let last = first + (1 << PLACE_BITS) - 1;
    format!(
        "what is available of the products with the local ids {first} to {last} in the warehouse {warehouse}: \
         the index differs from the balances"
    )
}

#[cfg(test)]
mod tests {
    use acopio_ledger::quantity::Quantity;
    use acopio_ledger::records::Balance;

    use super::super::balances::balance_key;
    use super::super::place::Place;
    use super::*;

    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE meta (name, value); CREATE TABLE log (id)").unwrap();
        connection.execute_batch(include_str!("schema_0004.sql")).unwrap();
        let sql = "CREATE TABLE balance (key INTEGER PRIMARY KEY, on_hand, reserved, on_hold, version, last)";
        connection.execute_batch(sql).unwrap();
        connection
    }

    fn of(on_hand: i64) -> Stored {
        Stored::at(Balance { on_hand: Quantity(on_hand), ..Balance::default() }, Place::default())
    }

    fn put(connection: &Connection, product: i64, warehouse: i64, on_hand: i64) {
        let key = balance_key(product, warehouse);
        let sql = "REPLACE INTO balance VALUES (?1, ?2, 0, 0, 1, 0)";
        connection.execute(sql, (key, on_hand)).unwrap();
        let mut marks = Marks::default();
        marks.note(key, &of(on_hand));
        marks.write(connection).unwrap();
    }

    #[test]
    fn what_is_available_is_told_for_each_product_and_warehouse() {
        let connection = database();
        for product in [1, 4_095, 4_096, 20_000] {
            put(&connection, product, 2, 3);
        }
        put(&connection, 1, 7, 1);
        put(&connection, 4_095, 2, 0);
        let has = |product, warehouses: Option<&[i64]>| {
            read(&connection, block_of(product), warehouses).unwrap().has(product)
        };
        assert!(has(1, Some(&[2])) && has(1, Some(&[7])) && has(1, None) && has(1, Some(&[3, 7])));
        assert!(!has(4_095, Some(&[2])) && !has(4_095, None), "it has become none");
        assert!(has(4_096, None) && !has(4_096, Some(&[7])) && has(20_000, Some(&[2])));
        assert!(!has(1, Some(&[])) && !has(9_999_999, None), "nothing is there");
        assert_eq!(check(&connection).unwrap(), None);
    }

    #[test]
    fn what_differs_from_the_balances_is_named() {
        let connection = database();
        put(&connection, 2_050, 3, 3);
        connection.execute("UPDATE balance SET on_hand = 0", []).unwrap();
        let fault = check(&connection).unwrap().expect("it differs");
        assert!(fault.contains("0 to 4095 in the warehouse 3"), "{fault}");
        connection.execute("DELETE FROM stocked", []).unwrap();
        assert_eq!(check(&connection).unwrap(), None);
        connection.execute("UPDATE balance SET on_hand = 1", []).unwrap();
        assert!(check(&connection).unwrap().is_some(), "a block is missing");
    }
}
