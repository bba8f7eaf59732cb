-- Times are milliseconds since 1970 UTC. Columns ending in _sealed are encrypted with the key file, bound to their row.

CREATE TABLE meta (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE accounts (
    id TEXT PRIMARY KEY NOT NULL,
    username TEXT NOT NULL,
    -- The one form of the name that is looked up.
    name_key TEXT NOT NULL UNIQUE,
    email TEXT,
    password_hash TEXT NOT NULL,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    -- Last change of password or phones: a sign-in from before it opens no session any more.
    factors_changed_at BIGINT,
    last_sign_in_at BIGINT,
    last_sign_in_agent TEXT,
    previous_sign_in_at BIGINT,
    previous_sign_in_agent TEXT
);

CREATE TABLE phones (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    number_sealed BYTEA NOT NULL,
    -- Keyed hash: finds and counts a number without telling it.
    number_hash TEXT NOT NULL,
    calling_code TEXT NOT NULL,
    last_digits TEXT NOT NULL,
    label TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    -- When its person asked for it; null when an operator added it.
    consented_at BIGINT,
    verified_at BIGINT,
    preferred_at BIGINT,
    attention TEXT,
    replaces TEXT,
    -- Removed, replaced or given up. The row stays for a while, for messages on their way and for the security log.
    retired_at BIGINT
);
CREATE INDEX phones_of_account ON phones (account_id, added_at);
CREATE UNIQUE INDEX phones_proven ON phones (account_id, number_hash)
    WHERE verified_at IS NOT NULL AND retired_at IS NULL;
CREATE INDEX phones_pending ON phones (added_at) WHERE verified_at IS NULL AND retired_at IS NULL;
CREATE INDEX phones_retired ON phones (retired_at) WHERE retired_at IS NOT NULL;

CREATE TABLE flows (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    session TEXT NOT NULL,
    purpose TEXT NOT NULL,
    -- Which of a number's two failure counters its guesses count on.
    counter TEXT NOT NULL,
    old_phone TEXT,
    phone_id TEXT NOT NULL,
    tries BIGINT NOT NULL,
    sends BIGINT NOT NULL,
    last_sent_at BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    finished_at BIGINT,
    ended_at BIGINT,
    agent TEXT NOT NULL
);
CREATE INDEX flows_of_session ON flows (session, created_at);
CREATE INDEX flows_of_account ON flows (account_id, created_at);
CREATE INDEX flows_by_end ON flows (expires_at);

CREATE TABLE challenges (
    id TEXT PRIMARY KEY NOT NULL,
    flow_id TEXT NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    -- 1 for the first code of its flow.
    nth BIGINT NOT NULL,
    phone_id TEXT NOT NULL,
    digest BYTEA NOT NULL,
    reference TEXT NOT NULL,
    -- Guesses of the flow when it was opened; taken off the flow's guesses once a provider has its message.
    tries_base BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX challenges_of_flow ON challenges (flow_id, nth);
CREATE INDEX challenges_by_end ON challenges (expires_at);

CREATE TABLE deliveries (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL,
    -- Where to: the number is read from the phone when the message is handed over.
    phone_id TEXT NOT NULL,
    -- Null for notices.
    flow_id TEXT,
    nth BIGINT,
    challenge_id TEXT,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    -- Wiped once the outcome is known.
    body_sealed BYTEA,
    callback_token TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    problem TEXT,
    provider TEXT,
    provider_id TEXT,
    provider_status TEXT,
    provider_code BIGINT,
    segments BIGINT,
    created_at BIGINT NOT NULL,
    -- When the message is of no use any more.
    expires_at BIGINT NOT NULL,
    claimed_at BIGINT,
    settled_at BIGINT
);
CREATE INDEX deliveries_of_phone ON deliveries (phone_id, created_at);
CREATE INDEX deliveries_of_flow ON deliveries (flow_id, nth) WHERE flow_id IS NOT NULL;
CREATE INDEX deliveries_open ON deliveries (created_at) WHERE settled_at IS NULL;
CREATE INDEX deliveries_by_age ON deliveries (created_at);

-- Consecutive wrong codes for one number of one account; a row goes with the next right code.
CREATE TABLE failures (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    number_hash TEXT NOT NULL,
    counter TEXT NOT NULL,
    count BIGINT NOT NULL,
    locked_at BIGINT,
    PRIMARY KEY (account_id, number_hash, counter)
);

CREATE TABLE limit_hits (
    key TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX limit_hits_of_key ON limit_hits (key, at);
CREATE INDEX limit_hits_by_age ON limit_hits (at);

CREATE TABLE sessions (
    -- Its public name; the secret in the cookie is kept as a hash only.
    handle TEXT PRIMARY KEY NOT NULL,
    id_hash BYTEA NOT NULL UNIQUE,
    -- Null while only the password was right.
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    level BIGINT,
    auth_time BIGINT,
    proof_level BIGINT,
    proof_at BIGINT,
    flow_id TEXT,
    return_to TEXT,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    -- Between two ids: the cookie layer deletes the old one before it creates the new one.
    retired_at BIGINT,
    -- Over for good; the row stays for a while, so that a slow request cannot make it anew.
    ended_at BIGINT
);
CREATE INDEX sessions_of_account ON sessions (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX sessions_of_flow ON sessions (flow_id) WHERE flow_id IS NOT NULL;
CREATE INDEX sessions_by_use ON sessions (last_seen_at);
CREATE INDEX sessions_retired ON sessions (retired_at) WHERE retired_at IS NOT NULL;
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE notices (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- When it was written: later than `at` where something past is told.
    created_at BIGINT NOT NULL,
    calling_code TEXT,
    last_digits TEXT,
    agent TEXT NOT NULL,
    -- The session it was written from: there it is no news.
    session TEXT,
    put_away_at BIGINT
);
CREATE INDEX notices_of_account ON notices (account_id, created_at);

-- The security log. No foreign keys: it outlives what it tells of.
CREATE TABLE events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    account_id TEXT,
    phone_id TEXT,
    purpose TEXT,
    detail TEXT,
    actor TEXT NOT NULL,
    request TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    session TEXT
);
CREATE INDEX events_of_account ON events (account_id, at) WHERE account_id IS NOT NULL;
CREATE INDEX events_by_age ON events (at);
