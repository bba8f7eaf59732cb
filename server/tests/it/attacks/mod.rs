//! What an attacker tries against the pages, a file per attack; the numbers are those of the catalogue of attacks.
mod a05_skipped_steps;
mod a18_forged_posts;
mod a20_nothing_readable;
