-- Which products are available in a warehouse, one bit for each of 4,096 products: a list that looks for what is out of
-- stock need not read the balances of all that it passes over. The key is product.id / 4096 * 65536 + warehouse.id.
CREATE TABLE stocked (
    key INTEGER PRIMARY KEY,
    bits BLOB NOT NULL
);

-- Where there is a log already, the views are to be made anew from it.
REPLACE INTO meta (name, value) SELECT 'rebuilding', 1 WHERE EXISTS (SELECT 1 FROM log);
