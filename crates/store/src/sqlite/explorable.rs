//! What of the database administrators may look into. A new table is hidden until it has a line here.

use rusqlite::hooks::AuthAction;

/// A table that may be looked into.
pub(super) struct Shown {
    pub(super) name: &'static str,
    /// What it holds, for those who write statements.
    pub(super) about: &'static str,
    /// Columns that hold secrets, such as hashes of passwords.
    hidden: &'static [&'static str],
}

impl Shown {
    /// Whether a column may not be read.
    pub(super) fn hides(&self, column: &str) -> bool {
        self.hidden.iter().any(|hidden| hidden.eq_ignore_ascii_case(column))
    }
}

const fn table(name: &'static str, about: &'static str) -> Shown {
    Shown { name, about, hidden: &[] }
}

/// All of them, by name. Entries of the log hold hashes of passwords, so its bodies are hidden.
pub(super) const SHOWN: &[Shown] = &[
    table("alert", "Shortages; `doc` is the whole alert in JSON."),
    table("assortment", "How many products are available in a warehouse, by warehouse.id."),
    table("balance", "Stock in thousandths; `key` is product.id * 65536 + warehouse.id."),
    table("barcode", "Barcodes and the ids of their products."),
    table("category", "Categories; `name` is NULL once removed."),
    table("command", "Known commands: user.id, idempotency key, position of the first entry."),
    table("conflict", "Fields to which nodes gave different values; `doc` has all of them in JSON."),
    table("crossing", "Where the history of a stock goes on in the log of the owner before."),
    table("deed", "What people did, but for movements: the audit; `actor` is user.id."),
    table("hold", "Stock set aside; `doc` is the whole hold in JSON."),
    table("import", "Imported files; `doc` is the whole import in JSON."),
    table("incoming", "What is on the road to a warehouse, in thousandths."),
    table("life", "Incarnations of logs, by the position of their first entry."),
    Shown {
        name: "log",
        about: "Pieces of the log by the position of their first entry.",
        hidden: &["body"],
    },
    table("logs", "The logs that are known, with the node of each and how far it is known."),
    table("name", "Names in lower case of categories, users and their e-mail addresses."),
    table("product", "Products; `doc` is the whole product in JSON."),
    table("rule", "Reorder rules; `doc` is the whole rule in JSON."),
    table("source", "Rows of outside sources that are posted, with import.id."),
    table("tally", "How much happened in a quarter of an hour; `key` is quarter * 65536 + warehouse.id."),
    table("transfer", "Transfers; `doc` is the whole transfer in JSON."),
    table("transfer_line", "SKUs of transfers."),
    table("undone", "Movements that were taken back, and by which entry."),
    Shown { name: "user", about: "People and programs that may log in.", hidden: &["doc"] },
    table("void", "What was written about a warehouse that was no longer the writer's."),
    table("warehouse", "Warehouses; `doc` is the whole warehouse in JSON."),
];

/// Tables that a statement makes itself, out of JSON, and what the table of balances is put together from.
const MADE: &[&str] = &["json_each", "json_tree", "unflushed_balance"];

/// Functions that reach out of the database.
const FORBIDDEN_FUNCTIONS: &[&str] = &["load_extension", "fts5", "fts3_tokenizer"];

/// Why other statements are not run.
pub(super) const ONLY_SELECT: &str = "nothing but one SELECT may be run";

/// Judges one thing that a statement does.
///
/// # Errors
///
/// What is not allowed about it.
pub(super) fn judge(action: &AuthAction<'_>) -> Result<(), String> {
    match action {
        AuthAction::Select | AuthAction::Recursive => Ok(()),
        AuthAction::Function { function_name }
            if !FORBIDDEN_FUNCTIONS.iter().any(|forbidden| forbidden.eq_ignore_ascii_case(function_name)) =>
        {
            Ok(())
        }
        AuthAction::Function { function_name } => {
            Err(format!("the function {function_name} may not be used"))
        }
        // How many rows there are, also of what the statement itself has named.
        AuthAction::Read { column_name: "", .. } => Ok(()),
        AuthAction::Read { table_name, column_name } => read(table_name, column_name),
        _ => Err(ONLY_SELECT.to_owned()),
    }
}

fn read(table: &str, column: &str) -> Result<(), String> {
    if MADE.iter().any(|made| made.eq_ignore_ascii_case(table)) {
        return Ok(());
    }
    match SHOWN.iter().find(|shown| shown.name.eq_ignore_ascii_case(table)) {
        Some(shown) if shown.hides(column) => {
            Err(format!("{table}.{column} may not be read: it holds secrets. Name the other columns"))
        }
        Some(_) => Ok(()),
        None => Err(format!("the table {table} may not be read: see the list of tables")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_without_twins() {
        assert!(SHOWN.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn secrets_and_changes_are_refused() {
        let reads = |table_name, column_name| judge(&AuthAction::Read { table_name, column_name }).is_ok();
        assert!(reads("user", "username") && reads("USER", "id") && reads("json_each", "value"));
        for (table, column) in
            [("user", "doc"), ("User", "DOC"), ("log", "body"), ("session", "key"), ("meta", "value")]
        {
            assert!(!reads(table, column), "{table}.{column}");
        }
        assert!(judge(&AuthAction::Delete { table_name: "balance" }).is_err());
        assert!(judge(&AuthAction::Attach { filename: "x" }).is_err());
        assert!(judge(&AuthAction::Pragma { pragma_name: "x", pragma_value: None }).is_err());
        assert!(judge(&AuthAction::Function { function_name: "Load_Extension" }).is_err());
    }
}
