-- What people did, but for movements, by the order of all histories: `seq` is the position in the log of the node, `actor`
-- the user's local id, `subject` the record that it is about, as in product/A-1.
CREATE TABLE deed (
    stamp INTEGER NOT NULL,
    node TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor INTEGER NOT NULL,
    subject TEXT,
    PRIMARY KEY (stamp, node)
) WITHOUT ROWID;
CREATE INDEX deed_kind ON deed (kind, stamp, node);
CREATE INDEX deed_actor ON deed (actor, stamp, node);
CREATE INDEX deed_subject ON deed (subject, stamp, node) WHERE subject IS NOT NULL;

-- Where there is a log already, the views are to be made anew from it.
REPLACE INTO meta (name, value) SELECT 'rebuilding', 1 WHERE EXISTS (SELECT 1 FROM log);
