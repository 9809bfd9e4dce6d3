//! The fault matrix, a case for each row: what is asserted stands with the rows, in `matrix`.

use sim_core::Api;

use crate::matrix::check;
use crate::subject::Subject;
use crate::tools::crowd;

pub fn row_00_answers_in_every_form_of_http<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "0");
}

pub fn row_01_a_refused_connection<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "1");
}

pub fn row_02_a_name_without_address<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "2");
}

pub fn row_03_connecting_that_goes_unanswered<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "3");
}

pub fn row_04_tls_that_is_refused<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "4");
}

pub fn row_04b_a_handshake_that_is_cut<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "4b");
}

pub fn row_05_a_connection_lost_after_the_request<S: Subject>(
    subject: &(impl Fn(Api) -> S + Sync),
) {
    check(subject, "5");
}

pub fn row_06_a_connection_lost_in_the_head<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "6");
}

pub fn row_07_a_head_that_does_not_come<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "7");
}

pub fn row_08_a_body_that_falls_silent<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "8");
}

pub fn row_09_a_body_shorter_than_its_length<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "9");
}

pub fn row_10_chunks_that_break_off<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "10");
}

pub fn row_11_bytes_that_end_where_the_meaning_does_not<S: Subject>(
    subject: &(impl Fn(Api) -> S + Sync),
) {
    check(subject, "11");
}

pub fn row_12_redirects<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "12");
}

pub fn row_13_retry_after<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "13");
}

pub fn row_14_unavailable<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "14");
}

pub fn row_15_servers_that_failed<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "15");
}

pub fn row_16_bodies_that_cannot_be_read<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "16");
}

pub fn row_17_bodies_of_later_servers<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "17");
}

pub fn row_18_bodies_over_the_limit<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "18");
}

pub fn row_19_heads_over_the_limit<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "19");
}

pub fn row_20_events_over_the_limit<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "20");
}

pub fn row_21_events_in_every_form<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "21");
}

pub fn row_22_one_outcome<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "22");
}

pub fn row_23_what_is_not_http<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "23");
}

pub fn row_24_kept_connections<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "24");
}

pub fn row_25_refusals_before_the_body<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "25");
}

pub fn row_26_cancels<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "26");
}

pub fn row_27_clocks<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "27");
}

pub fn row_28_addresses_in_receipts<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "28");
}

pub fn row_29_the_ways_of_a_queued_run<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "29");
}

pub fn row_30_a_crowd<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    let _crowd = crowd();
    check(subject, "30");
}

pub fn row_31_what_a_workflow_answers<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "31");
}

pub fn row_32_callers_that_vanish<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    let _crowd = crowd();
    check(subject, "32");
}

pub fn row_33_a_lost_answer_of_each_release<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "33");
}

pub fn row_34_limits_without_time<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "34");
}

pub fn row_35_a_request_that_nobody_takes<S: Subject>(subject: &(impl Fn(Api) -> S + Sync)) {
    check(subject, "35");
}
