-- Keys that sign tokens. Where one stands (next, current, old, gone) is read off its moments.
CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY NOT NULL,
    made_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,
    -- Null, unless it was given up before its time.
    withdrawn_at BIGINT,
    -- RSAPublicKey of RFC 8017.
    public_key BYTEA NOT NULL,
    -- PKCS #8; empty once it has signed for the last time.
    private_sealed BYTEA NOT NULL
);
