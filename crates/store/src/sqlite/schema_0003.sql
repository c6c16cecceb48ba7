-- What happened in a warehouse in a quarter of an hour: how many movements of each kind, and how many products more became
-- available. The key is the quarter's number since 1970 * 65536 + the warehouse's id, so that writing touches one page.
CREATE TABLE tally (
    key INTEGER PRIMARY KEY,
    receipt INTEGER NOT NULL,
    issue INTEGER NOT NULL,
    return INTEGER NOT NULL,
    adjustment INTEGER NOT NULL,
    dispatch INTEGER NOT NULL,
    arrival INTEGER NOT NULL,
    loss INTEGER NOT NULL,
    available INTEGER NOT NULL
);

-- How many products are available in a warehouse now: the sum of `available` over all of its tallies.
CREATE TABLE assortment (
    warehouse INTEGER PRIMARY KEY,
    available INTEGER NOT NULL
);

-- Where there is a log already, the views are to be made anew from it.
REPLACE INTO meta (name, value) SELECT 'rebuilding', 1 WHERE EXISTS (SELECT 1 FROM log);
