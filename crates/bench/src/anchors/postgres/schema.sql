-- Stock as a student's design would keep it, but with a row lock, a check in the function and one in the table.
CREATE TABLE balance (
    key integer PRIMARY KEY,
    on_hand bigint NOT NULL CHECK (0 <= on_hand),
    version bigint NOT NULL
);

CREATE TABLE movement (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key integer NOT NULL,
    quantity bigint NOT NULL,
    on_hand bigint NOT NULL,
    stamp timestamptz NOT NULL DEFAULT now()
);

-- One movement: answers with what is on hand then, or with nothing when it is refused.
CREATE FUNCTION move(asked integer, delta bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    have bigint;
BEGIN
    SELECT on_hand INTO have FROM balance WHERE key = asked FOR UPDATE;
    IF have + delta < 0 THEN
        RETURN NULL;
    END IF;
    UPDATE balance SET on_hand = have + delta, version = version + 1 WHERE key = asked;
    INSERT INTO movement (key, quantity, on_hand) VALUES (asked, delta, have + delta);
    RETURN have + delta;
END
$$;

-- Many movements at once; the table's check refuses them all when one key falls short.
-- Rows are locked in the order of their keys, so that two batches never wait for each other in a circle.
CREATE FUNCTION move_all(keys integer[], deltas bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    moved bigint;
BEGIN
    PERFORM 1 FROM balance WHERE key = ANY (keys) ORDER BY key FOR UPDATE;
    UPDATE balance SET on_hand = on_hand + total, version = version + 1
        FROM (SELECT key AS asked, sum(delta) AS total FROM unnest(keys, deltas) AS line (key, delta) GROUP BY key) AS sums
        WHERE key = asked;
    INSERT INTO movement (key, quantity, on_hand)
        SELECT line.key, line.delta, balance.on_hand
        FROM unnest(keys, deltas) AS line (key, delta) JOIN balance ON balance.key = line.key;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END
$$;
