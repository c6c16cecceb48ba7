-- Balances as commits have left them, as long as they are not in `balance` yet: of each key the last one counts. One row is
-- (part of) what one commit has changed, in bytes as in unflushed/row.rs, so that writing appends to one table instead of
-- touching a page for each balance.
CREATE TABLE unflushed (
    id INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);
