-- Open pages ask what was heard just now.
CREATE INDEX delivery_steps_by_time ON delivery_steps (at);
