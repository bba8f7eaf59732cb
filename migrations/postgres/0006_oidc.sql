-- The app's request that a session goes on with, and that it was begun by the password alone for apps.
ALTER TABLE sessions ADD COLUMN resume TEXT;
ALTER TABLE sessions ADD COLUMN apps_only_at BIGINT;

-- Requests of apps that wait while their people sign in.
CREATE TABLE oidc_requests (
    id TEXT PRIMARY KEY NOT NULL,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    -- As checked; nothing of it comes back from a page.
    asked TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- A hash of what only its browser has; null until that is known.
    browser TEXT,
    -- The session that was there when it came.
    asked_in TEXT,
    -- Who has agreed on the page about the app.
    agreed TEXT,
    answered_at BIGINT
);
CREATE INDEX oidc_requests_by_age ON oidc_requests (created_at);
CREATE INDEX oidc_requests_of_client ON oidc_requests (client_id);

-- What apps were granted: a row for each code, and for all tokens that come out of it. Of codes and tokens only hashes are kept.
CREATE TABLE oidc_grants (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    -- The browser session it came out of.
    session TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT,
    nonce TEXT,
    scopes TEXT NOT NULL,
    id_token_claims TEXT NOT NULL,
    userinfo_claims TEXT NOT NULL,
    -- The level that the app was told, and that of the session.
    acr_level BIGINT NOT NULL,
    reached_level BIGINT NOT NULL,
    auth_time BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    code_hash BYTEA NOT NULL UNIQUE,
    code_expires_at BIGINT NOT NULL,
    code_used_at BIGINT,
    -- The refresh token that counts; the ones before it are in oidc_spent.
    refresh_hash BYTEA UNIQUE,
    refresh_ended_at BIGINT,
    -- Over with everything that came out of it.
    ended_at BIGINT
);
CREATE INDEX oidc_grants_of_account ON oidc_grants (account_id, client_id);
CREATE INDEX oidc_grants_of_client ON oidc_grants (client_id);
CREATE INDEX oidc_grants_of_session ON oidc_grants (session);
CREATE INDEX oidc_grants_by_age ON oidc_grants (created_at);

CREATE TABLE oidc_access (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    grant_id TEXT NOT NULL REFERENCES oidc_grants (id) ON DELETE CASCADE,
    -- Null: all that was granted.
    scopes TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX oidc_access_of_grant ON oidc_access (grant_id);
CREATE INDEX oidc_access_by_end ON oidc_access (expires_at);

-- Refresh tokens that were used: shown again, they end their grant.
CREATE TABLE oidc_spent (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    grant_id TEXT NOT NULL REFERENCES oidc_grants (id) ON DELETE CASCADE
);
CREATE INDEX oidc_spent_of_grant ON oidc_spent (grant_id);

-- The apps that people signed in to.
CREATE TABLE oidc_apps (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, client_id)
);
CREATE INDEX oidc_apps_of_client ON oidc_apps (client_id);
CREATE INDEX oidc_apps_by_age ON oidc_apps (last_at);
