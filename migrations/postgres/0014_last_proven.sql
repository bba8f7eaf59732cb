-- When a code to a number last came back, to the day; null: not since it was proven, or before this was kept.
ALTER TABLE phones ADD COLUMN proven_at BIGINT;
