-- The operator's apps. What is granted to one refers to it ON DELETE CASCADE: removing the row ends all of it.
CREATE TABLE clients (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    -- Addresses, one a line: none holds a line break.
    redirect_uris TEXT NOT NULL,
    post_logout_redirect_uris TEXT NOT NULL,
    auth_method TEXT NOT NULL,
    min_acr TEXT,
    -- Null: no code without PKCE.
    pkce_waived_at BIGINT,
    -- SHA-256 of 256 random bits; null for public ones.
    secret_hash BYTEA,
    -- The one before a rotation holds until then.
    previous_secret_hash BYTEA,
    previous_secret_until BIGINT,
    created_at BIGINT NOT NULL
);

-- Sign-in methods. One without a row is off.
CREATE TABLE methods (
    acr TEXT PRIMARY KEY NOT NULL,
    disabled_at BIGINT,
    -- Meant where an app asks for none; one at most has it.
    default_at BIGINT
);
INSERT INTO methods (acr) VALUES ('simple_password_auth'), ('twilio_sms');
