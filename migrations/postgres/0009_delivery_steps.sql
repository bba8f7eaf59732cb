-- The farthest step that the provider told of since it took the message; null where nothing was told.
ALTER TABLE deliveries ADD COLUMN heard BIGINT;
ALTER TABLE deliveries ADD COLUMN heard_problem TEXT;
ALTER TABLE deliveries ADD COLUMN heard_at BIGINT;

-- All of them, each as it came first.
CREATE TABLE delivery_steps (
    delivery_id TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    step BIGINT NOT NULL,
    at BIGINT NOT NULL,
    problem TEXT,
    code BIGINT,
    PRIMARY KEY (delivery_id, step)
);
