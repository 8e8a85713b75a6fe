"""F12, F14 to F16 and F18 to F21: what befalls a browser. The browser tests that let it happen stand for them.

In full the connection of F16 is away for a minute; in the short form, as in the suite, for some seconds."""

PLACE = "tests/browser/"

IN_BROWSER: dict[str, tuple[str, ...]] = {
    # Somebody clicks twice, or presses Enter and clicks; what the same save twice does at the server is acted out too.
    "F12": (
        "test_double_click.py::test_a_line_is_added_once",
        "test_double_click.py::test_a_text_is_saved_once",
        "test_double_click.py::test_a_plain_form_is_sent_once",
    ),
    # The session ends while somebody types; another person signs in on the same machine.
    "F14": (
        "test_sign_in_again.py::test_signing_in_again_in_place_saves_what_was_typed",
        "test_sign_in_again.py::test_a_line_goes_on_after_signing_in_again",
        "test_sign_in_again.py::test_another_person_who_signs_in_here_sees_and_sends_nothing",
    ),
    # The token of the forms changes, because somebody signs in in another tab.
    "F15": (
        "test_sign_in_again.py::test_signing_in_in_another_tab_changes_the_token_and_no_text_is_lost",
        "test_sign_in_again.py::test_a_token_that_no_longer_counts_is_fetched_anew",
    ),
    # The network is off while somebody types, and while the page is loaded anew.
    "F16": (
        "test_drafts.py::test_what_waits_for_the_connection_is_saved_when_it_is_back",
        "test_drafts.py::test_a_page_reloaded_without_a_connection_gives_the_text_back_later",
        "test_saving.py::test_sentences_entered_without_a_connection_wait_in_the_list_and_come_in_order",
        "test_nore_by_two.py::test_two_people_write_one_case_while_one_of_them_is_offline",
        "test_clicks.py::test_moved_without_a_connection",
        "test_clicks.py::test_taken_away_and_put_back_without_a_connection",
    ),
    # Somebody types on while a save is on its way.
    "F18": (
        "test_lost_text.py::test_a_single_text_takes_what_is_typed_while_it_is_saved",
        "test_lost_text.py::test_the_form_of_an_item_stays_open_when_somebody_types_on_while_it_is_saved",
        "test_saving.py::test_a_save_whose_answer_was_lost_is_done_once_and_what_came_after_it_too",
    ),
    # Back, forward, and loading the page anew.
    "F19": ("test_saving.py::test_back_forward_and_reload_bring_no_old_text_back",),
    # Two tabs of one person; a real colleague is still one.
    "F20": (
        "test_saving.py::test_two_tabs_of_one_person_are_no_colleague",
        "test_saving.py::test_one_place_changed_by_two_people_asks_one_of_them",
    ),
    # The tab is killed.
    "F21": ("test_drafts.py::test_a_killed_tab_leaves_its_text_and_its_waiting_sentences",),
}


def tests_of(fault: str) -> tuple[str, ...]:
    return tuple(PLACE + test for test in IN_BROWSER[fault])
