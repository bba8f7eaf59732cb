-- Wrong passwords in a row, by name, whether an account has it or not.
CREATE TABLE password_tries (
    -- Keyed hash: people type other things than names into that field.
    name_hash TEXT NOT NULL,
    -- A browser in which the name's password was right before; empty for all others together.
    browser TEXT NOT NULL,
    wrong BIGINT NOT NULL,
    -- Being looked at in this moment, and since when at most.
    under_way BIGINT NOT NULL,
    taken_at BIGINT NOT NULL,
    waits_until BIGINT NOT NULL,
    PRIMARY KEY (name_hash, browser)
) WITHOUT ROWID;
CREATE INDEX password_tries_by_age ON password_tries (taken_at);

-- Null: as it was given with the account. Browsers that knew an older password are not known any more.
ALTER TABLE accounts ADD COLUMN password_set_at BIGINT;
