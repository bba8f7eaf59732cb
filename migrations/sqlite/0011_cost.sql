-- What the provider charged for a message, in millionths of the currency's unit (ISO 4217); null where it did not tell.
ALTER TABLE deliveries ADD COLUMN price_micros BIGINT;
ALTER TABLE deliveries ADD COLUMN price_currency TEXT;
