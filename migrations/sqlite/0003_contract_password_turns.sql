-- Nobody takes a turn before a password is looked at any more; a row is written when one was wrong.
ALTER TABLE password_tries DROP COLUMN under_way;
ALTER TABLE password_tries RENAME COLUMN taken_at TO wrong_at;
