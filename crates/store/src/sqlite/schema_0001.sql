-- The logs, and the views that are folded from them. Local integer ids never leave the database.
--
-- A place is the number of a log * 2^40 + a position in it: places in the node's own log are its positions.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value NOT NULL
) WITHOUT ROWID;

-- Number 0 is the node's own log, the others are copies, numbered as they were met. `head` is where the log ends: the
-- last position, its stamp and the hash of the last frame, in 48 bytes.
CREATE TABLE logs (
    number INTEGER PRIMARY KEY CHECK (number >= 0),
    node TEXT NOT NULL UNIQUE,
    head BLOB NOT NULL
);

-- The frames' pieces, by the place of their first entry. `record` is the position, in the same log, of the first entry
-- of the record that the piece's first entry belongs to, `frame` that of the frame's. The longest usual piece fits one
-- page.
CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    frame INTEGER NOT NULL,
    record INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    body BLOB NOT NULL
);

-- The incarnations of the logs, by the place of their first entry.
CREATE TABLE life (
    first INTEGER PRIMARY KEY,
    incarnation INTEGER NOT NULL
);

-- `doc` is NULL for what is named somewhere but not known, `name` for what is removed as well.
CREATE TABLE category (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT,
    folded TEXT,
    doc TEXT
);

CREATE TABLE warehouse (
    id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 65535),
    key TEXT NOT NULL UNIQUE,
    doc TEXT
);

-- A stub is named by others' stock, but not known yet.
CREATE TABLE product (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    decimals INTEGER NOT NULL,
    retired INTEGER NOT NULL,
    stub INTEGER NOT NULL,
    category INTEGER,
    sku_folded TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX product_sku_folded ON product (sku_folded, sku);
CREATE INDEX product_name ON product (name_folded, sku, category);
CREATE INDEX product_category_sku ON product (category, sku) WHERE category IS NOT NULL;
CREATE INDEX product_retired ON product (sku) WHERE retired = 1;

-- Of several products that nodes have given a barcode apart, that of rank 0 holds it.
CREATE TABLE barcode (
    barcode TEXT NOT NULL,
    rank INTEGER NOT NULL,
    product INTEGER NOT NULL,
    PRIMARY KEY (barcode, rank)
) WITHOUT ROWID;

-- The key is the product's id * 65536 + the warehouse's id, `last` the place of the last movement.
CREATE TABLE balance (
    key INTEGER PRIMARY KEY,
    on_hand INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    on_hold INTEGER NOT NULL,
    version INTEGER NOT NULL,
    last INTEGER NOT NULL,
    CHECK (on_hand >= 0 AND reserved >= 0 AND on_hold >= 0 AND on_hand - reserved - on_hold >= 0)
);

-- Where the movements of a balance's key go over from one log to another: the one at `place` follows the one at `before`.
CREATE TABLE crossing (
    key INTEGER NOT NULL,
    place INTEGER NOT NULL,
    before INTEGER NOT NULL,
    PRIMARY KEY (key, place)
) WITHOUT ROWID;

CREATE TABLE rule (
    sku TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    minimum INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (sku, warehouse)
) WITHOUT ROWID;

CREATE TABLE alert (
    key TEXT PRIMARY KEY,
    stamp INTEGER NOT NULL,
    sku TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    resolved INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX alert_stamp ON alert (stamp, key);
CREATE INDEX alert_unresolved ON alert (stamp, key) WHERE resolved = 0;
CREATE INDEX alert_sku ON alert (sku, stamp, key);

CREATE TABLE hold (
    key TEXT PRIMARY KEY,
    stamp INTEGER NOT NULL,
    sku TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    held INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX hold_stamp ON hold (stamp, key);
CREATE INDEX hold_held ON hold (stamp, key) WHERE held = 1;
CREATE INDEX hold_sku ON hold (sku, stamp, key);

CREATE TABLE user (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    username TEXT,
    doc TEXT
);
CREATE INDEX user_username ON user (username, key);

CREATE TABLE session (
    key BLOB PRIMARY KEY,
    user BLOB NOT NULL,
    token INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX session_user ON session (user, stamp, key);

CREATE TABLE import (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    stamp INTEGER,
    doc TEXT
);
CREATE INDEX import_stamp ON import (stamp, key);

-- Names in lower case of categories ("category_names"), users ("usernames") and their addresses ("emails").
CREATE TABLE name (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;

CREATE TABLE signing_key (
    node TEXT PRIMARY KEY,
    doc TEXT NOT NULL
) WITHOUT ROWID;

-- `first` is the place of the first entry of what a command has led to. Nodes that were apart may both have decided one:
-- then the least place answers it.
CREATE TABLE command (
    user INTEGER NOT NULL,
    key BLOB NOT NULL,
    first INTEGER NOT NULL,
    PRIMARY KEY (user, key, first)
) WITHOUT ROWID;

CREATE TABLE source (
    id BLOB PRIMARY KEY,
    import INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE undone (
    movement TEXT PRIMARY KEY,
    by TEXT NOT NULL
) WITHOUT ROWID;

-- `stamp` is that of the earliest entry known about the transfer.
CREATE TABLE transfer (
    key TEXT PRIMARY KEY,
    stamp INTEGER NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    destination TEXT NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX transfer_stamp ON transfer (stamp, key);
CREATE INDEX transfer_state ON transfer (state, stamp, key);
CREATE INDEX transfer_source ON transfer (source, stamp, key);
CREATE INDEX transfer_source_state ON transfer (source, state, stamp, key);
CREATE INDEX transfer_destination ON transfer (destination, stamp, key);
CREATE INDEX transfer_destination_state ON transfer (destination, state, stamp, key);

-- Finds transfers by SKU. Codes, not local ids: another node's transfer may come before its product.
CREATE TABLE transfer_line (
    sku TEXT NOT NULL,
    stamp INTEGER NOT NULL,
    transfer TEXT NOT NULL,
    PRIMARY KEY (sku, stamp, transfer)
) WITHOUT ROWID;

-- What is on the road to a warehouse, where anything is.
CREATE TABLE incoming (
    sku TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (sku, warehouse)
) WITHOUT ROWID;

-- What was written about a warehouse that was no longer the writer's. `record` and `stamp` are NULL while the log where
-- it stands is not known so far.
CREATE TABLE void (
    key TEXT PRIMARY KEY,
    record TEXT,
    stamp INTEGER,
    warehouse TEXT NOT NULL,
    state TEXT NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX void_record ON void (record);
CREATE INDEX void_stamp ON void (stamp, key);
CREATE INDEX void_state ON void (state, stamp, key);

-- Values that nodes gave to one field, neither knowing of the other's. Those that are the same are not shown.
CREATE TABLE conflict (
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    field TEXT NOT NULL,
    shown INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (kind, record, field)
) WITHOUT ROWID;

-- Postings of products' n-grams and categories, made by ourselves: see grams.rs.
CREATE VIRTUAL TABLE search USING fts5 (
    grams,
    content = '',
    contentless_delete = 1,
    detail = none,
    tokenize = 'ascii'
);

-- What the node keeps for itself, beside logs and views.
CREATE TABLE note (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
