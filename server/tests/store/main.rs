//! What the store promises, on each database. A promise is a function of a fresh [`world::World`]; `store_tests!` runs them all.
#[cfg(test)]
mod calls;
#[cfg(test)]
mod clean;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod delivery_health;
#[cfg(test)]
mod delivery_news;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod dump;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod lookups;
#[cfg(test)]
mod methods;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod password_tries;
#[cfg(test)]
mod phones;
#[cfg(test)]
#[path = "../shared/place.rs"]
mod place;
#[cfg(test)]
mod removed_apps;
#[cfg(test)]
mod resend;
#[cfg(test)]
mod restored;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod signing_keys;
#[cfg(test)]
mod sql_prepares;
#[cfg(test)]
mod sqlite_file;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod upgrades;
#[cfg(test)]
mod world;

macro_rules! promises {
    ($db:ident: $($file:ident: $($name:ident)*;)*) => {
        $(mod $file {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    if let Some(world) = crate::world::World::$db().await {
                        crate::$file::$name(world).await;
                    }
                }
            )*
        })*
    };
}

macro_rules! promise {
    ($db:ident: $($name:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(world) = crate::world::World::$db().await {
                    crate::oidc::$name(world).await;
                }
            }
        )*
    };
}

macro_rules! store_tests {
    ($db:ident) => {
        #[cfg(test)]
        mod $db {
            promises! { $db:
                codes:
                    a_right_code_counts_once
                    r06_500_parallel_guesses_spend_five_tries
                    r06_of_500_guesses_at_once_five_are_compared_and_the_right_one_comes_too_late
                    r03_exactly_one_consumer
                    r05_five_wrong_codes_and_the_right_one_is_refused
                    r02_a_code_is_right_until_its_last_second
                    r07_a_code_is_worth_nothing_elsewhere
                    r04_failures_outlive_resends_sessions_and_adding_the_number_anew
                    r11_a_right_code_forgives_its_own_counter_alone
                    r04_a_number_that_is_off_gets_no_code_and_is_bound_anew
                    a_lowered_figure_switches_off_what_is_beyond_it
                    r60_an_account_switched_off_gets_no_guess
                    a_flow_that_ended_after_the_try_gains_nothing
                    a_number_removed_after_the_try_gains_nothing
                    unfinished_sign_ins_of_other_browsers_are_known;
                resend:
                    r08_taken_the_code_before_dies_and_tries_begin_anew
                    r08_refused_the_code_before_stays
                    r08_unknown_both_codes_share_one_budget
                    r08_unknown_keeps_the_newest_before_it_only
                    r08_unknown_may_become_taken_later
                    r08_outcomes_in_another_order_never_give_more_guesses
                    r08_guesses_before_the_outcome_count_on_the_new_code
                    r08_a_new_code_can_be_typed_before_its_outcome
                    r08_refused_by_another_number_goes_back_to_the_first
                    r04_two_codes_to_two_numbers_cost_both
                    r11_a_right_code_to_one_of_two_numbers_counts_on_neither
                    parallel_resends_write_one_message
                    nothing_is_written_into_a_flow_that_is_over;
                password_tries:
                    r48_of_500_guesses_at_once_six_are_told_of
                    a01_honest_sign_ins_at_once_are_all_told
                    r48_after_the_first_wait_one_is_told_of_at_a_time
                    r48_r49_the_end_holds_for_strangers_and_goes_with_a_new_password
                    r48_a_row_is_kept_for_a_year_and_tells_no_name
                    r48_what_was_typed_for_a_name_before_there_was_an_account_holds_nobody_up;
                calls:
                    r09_of_50_who_ask_at_once_one_is_told
                    r09_no_copy_of_the_database_tells_it
                    r09_a_code_of_no_use_is_told_to_nobody
                    r09_a_code_without_a_try_left_and_one_to_a_locked_number_are_told_to_nobody
                    r08_an_unsure_call_speaks_when_a_key_is_pressed
                    r09_what_nobody_needs_any_more_is_wiped
                    r81_the_steps_of_a_call_come_in_any_order
                    r116_a_used_code_tells_by_which_way_it_had_gone
                    r116_a_session_keeps_by_which_way_its_code_came
                    r25_a_fixed_line_comes_back_as_one;
                deliveries:
                    exactly_one_takes_a_message_up
                    a_message_is_opened_for_its_sender_alone
                    what_is_of_no_use_is_not_taken_up
                    an_outcome_stays_and_the_text_is_gone
                    messages_left_over_are_found
                    r42_a_report_marks_the_number_and_a_right_code_calms_it;
                delivery_health:
                    the_latest_messages_are_read_newest_first_and_as_they_stand
                    who_did_not_send_a_message_is_kept_with_its_code_and_whether_it_was_asked
                    r20_the_next_provider_gets_the_same_text_and_what_is_left_of_its_time
                    r08_the_next_provider_is_asked_as_the_rule_says;
                delivery_news:
                    r81_the_farthest_step_stays_whatever_the_order
                    whoever_waits_finds_what_was_heard_just_now
                    r81_only_the_carrier_of_a_message_tells_of_it
                    what_a_message_costs_is_noted_once_and_by_its_carrier_alone
                    a_message_that_nobody_took_up_is_told_of_by_nobody
                    news_of_a_message_without_an_answer_shows_that_it_was_taken
                    news_before_the_answer_is_kept
                    r81_no_news_touches_a_code
                    r08_r81_word_of_a_message_that_was_unsure_neither_kills_the_code_before_nor_gives_tries
                    r42_what_says_something_lasting_marks_the_number;
                phones:
                    r29_a_pending_number_gets_no_sign_in_code
                    r29_of_two_numbers_only_the_confirmed_one_counts
                    r30_the_old_number_serves_until_the_new_one_is_proven
                    r30_a_replacement_of_what_is_gone_changes_nothing
                    r32_proving_a_number_ends_everything_else
                    r32_a_sign_in_from_before_opens_no_session
                    r33_removing_the_last_number_lowers_the_session
                    r34_a_number_may_serve_two_accounts
                    r37_consent_is_kept
                    r54_a_session_that_has_ended_changes_nothing
                    r143_another_accounts_phone_is_unknown
                    the_first_number_is_preferred_and_the_next_one_follows
                    no_more_phones_than_the_figure_and_a_replacement_counts_once
                    cancelling_forgets_the_pending_number
                    a_pending_number_whose_code_ran_out_is_taken_up_again_in_its_session
                    a_number_proven_anew_keeps_its_rank;
                limits:
                    a39_that_a_limit_holds_is_written_once_a_minute_for_each_limit
                    r15_windows_slide_to_the_millisecond
                    r15_all_rules_or_none
                    r15_parallel_hits_never_exceed_a_window
                    a_code_over_its_limit_leaves_no_trace
                    rules_without_room_always_hold
                    r15_a_number_that_is_proven_counts_no_more_among_those_nobody_proves;
                texts:
                    any_text_stands_there_as_it_was_sent;
                sessions:
                    a_session_comes_back_as_it_was_kept
                    r54_the_cookie_is_not_in_the_database
                    r56_a_new_id_takes_the_session_over
                    r54_an_ended_session_stays_dead
                    r54_of_parallel_renewals_one_wins
                    r58_idle_and_absolute_end_to_the_millisecond
                    r58_a_new_id_does_not_begin_the_session_anew
                    r58_a_code_on_top_of_an_old_password_gives_no_second_day
                    last_use_is_kept_to_the_second
                    r61_saving_never_changes_who_it_is
                    r33_no_session_is_above_what_its_account_has
                    whoever_waits_learns_whether_a_session_still_holds
                    r60_a_disabled_account_has_no_session
                    sessions_are_listed_for_their_account_alone
                    r32_a_sign_in_of_before_a_change_opens_no_session_after_it
                    r32_the_password_of_before_a_change_leads_to_no_code;
                signing_keys:
                    r91_of_many_first_keys_one_counts
                    r91_one_next_key_waits_at_a_time
                    replacing_at_once_withdraws_all_others
                    a_private_key_is_sealed_and_goes_once_it_has_signed_for_the_last_time
                    two_nodes_that_start_together_end_with_one_key
                    r91_no_token_is_signed_with_a_key_that_an_app_cannot_know
                    a_withdrawn_key_is_out_of_use_on_all_nodes_within_a_minute;
                notices:
                    r31_every_other_number_is_told
                    a_number_over_its_limit_is_left_out_and_the_banner_stays
                    a_text_that_does_not_go_out_uses_up_nothing
                    r16_unfinished_sign_ins_are_told_of_once_an_hour
                    r143_a_notice_is_put_away_by_its_own_account;
                directory:
                    an_account_is_added_whole
                    r51_a_name_is_taken_in_all_its_forms
                    an_import_is_all_or_nothing_and_names_the_line
                    accounts_are_listed_in_pages
                    r60_switching_off_ends_everything
                    r39_a_new_password_ends_sessions_and_keeps_the_second_step
                    a_removed_number_can_be_added_anew
                    r04_an_operator_lets_codes_be_typed_again_and_the_second_step_stays
                    r141_a_removed_account_leaves_its_lines_in_the_security_log_and_nothing_else
                    r141_no_table_knows_a_removed_account_or_a_number_that_was_its_alone
                    removing_one_unknown_number_changes_nothing
                    another_key_file_is_refused;
                clients:
                    a_client_comes_back_as_it_was_registered
                    a_client_is_changed_without_its_secret_and_never_becomes_another_kind
                    an_id_is_taken_once
                    r105_two_secrets_hold_for_a_day_after_a_rotation
                    r105_what_has_no_secret_gets_none
                    a_removed_client_is_gone_and_its_id_is_free
                    a_level_of_a_later_release_is_kept_and_met_by_nothing
                    a20_a_dump_tells_no_client_secret;
                methods:
                    the_store_switches_as_the_rules_say
                    no_race_makes_a_disabled_method_the_default
                    no_race_leaves_two_defaults
                    r112_another_node_sees_it_at_once
                    a_method_that_is_missing_is_off_and_one_of_a_later_release_is_none
                    accounts_with_a_proven_phone_are_counted_once;
                clean:
                    what_is_over_is_forgotten_in_its_time
                    the_last_ten_tests_of_a_phone_are_kept
                    r09_codes_go_within_a_day
                    r16_unfinished_sign_ins_are_remembered
                    r54_the_mark_of_an_ended_session_outlives_every_request;
                restored:
                    a45_what_a_backup_revives_is_dead
                    a45_what_apps_had_before_the_mark_is_dead_and_what_they_get_after_it_is_not
                    a45_each_table_has_a_decision;
                dump:
                    r09_a_dump_tells_no_code_and_no_number;
                upgrades:
                    a_later_release_that_only_adds_is_no_hindrance
                    a_later_release_that_took_something_away_is_refused;
                oidc:
                    r70_a_request_from_elsewhere_belongs_to_the_first_browser_that_comes
                    a_request_is_answered_once
                    r103_of_50_parallel_redemptions_one_counts_and_then_its_tokens_are_dead
                    r107_of_20_parallel_refreshes_one_counts_and_the_family_dies
                    r106_no_code_or_token_is_in_the_database
                    what_is_over_is_forgotten;
                removed_apps:
                    no_code_is_issued_to_an_app_that_was_removed_meanwhile
                    no_request_is_kept_for_an_app_that_was_removed_meanwhile
                    no_token_is_kept_for_an_app_that_was_removed_meanwhile
                    what_fails_for_a_removed_app_is_nobody_elses_trouble
                    codes_and_refresh_tokens_of_a_removed_app_are_those_of_none
                    r60_nothing_is_kept_for_an_account_that_was_switched_off_meanwhile
                    no_race_with_the_removal_of_an_app_is_a_fault;
                sql_prepares:
                    every_statement_is_understood;
            }

            /// What the world in memory promises as well.
            mod grants {
                domain::for_each_grant_promise! { promise $db: }
            }
        }
    };
}

store_tests!(sqlite);
store_tests!(postgres);
