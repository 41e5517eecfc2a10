"""What the engine does for every connector alike, and what proves it.

A proof is a bug on purpose that the simulation finds (`reading: ...` of planted.py, `sending: ...`
of sending_bugs.py, both in tests/simulation), or a test, `path::name`.
"""

from __future__ import annotations

from typing import NamedTuple


class Promise(NamedTuple):
    """One promise of the engine."""

    id: str
    tier: str
    title: str
    proofs: tuple[str, ...]


_READ = "tests/core/reading/test_stream.py::"
_LIST = "tests/core/reading/test_lists.py::"
_CALL = "tests/core/calls/test_session.py::"
_HERE = "tests/conformance/test_engine.py::"

ENGINE: tuple[Promise, ...] = (
    Promise("C17", "bronze", "a reading ends: an empty page, a token that comes again",
            (f"{_HERE}test_a_token_that_comes_again_ends_the_list",
             f"{_LIST}test_the_slow_way_ends_where_the_platform_counts_rows_that_it_does_not_show")),
    Promise("C18", "bronze", "a second sync reads what changed and the overlap, no more",
            (f"{_HERE}test_a_second_sync_asks_for_the_overlap_only",)),
    Promise("C24", "silver", "a list cut off by the platform is split, or it is said",
            (f"{_READ}test_a_window_that_is_too_large_is_halved",
             f"{_READ}test_more_in_one_second_than_can_be_read_is_said",
             f"{_LIST}test_the_slow_way_is_too_large_beyond_what_the_platform_shows")),
    Promise("C25", "silver", "a long span is walked in slices without gaps",
            (f"{_LIST}test_a_window_begins_and_ends_a_tick_outside_itself",
             "reading: > instead of >=")),
    Promise("C26", "bronze", "the order of a list changes nothing",
            ("reading: a false declaration trusted",
             f"{_HERE}test_any_order_leaves_the_same_store")),
    Promise("C29", "bronze", "killed at any request, the next run has everything",
            ("reading: cursor before rows",
             "tests/simulation/test_kill.py::test_loses_nothing_when_killed_at_any_moment")),
    Promise("C30", "bronze", "an error moves no position past what was not read",
            ("reading: final state in finally",
             f"{_READ}test_a_detail_that_fails_stops_no_other_and_no_cursor")),
    Promise("C31", "bronze", "what is kept of a position is JSON, below 4 KB, and upgraded",
            (f"{_HERE}test_a_position_is_json_and_small",
             "tests/core/store/test_upgrade.py::"
             "test_what_an_older_version_wrote_is_all_there_and_reading_goes_on")),
    Promise("C32", "silver", "an absurd position is an error that names its repair",
            (f"{_READ}test_a_cursor_in_the_future_is_an_error_with_its_repair",
             f"{_READ}test_a_damaged_position_is_an_error_with_its_repair")),
    Promise("C34", "silver", "a wrong clock here loses nothing",
            (f"{_READ}test_a_local_clock_that_is_wrong_moves_no_cursor_past_a_row",
             "sending: our clock for stamp and age")),
    Promise("C35", "bronze", "Retry-After is waited for, in seconds or as a date",
            (f"{_CALL}test_waits_as_long_as_the_platform_asks",
             "tests/core/calls/test_retry.py::test_reads_both_forms_of_retry_after",
             "tests/core/calls/test_retry.py::test_waits_longer_each_time_and_not_as_others_do")),
    Promise("C37", "bronze", "what may pass is asked again a bounded number of times",
            ("tests/core/calls/test_retry.py::test_gives_up_with_the_last_error",
             "tests/core/calls/test_retry.py::test_all_attempts_together_stay_within_the_total",
             "tests/core/calls/test_http.py::test_a_body_cut_off_is_transient")),
    Promise("C39", "silver", "an expired token is renewed once, whoever asks",
            ("tests/core/calls/test_session_login.py::"
             "test_sixteen_threads_on_one_expired_token_log_in_once",
             "tests/core/calls/test_session_login.py::"
             "test_a_refused_token_is_renewed_once_and_the_call_made_again")),
    Promise("C40", "silver", "the declared budget is kept by all shops of an app together",
            (f"{_CALL}test_requests_keep_within_the_budget_of_the_app",
             f"{_CALL}test_what_one_shop_is_told_all_shops_of_the_key_obey")),
    Promise("C43", "silver", "no redirect is followed, so that no token goes elsewhere",
            ("tests/core/calls/test_http.py::test_follows_no_redirect",)),
    Promise("C45", "bronze", "a malformed case costs itself only",
            (f"{_READ}test_a_bad_row_costs_itself_only",
             f"{_READ}test_a_bad_row_that_becomes_good_leaves_the_quarantine")),
    Promise("C51", "bronze", "payloads are kept byte for byte; tickets can be made of them anew",
            (f"{_READ}test_rows_are_kept_byte_for_byte",
             "tests/cli/test_looking_after.py::"
             "test_renormalise_shows_the_difference_and_changes_nothing_until_told")),
    Promise("C56", "bronze", "a crash between sending and storing doubles nothing",
            ("sending: record after the write", "sending: expired as queued",
             "sending: blind retry",
             "tests/simulation/test_kill_sending.py::"
             "test_a_killed_process_leaves_one_copy_or_a_person_is_told")),
    Promise("C60", "silver", "replies to a case go in their order",
            ("sending: no order", "sending: next after sent", "sending: a parked row passed")),
    Promise("C61", "bronze", "a rehearsal makes no writing request",
            ("tests/simulation/test_kill_sending.py::test_rehearsals_make_no_writing_request",)),
    Promise("C62", "bronze", "a shop that fails stops no other, and is named",
            ("tests/core/test_desk.py::test_one_platform_that_is_down_touches_no_other",)),
    Promise("C63", "silver", "a large shop keeps no small one waiting",
            ("tests/core/test_turns.py::"
             "test_fifty_small_shops_are_through_before_the_large_ones_twentieth_page",)),
    Promise("C64", "bronze", "two processes never work on one shop",
            ("sending: no claim", "sending: no fence",
             "tests/core/store/test_ledger.py::"
             "test_keeps_a_second_process_off_and_says_who_holds_it",
             "tests/simulation/test_kill.py::"
             "test_two_processes_on_the_same_shops_lose_and_double_nothing")),
    Promise("C66", "silver", "memory does not grow with the number of cases",
            (f"{_HERE}test_eight_times_the_cases_take_no_more_memory",)),
    Promise("C67", "silver", "an outage is logged once, and its end once",
            ("tests/core/test_sync.py::test_an_outage_is_logged_once_and_its_end_once",)),
    Promise("C68", "silver", "asked to stop, a sync stops, and the next goes on",
            ("tests/core/test_sync.py::test_no_request_leaves_after_the_signal",
             "tests/core/test_sync.py::"
             "test_a_sync_ends_when_its_time_is_up_and_the_next_goes_on")),
)  # fmt: skip

# They need a type checker, a released version, or two cores side by side.
LATER = {
    "C06": "public functions are typed; `mypy --strict` is clean",
    "C07": "settings and tickets of the version before are still understood",
    "C70": "the oldest core that a plugin claims to work with is tested",
}
