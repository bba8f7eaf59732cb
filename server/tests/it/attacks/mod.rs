//! What an attacker tries against the pages, a file per attack; the numbers are those of the catalogue of attacks.
mod a01_parallel_guesses;
mod a02_double_use;
mod a04_counter_reset;
mod a05_skipped_steps;
mod a06_answer_changed;
mod a07_factor_management;
mod a09_enumeration;
mod a10_phone_enumeration;
mod a12_victims_number;
mod a14_name_variants;
mod a17_fixation;
mod a18_forged_posts;
mod a20_nothing_readable;
mod a23_sms_bombing;
mod a26_forwarded_for;
mod a27_old_sessions;
mod a42_injection;
