-- Which node wrote it; nothing for events of before.
ALTER TABLE events ADD COLUMN node TEXT;
