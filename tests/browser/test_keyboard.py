"""A whole meeting without a pointer, from signing in to the documents: Tab, Enter, Space, arrows, Escape and typing."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from meetings.models import Agreement, Meeting, MeetingGoal, Observation
from tests.browser.keyboard import Keyboard
from tests.factories import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST, AGAIN = "01012030", "02022030"  # the same, whichever of day and month the browser asks first


def sign_in(hands: Keyboard, cast: Cast) -> None:
    hands.page.goto(reverse("account_login"))
    hands.write("[name=login]", cast.coordinator.email)
    hands.write("[name=password]", PASSWORD)
    hands.press("Enter")
    expect(hands.page).to_have_url(re.compile(reverse("today") + "$"))


def plan(hands: Keyboard, cast: Cast) -> Meeting:
    """From “Vandaag”, past the menu of the account, to a meeting that begins."""
    hands.push("[popovertarget=account-menu]")
    hands.go("#account-menu button", "Afmelden")
    hands.press("Escape")
    hands.is_at("[popovertarget=account-menu]")
    hands.push("main a", "Bespreking plannen")
    hands.write("[name=find]", cast.student.first_name)
    hands.settle()
    hands.press("Tab", "Shift+Tab")
    hands.push(f"[name=students][value='{cast.student.pk}']", key="Space")
    hands.write("[name=title]", "Zonder muis")
    hands.write("[name=date]", FIRST)
    hands.push("form.planning .btn.main")
    hands.push("main button", "Begin de bespreking")
    expect(hands.page).to_have_url(re.compile("/stap/start/$"))
    return Meeting.objects.exclude(pk=cast.meeting.pk).get()


def to_the_content(hands: Keyboard) -> None:
    hands.push(".skip")


def line(hands: Keyboard, key: str, text: str, *, back: bool = False, **more: str) -> None:
    """Type a line at the end of a list and save it with Enter; the next line is ready."""
    hands.go(f"#add-{key} [data-line]", back=back)
    hands.type(text)
    for name, value in more.items():
        field = f"#add-{key} [name={name}]"
        hands.go(field)
        if hands.page.evaluate("document.activeElement.tagName") == "SELECT":
            hands.choose(field, value)
        else:
            hands.type(value)
    if more:
        hands.go(f"#add-{key} [data-line]", back=True)
    hands.press("Enter")
    hands.is_at(f"#add-{key} [data-line]")
    expect(hands.page.locator("main .typed", has_text=text).first).to_be_visible()


def forward(hands: Keyboard, slug: str) -> None:
    hands.push(".foot .btn.main")
    expect(hands.page).to_have_url(re.compile(f"/stap/{slug}/(#missing)?$"))
    to_the_content(hands)


def change_move_and_put_back(hands: Keyboard) -> None:
    """All that the menu of an item can do, with the focus on that item all the while."""
    goal = MeetingGoal.objects.get(text="Samen kijken")
    item, menu = f"#item-{goal.pk}", f"#menu-{goal.pk}"
    hands.push(f"{item} .dots", back=True)
    hands.press("Escape")
    hands.is_at(f"{item} .dots")
    hands.press("Enter")
    hands.push(f"{menu} a", "Aanpassen")
    hands.is_at(f"{item} [name=text]")
    hands.press("End")
    hands.type(" naar wat lukt")
    hands.push(f"{item} .btn.main")
    hands.is_at(f"{item} .dots")
    hands.press("Enter")
    hands.push(f"{menu} button", "Omhoog")
    hands.is_at(f"{item} .dots")
    expect(hands.page.locator("#list-meetinggoal .item").first).to_contain_text("Samen kijken naar wat lukt")
    hands.press("Enter")
    hands.push(f"{menu} button", "Haal weg")
    hands.is_at(f"{item} button", "Zet terug")
    hands.press("Space")
    hands.is_at(f"{item} .dots")


def start(hands: Keyboard) -> None:
    to_the_content(hands)
    line(hands, "meetinggoal", "Weten wat helpt")
    line(hands, "meetinggoal", "Samen kijken")
    change_move_and_put_back(hands)
    line(hands, "wish-student", "Meer tijd", how_known="heard_directly")
    hands.push("#add-wish-parents button", "Nog niet gevraagd")
    forward(hands, "overzicht")


def overview(hands: Keyboard, cast: Cast) -> None:
    hands.push("#window summary")
    hands.go("#window [name=seen_until]")
    hands.push("#window summary", back=True)
    line(hands, "observation-strength-ll", "Vertelt boeiend")
    line(hands, "observation-strength-ols", "Werkt met een maatje", source="heard")
    line(hands, "observation-difficulty-ols", "Begint pas na tien minuten")
    hands.push(".foot .btn.main")
    hands.press("Tab")
    hands.is_at("#missing textarea")  # what is still missing comes first
    told = {"source": "told_by_parent", "told_by": str(cast.mother.pk)}
    line(hands, "observation-strength-opv", "Leest met papa", back=True, **told)
    forward(hands, "inzicht")


def insight(hands: Keyboard, meeting: Meeting) -> None:
    line(hands, "factor-ll", "Denkt hardop", kind_of_factor="protective")
    line(hands, "factor-ols", "Uitleg is enkel mondeling", kind_of_factor="risk")
    helps, hinders = (str(factor.pk) for factor in meeting.factors.order_by("created_at"))
    hands.push("#add-factorlink summary")
    hands.choose("#add-factorlink [name=from_factor]", helps)
    hands.choose("#add-factorlink [name=effect]", "inhibits")
    hands.choose("#add-factorlink [name=to_factor]", hinders)
    hands.push("#add-factorlink button", "Voeg toe")
    expect(hands.page.locator("#drawing line.brake")).to_have_count(1)
    hands.push("#insight button", "Ja")
    expect(hands.page.locator("#insight [aria-pressed=true]")).to_have_count(1)
    forward(hands, "doelen")


def goals_and_needs(hands: Keyboard) -> None:
    goal = {"indicator": "eerste antwoord staat er", "target": "student", "horizon": "quick"}
    line(hands, "goal", "Nore begint binnen twee minuten", **goal)
    forward(hands, "behoeften")
    hands.push("button", "feedback die")
    hands.push("[popover]:popover-open a")
    hands.is_at("#add-need-student [data-line]")
    hands.type("na twee minuten komt")
    hands.press("Enter")
    hands.push("#for-student .need button", "noodzakelijk")
    expect(hands.page.locator("#for-student .must .need")).to_have_count(1)
    hands.push("#nothing-extra button")
    hands.push("#for-student .must a", "Maak een afspraak")


def agreements(hands: Keyboard, cast: Cast) -> None:
    hands.write("[name=what]", "Komt na twee minuten langs")
    hands.write("[name=how]", "zegt wat lukt")
    hands.push(f"[name=who][value='{cast.coordinator.name}']", key="Space")
    hands.write("[name=when_text]", "elke les")
    hands.push("form.full .btn.main")
    hands.push(".agreement .thread summary")
    expect(hands.page.locator(".agreement .thread li").first).to_be_visible()
    for audience, to in (("student", "Nore"), ("parents", str(cast.mother)), ("parents", str(cast.father))):
        hands.push("#add-communication summary")
        hands.choose("#add-communication [name=audience]", audience)
        hands.write("#add-communication [name=to]", to)
        hands.choose("#add-communication [name=by]", cast.coordinator.name)
        hands.push("#add-communication button", "Voeg toe")
        expect(hands.page.locator("#list-communication .item", has_text=to)).to_be_visible()
    hands.push("#add-followup summary")
    hands.write("#add-followup [name=date]", AGAIN)
    hands.push(f"#add-followup [name=attendees][value='{cast.coordinator.name}']", key="Space")
    hands.push("#add-followup button", "Voeg toe")
    expect(hands.page.locator("#list-followup .item")).to_have_count(1)
    hands.push("#add-phasedecision summary")
    decided = {"guidance_domain": "learning", "before": "broad_basic", "after": "increased"}
    for name, value in decided.items():
        hands.choose(f"#add-phasedecision [name={name}]", value)
    hands.write("#add-phasedecision [name=reason]", "meer nodig")
    hands.push("#add-phasedecision button", "Voeg toe")
    expect(hands.page.locator("#list-phasedecision .item")).to_have_count(1)
    forward(hands, "evaluatie")


def close_and_print(hands: Keyboard, meeting: Meeting) -> None:
    for goal in meeting.meetinggoals.all():
        hands.choose(f"#rating-{goal.pk} [name=rating]", "reached")
        hands.push(f"#rating-{goal.pk} button")
    hands.push("#closing button", "Bespreking afsluiten")
    expect(hands.page).to_have_url(re.compile(f"/besprekingen/{meeting.pk}/$"))
    hands.push("main a", "Plannen en verslag")
    hands.push(".documents a")
    hands.push("button", "Druk af")
    expect(hands.page).to_have_url(re.compile("/afdrukken/"))


@pytest.mark.long
def test_a_whole_meeting_without_a_pointer(cast: Cast, open_browser: Callable[..., Page]) -> None:
    hands = Keyboard(open_browser(None))
    sign_in(hands, cast)
    meeting = plan(hands, cast)
    start(hands)
    overview(hands, cast)
    insight(hands, meeting)
    goals_and_needs(hands)
    agreements(hands, cast)
    close_and_print(hands, meeting)
    meeting.refresh_from_db()
    assert meeting.status == "closed"
    assert Agreement.objects.get().what == "Komt na twee minuten langs"
    assert Observation.objects.count() == 4


def test_the_focus_moves_to_no_button_that_nobody_chose(cast: Cast, open_browser: Callable[..., Page]) -> None:
    """What one was at is gone when the foot looks again; the first button there would close the meeting for good."""
    page = open_browser(cast.coordinator)
    page.goto(reverse("meeting_step", args=(cast.meeting.pk, "evaluatie")))
    page.locator("#gates a").first.focus()
    page.evaluate("document.activeElement.textContent = 'gone in what comes back'")
    with page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "gates"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('item-saved'))")
    expect(page.locator("#gates", has_text="gone in what comes back")).to_have_count(0)
    expect(page.locator("#gates")).to_be_focused()
