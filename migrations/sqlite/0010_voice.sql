-- By which way a code goes: `sms` or `voice`.
ALTER TABLE challenges ADD COLUMN channel TEXT NOT NULL DEFAULT 'sms';
ALTER TABLE deliveries ADD COLUMN channel TEXT NOT NULL DEFAULT 'sms';
-- The language of a call.
ALTER TABLE deliveries ADD COLUMN lang TEXT;
-- What a call says once a key was pressed, code included. Wiped when it is handed out or of no use any more.
ALTER TABLE deliveries ADD COLUMN spoken_sealed BLOB;
ALTER TABLE deliveries ADD COLUMN read_out_at BIGINT;
CREATE INDEX deliveries_spoken ON deliveries (expires_at) WHERE spoken_sealed IS NOT NULL;

-- A fixed line can be called only; null for all others.
ALTER TABLE phones ADD COLUMN fixed_line_at BIGINT;

-- The code that a level rests on was spoken in a call; null where it was a text, or there was none.
ALTER TABLE sessions ADD COLUMN by_call_at BIGINT;
ALTER TABLE oidc_grants ADD COLUMN by_call_at BIGINT;
