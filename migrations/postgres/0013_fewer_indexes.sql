-- Ids of these begin with the time of their rows, and those of events are given in order: that finds what is old.
DROP INDEX challenges_by_end;
DROP INDEX deliveries_by_age;
DROP INDEX events_by_age;
DROP INDEX sessions_by_use;
-- A half sign-in is found by its flow's session.
DROP INDEX sessions_of_flow;
