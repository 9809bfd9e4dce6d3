//! The list of all cases, and the macro that makes tests of them.

/// Makes one `#[test]` of each case for the transport that `make` builds out of an [`Api`](sim_core::Api).
#[macro_export]
macro_rules! suite {
    ($make:expr) => {
        pub(crate) fn subject(api: sim_core::Api) -> impl $crate::Subject {
            $crate::Guarded(($make)(api))
        }

        $crate::every_case!(test);
    };
}

/// Hands every case to a macro: `$then!(family { case, case needs Lack, ... })`.
#[doc(hidden)]
#[macro_export]
macro_rules! every_case {
    (test) => {
        $crate::every_case!(@each
            requests {
                execute_is_one_post_with_the_input_as_its_body,
                input_that_is_no_object_is_nested,
                options_travel_beside_the_input,
                an_input_field_named_like_a_control_key_is_refused_before_sending,
                a_queued_run_is_asked_for_by_header,
                an_odd_execution_timeout_is_refused_before_sending,
                each_read_has_its_path,
                ids_are_encoded_the_same_way,
                hostile_ids_never_leave,
                a_path_in_front_of_the_api_is_kept,
                extra_headers_are_sent_and_own_ones_refused,
                credentials_are_a_key_a_token_or_nothing,
                a_callers_run_id_is_sent_and_an_odd_one_refused,
                each_execute_has_an_id_of_its_own,
                a_raw_request_is_sent_as_written,
                a_body_over_the_limit_of_the_api_is_refused_before_sending,
                every_endpoint_is_sent_exactly_so,
            }
            results {
                a_completed_run,
                a_failed_run_is_a_result_at_any_status,
                a_run_past_the_servers_limit_timed_out,
                a_cancelled_run_is_told_apart,
                a_paused_run_is_told_apart_from_a_completed_one,
                a_response_block_may_answer_anything,
                an_answer_of_an_old_server,
                hints_that_do_not_parse_never_cost_the_result,
                the_apis_refusal_is_an_error,
                a_page_of_a_gateway_leaves_the_run_unknown,
                a_receipt_that_nobody_asked_for_is_not_a_result,
                what_cannot_be_read_leaves_the_run_unknown,
                metadata_on_demand,
                the_raw_answer_on_demand,
            }
            rows {
                the_row_decides_what_a_plain_answer_was,
                the_row_of_a_spent_id_is_a_refusal_and_only_a_new_id_follows,
                a_missing_row_is_a_refusal_only_under_a_proof,
                where_no_row_can_be_read_nothing_is_guessed,
                the_keys_of_a_timed_pause_make_the_client_look,
                a_pause_at_an_odd_place_is_a_pause,
                a_failure_without_words_is_a_failure,
                the_form_of_a_queued_run_that_pauses_is_fetched,
                a_status_of_a_later_server_is_named_and_the_wait_for_it_ends,
                a_number_that_json_cannot_hold_never_leaves,
            }
            reads {
                a_receipt_in_each_of_its_shapes,
                a_queued_run_without_a_receipt_is_unknown,
                a_job_in_each_of_its_shapes,
                the_status_of_a_workflow,
                validation_says_no_only_for_two_reasons,
                usage_in_each_of_its_shapes,
                a_read_that_is_not_json_points_at_the_base_url,
            }
            pages {
                every_item_of_every_page_in_order,
                pages_come_as_the_server_cut_them,
                a_page_is_read_when_it_is_asked_for,
                a_page_that_fails_is_repeated_like_any_read,
                an_error_ends_the_list,
                a_list_goes_on_from_a_cursor,
                the_options_of_a_call_hold_for_every_page,
            }
            errors {
                each_status_has_its_code,
                an_error_carries_what_the_answer_told,
                a_redirect_is_never_followed,
                the_key_is_in_no_error,
                the_last_rate_limit_is_kept,
            }
            retries {
                a_plain_execute_is_sent_once_whatever_the_answer,
                a_read_is_repeated_as_often_as_the_policy_says,
                execute_with_retry_repeats_a_refusal,
                a_spent_run_id_is_replaced_and_a_free_one_kept,
                a_callers_own_spent_run_id_ends_the_call,
                the_wait_that_was_asked_for_is_kept_or_ends_the_call,
                an_authors_own_429_is_a_result_and_never_repeated,
                a_shared_budget_ends_the_hammering,
                a_deadline_ends_the_repeats,
            }
            wires {
                a_body_cut_short,
                a_head_has_the_same_bounds_everywhere,
                a_connection_is_used_again needs KeptConnections,
                a_large_answer_arrives_whole,
                a_large_request_arrives_as_it_is,
                the_total_of_a_stream_runs_from_its_beginning,
                the_total_ends_a_stream_that_is_never_silent,
            }
            matrix {
                row_00_answers_in_every_form_of_http,
                row_01_a_refused_connection,
                row_02_a_name_without_address,
                row_03_connecting_that_goes_unanswered,
                row_04_tls_that_is_refused,
                row_04b_a_handshake_that_is_cut,
                row_05_a_connection_lost_after_the_request,
                row_06_a_connection_lost_in_the_head,
                row_07_a_head_that_does_not_come,
                row_08_a_body_that_falls_silent,
                row_09_a_body_shorter_than_its_length,
                row_10_chunks_that_break_off,
                row_11_bytes_that_end_where_the_meaning_does_not,
                row_12_redirects,
                row_13_retry_after,
                row_14_unavailable,
                row_15_servers_that_failed,
                row_16_bodies_that_cannot_be_read,
                row_17_bodies_of_later_servers,
                row_18_bodies_over_the_limit,
                row_19_heads_over_the_limit,
                row_20_events_over_the_limit,
                row_21_events_in_every_form,
                row_22_one_outcome,
                row_23_what_is_not_http,
                row_24_kept_connections,
                row_25_refusals_before_the_body,
                row_26_cancels,
                row_27_clocks,
                row_28_addresses_in_receipts,
                row_29_the_ways_of_a_queued_run,
                row_30_a_crowd,
                row_31_what_a_workflow_answers,
                row_32_callers_that_vanish,
                row_33_a_lost_answer_of_each_release,
                row_34_limits_without_time,
                row_35_a_request_that_nobody_takes,
            }
            streams {
                a_stream_is_asked_for_in_the_body,
                thinking_and_tools_set_the_protocol_header,
                every_kind_of_event_is_told,
                a_stream_has_exactly_one_outcome,
                the_guides_spelling_of_the_end_is_read,
                how_a_run_ended_is_told_apart,
                an_output_that_is_not_in_the_stream_is_not_the_end,
                bytes_that_end_early_are_no_outcome,
                a_stream_lost_on_the_way_is_truncated,
                a_last_event_without_its_end_is_told_before_the_loss,
                a_stream_lost_before_its_first_event_leaves_the_run_unknown,
                a_refusal_before_the_stream_is_the_ordinary_error,
                a_refused_start_is_repeated_and_a_started_stream_never,
                json_instead_of_a_stream_is_the_result,
                frames_of_a_later_server_are_kept,
                dropping_a_stream_closes_its_connection,
                the_outcome_closes_the_connection,
                a_silent_stream_is_not_cut,
            }
            flows {
                a_queued_run_is_started_once_and_waited_for,
                an_answer_that_is_lost_is_found_again,
                an_output_that_is_not_ready_is_asked_for_again,
                a_deadline_cuts_a_poll_short,
                a_synchronous_run_that_is_lost_is_interrupted_and_never_run_again,
                a_server_that_knows_no_run_ids_gets_nothing_twice,
                a_stored_handle_finds_its_run,
                a_run_is_read_and_cancelled_by_its_id,
                a_run_whose_caller_vanished_can_be_found,
            }
            waits {
                a_refused_read_comes_again_when_the_server_wants_it,
                a_state_that_lasts_too_long_ends_the_wait,
                the_states_of_a_run_come_as_they_change,
                what_became_of_a_run_whose_stream_was_cut_is_found,
                a_short_run_is_noticed_soon,
            }
            cancels {
                a_call_that_connects needs CancelConnect,
                a_call_that_ended_while_it_connected_sends_nothing_later needs CancelConnect,
                a_call_whose_request_is_on_its_way,
                a_call_that_waits_for_its_answer,
                a_call_whose_body_is_on_its_way,
                a_call_that_waits_for_its_next_attempt,
                a_run_that_is_waited_for,
                a_call_that_was_cancelled_before_it_began,
                other_calls_go_on_and_keep_their_connections needs KeptConnections,
            }
            generations {
                the_second_generation_has_a_place_for_the_input,
                the_second_generation_has_its_modes_in_the_body,
                a_run_that_ended_is_a_result_of_the_same_kind,
                what_is_no_result_of_the_second_generation_leaves_the_run_unknown,
                a_refusal_of_the_second_generation_is_the_same_error,
                signs_of_life_come_before_the_result,
                a_run_reads_and_cancels_alike_in_both,
                a_server_without_the_second_generation_is_spoken_to_in_the_first,
                whatever_may_have_started_something_is_no_reason_to_fall_back,
                what_a_server_lacks_is_forgotten_after_ten_minutes,
            }
            pauses {
                a_pause_says_what_is_asked,
                an_answer_goes_to_the_place_that_waits,
                the_end_of_a_resumed_run_is_told_in_each_way,
                a_queued_answer_is_waited_for_under_the_id_of_the_run,
                a_pause_that_outlasts_its_answer_is_handed_over,
                an_answer_that_may_be_lost_is_given_once,
                a_pause_for_a_time_is_slept_through,
                a_run_that_asks_from_end_to_end,
            }
            people {
                the_next_pause_is_handed_over,
                after_one_of_two_people_the_run_waits_for_the_other,
                a_plain_answer_to_one_of_two_people_is_a_pause_at_the_other,
                a_run_that_fails_after_an_answer_is_a_result_with_the_cause,
                of_two_people_in_a_row_the_second_is_handed_over,
                an_answer_that_the_server_takes_back_is_an_error,
                an_answer_that_was_replaced_is_an_error_that_holds_the_other,
            }
            releases {
                a_call_is_one_run_and_its_result,
                a_lost_answer_starts_no_second_run,
                an_id_that_comes_back_starts_no_second_run,
                a_stored_handle_that_comes_back_starts_no_second_run,
                a_queued_run_is_followed,
                a_cancel_reaches_the_run_that_the_answer_names,
                no_answer_names_a_run_that_the_server_does_not_have,
                a_limit_of_a_run_is_sent_to_every_release_and_kept_by_the_later_ones,
                a_person_is_answered_once,
                a_second_person_in_a_row_is_answered_or_told_why_not,
                a_failure_after_an_answer_is_the_failed_run,
            }
            bodies {
                a_body_in_slices_arrives_whole,
                a_body_in_slices_is_sent_anew_with_each_attempt,
                a_part_of_a_source_is_a_body_of_its_own,
                a_source_that_fails_ends_the_call_and_its_connection,
                a_cancel_ends_a_body_in_slices_on_its_way,
            }
            hooks {
                a_provider_is_asked_again_after_a_401,
                a_provider_is_asked_before_each_attempt,
                an_interceptors_header_is_on_the_wire_for_each_attempt,
                what_an_interceptor_or_a_provider_refuses_never_leaves,
            }
            options {
                headers_are_in_every_request,
                a_deadline_ends_every_call,
                limits_hold_for_every_attempt,
                a_token_ends_every_call,
            }
            follow_ups {
                a_follow_up_settles_the_call,
                a_refusal_of_the_read_is_repeated_like_any_read,
                an_error_of_the_read_counts_every_request,
                the_limits_of_the_call_hold_for_the_read,
                the_options_of_the_call_hold_for_the_read,
                the_raw_answer_is_the_first_and_the_last,
                the_metadata_is_that_of_the_first_answer,
            }
            bounds {
                a_body_without_an_end_is_cut_at_the_limit,
                a_head_without_an_end_is_cut,
                an_event_without_an_end_is_cut_and_one_after_the_other_is_not,
                what_is_packed_although_nobody_asked_is_not_unpacked,
                the_type_of_the_content_decides_nothing,
                what_is_not_the_json_of_the_api_is_never_a_result,
                what_is_deep_but_not_too_deep_is_read,
            }
            strangers {
                a_page_is_no_result_and_its_writer_is_told,
                the_apis_404_and_a_strangers_differ_in_kind,
                what_a_gateway_answers_in_place_of_sim_is_never_a_success,
                a_base_url_that_is_a_path_of_sim_is_named,
                a_server_with_the_second_generation_switched_off_says_so,
                tls_on_a_plain_socket_is_named,
                a_stream_may_come_under_several_types,
                a_strangers_error_in_a_stream_is_told_with_the_head,
            }
            damage {
                half_a_character_costs_nothing_else,
                a_number_is_exact_the_nearest_or_null,
                an_output_may_be_deep_and_a_hint_may_be_deeper,
                an_empty_success_is_one_for_who_expects_nothing,
                a_header_line_in_an_old_form_is_read,
            }
            corpora {
                a_hostile_id_is_one_segment_or_never_leaves,
                a_hostile_run_id_is_sent_as_it_is_or_never_leaves,
                a_bad_base_url_makes_no_client,
                a_good_base_url_has_one_spelling,
                a_bad_key_makes_no_client,
                a_good_key_is_sent_as_it_is,
                a_malformed_refusal_of_a_read_is_the_apis_error,
                a_malformed_refusal_of_an_execute_claims_no_more_than_it_proves,
                a_malformed_header_is_a_hint_that_is_not_there,
            }
            secrets {
                no_redirect_takes_the_key_along,
                no_address_in_an_answer_is_asked,
                a_runs_own_words_do_not_show_the_key,
                the_words_of_a_run_become_one_short_line,
                no_debug_form_shows_the_key,
                a_setting_that_is_refused_does_not_repeat_the_key,
            }
            limits {
                nothing_is_sent_where_nothing_is_left_of_a_limit,
                each_limit_covers_what_the_page_says needs Settings,
                a_limit_counts_once_however_slowly_a_body_is_taken needs LimitOnce,
                an_answer_that_came_while_the_process_stood_still_counts needs LateLook,
            }
            networks {
                a_silent_connection_is_probed_unless_that_is_switched_off needs Settings,
                a_live_address_is_reached_past_dead_ones needs Settings,
                a_name_that_cannot_be_looked_up_has_the_words_of_the_resolver needs Settings,
                a_refusal_before_the_body_was_read_is_the_answer needs EarlyAnswer,
                where_no_thread_can_be_made_an_error_says_so needs Settings,
                a_gateway_in_front_of_the_server_has_credentials_of_its_own,
                what_another_crate_may_switch_on_changes_nothing,
            }
            proxies {
                a_plain_request_names_its_server_to_the_proxy needs Settings,
                a_proxy_that_refuses_says_so_itself needs Settings,
                the_proxy_looks_up_the_name_over_socks5h needs Settings,
                each_version_of_socks_is_spoken needs Settings,
                a_proxy_is_spoken_to_over_tls needs Settings,
                a_proxy_that_is_none_is_refused_by_its_url needs Settings,
                the_name_of_a_proxy_is_told_from_that_of_the_server needs Settings,
                a_variable_that_cannot_be_read_is_named_where_it_decides needs Settings,
                the_exceptions_of_the_environment_are_kept needs Settings,
                a_cgi_program_takes_no_proxy_from_a_header needs Settings,
                a_client_that_moved_to_this_machine_asks_no_proxy needs Settings,
            }
            certificates {
                a_root_certificate_that_was_added_is_trusted needs Settings,
                plain_http_needs_no_certificates needs Settings,
                without_certificates_the_error_says_where_they_were_looked_for needs Settings,
                one_bad_certificate_spoils_its_bundle_and_is_named needs Settings,
                a_server_that_is_not_trusted_is_explained needs Settings,
            }
            batches {
                each_input_has_one_run_whatever_is_lost,
                starts_keep_to_the_bucket_of_runs,
                a_failure_of_one_input_stops_no_other,
                a_batch_goes_on_where_its_store_says,
            }
            webhooks {
                a_lost_answer_is_repeated_and_starts_one_run,
                a_delivery_carries_the_webhooks_token_and_not_the_key,
                what_the_server_refuses_starts_nothing,
                a_body_that_would_be_lost_is_refused_before_sending,
                the_run_of_a_delivery_is_found_by_its_mark,
            }
            servers {
                a_run_from_end_to_end,
                a_queued_run_from_receipt_to_output,
                a_rate_limit_that_refills,
                a_usage_limit,
                a_caller_that_stops_waiting_cancels_the_run,
            }
        );
    };
    (@each $($family:ident { $($case:ident $(needs $need:ident)?,)* })*) => {
        $(mod $family {
            $(#[test]
            fn $case() {
                let name = concat!(module_path!(), "::", stringify!($case));
                let need = None$(.or(Some($crate::Lack::$need)))?;
                $crate::case(&super::subject, name, need, $crate::cases::$family::$case);
            })*
        })*

        #[test]
        fn every_case_is_run_or_named_as_missing() {
            let needs = [$($(None$(.or(Some($crate::Lack::$need)))?,)*)*];
            $crate::count(&subject, &needs);
        }
    };
}
