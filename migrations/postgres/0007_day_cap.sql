-- Messages of each day, midnight to midnight in UTC: days since 1970-01-01.
CREATE TABLE sends_of_day (
    day BIGINT PRIMARY KEY NOT NULL,
    sends BIGINT NOT NULL
);

-- What an operator has stopped: no message goes out while there is a row.
CREATE TABLE stops (
    what TEXT PRIMARY KEY NOT NULL,
    stopped_at BIGINT NOT NULL
);
