"""Strict YAML: what a reader of the file would not expect is a fault, and no file brings the reading down."""

import pytest

from meetings.cases.faults import MOST
from tests.meetings.case_files import faults, raw

BASE = raw("gepland").decode()


def one_fault(text: str | bytes) -> str:
    found = faults(text if isinstance(text, bytes) else text.encode())
    assert len(found) == 1, found
    return found[0]


def with_line(line: str) -> str:
    """The planned meeting with one more line in step 2."""
    return BASE + f"  {line}\n"


def test_the_files_are_without_fault() -> None:
    assert faults(BASE.encode()) == []
    assert faults(b"\xef\xbb\xbf" + BASE.replace("\n", "\r\n").encode()) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("status: planned", "status: planned, status: planned", 'line 6: the key "status" stands here twice'),
        ('code: "5"', 'code: &c "5"', "line 4: anchors are not allowed; write the value out"),
        ('code: "5"', 'code: !!str "5"', "line 4: tags are not allowed"),
        ('code: "5"', 'code: ! "5"', "line 4: tags are not allowed"),
        ('"5", level', '"5", <<: {name: "x"}, level', "line 4: merge keys are not allowed; write the keys out"),
        ('"5", level', '"5", ? [a] : b, level', "line 4: a key is one word, not a list or a map"),
        ('"5", level', '"5", 1: b, level', 'line 4: put the key 1 in quotes: "1"'),
        ("format", "--- \n---\nformat", "line 3: a second document; a case file is one document"),
        ('code: "5"', 'code: ["5"', "line 4: this is not YAML: did not find expected ',' or ']'"),
        ('"08:30"', "08:30", 'meeting.start: a time stands in quotes: put it in quotes, "08:30"'),
        ('"08:30"', "15:45", 'meeting.start: a time stands in quotes: put it in quotes, "15:45"'),
        ('"08:30"', '"8:30"', 'meeting.start: a time like "15:45" is expected here, not "8:30"'),
        ('"08:30"', '"24:00"', 'meeting.start: a time like "15:45" is expected here, not "24:00"'),
        ("2026-03-05", "2026-02-30", "meeting.date: there is no day 2026-02-30"),
        ("2026-03-05", "2026-03-05 10:00:00", "meeting.date: a date without a time is expected here"),
        ("2026-03-05", '"2026-03-05T10:00"', "meeting.date: a date without a time is expected here"),
        ("2026-03-05", "5 maart", 'meeting.date: a date like 2025-11-13 is expected here, not "5 maart"'),
        ("2026-03-05", "12026-03-05", 'meeting.date: a date like 2025-11-13 is expected here, not "12026-03-05"'),
        ("status: planned", "status: gepland", 'meeting.status: "gepland" is not one of planned, preparing, '
         "in_progress, closed, amended, cancelled"),
        ("status: planned", "status: [planned]", "meeting.status: one value is expected here, not a list or a map"),
        ("status: planned", "status: planned, stauts: x", "meeting.stauts: there is no such key here"),
        ("status: planned", "status: null", "meeting.status: this is required"),
        ("level: lager", "level: lager, year_no: 1.0", "class_group.year_no: a whole number is expected here, without "
         'quotes, not "1.0"'),
        ("level: lager", 'level: lager, year_no: "1"', "class_group.year_no: a whole number is expected here, without "
         'quotes, not "1"'),
        ("level: lager", "level: lager, year_no: 08", "class_group.year_no: a whole number is expected here, without "
         'quotes, not "08"'),
        ("level: lager", "level: lager, year_no: 8", "class_group.year_no: a number from 1 to 7"),
        ('"888102"', "888102", "school.institution_number: text is expected here, and without quotes this is a number: "
         'put it in quotes, "888102"'),
        ('"888102"', '"88810"', "school.institution_number: six digits, in quotes"),
        ('"888102"', '"٨٨٨١٠٢"', "school.institution_number: six digits, in quotes"),
        ("levels: [lager]", "levels: lager", "school.levels: a list is expected here"),
        ("levels: [lager]", "levels: []", "school.levels: at least one is needed here"),
        ("levels: [lager]", "levels: [lager, ~]", "school.levels[1]: an empty item; leave it out"),
        ("hgw-case/1", "hgw-case/2", 'format: "hgw-case/2" is not one of hgw-case/1'),
        ("format: hgw-case/1\n", "", "format: this is required"),
    ],
)  # fmt: skip
def test_a_fault_is_named(old: str, new: str, fault: str) -> None:
    assert old in BASE
    assert one_fault(BASE.replace(old, new, 1)) == fault


def test_an_alias_is_a_fault() -> None:
    found = faults(BASE.replace('code: "5"', 'code: &c "5", name: *c', 1).encode())
    assert found == [
        "line 4: anchors are not allowed; write the value out",
        "line 4: aliases are not allowed; write the value out",
    ]


@pytest.mark.parametrize(
    "value", ["yes", "No", "on", "OFF", "true", "12", "1.5", "1.0e+3", "0x1f", "15:45", "9:05", "08:30", "2025-11-13"]
)
def test_a_value_that_yaml_reads_as_something_else_must_be_quoted(value: str) -> None:
    text = BASE.replace('"Leerlingbespreking Amber"', value, 1)
    assert one_fault(text).startswith("meeting.title: text is expected here")
    assert one_fault(text).endswith(f'put it in quotes, "{value}"')
    assert faults(BASE.replace('"Leerlingbespreking Amber"', f'"{value}"', 1).encode()) == []


@pytest.mark.parametrize("value", ["yes", "1", '"true"', "True", "waar"])
def test_a_flag_is_true_or_false(value: str) -> None:
    text = BASE + f"step_5_needs: {{nothing_extra: {value}}}\n"
    assert one_fault(text).startswith("step_5_needs.nothing_extra: true or false is expected here")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('seen_from: ""', 'step_2_overview.seen_from: a date like 2025-11-13 is expected here, not ""'),
        ("strengths: 5", "step_2_overview.strengths: a list is expected here"),
        ("strengths: [5]", "step_2_overview.strengths[0]: a map of keys is expected here"),
        ("strengths: {a: b}", "step_2_overview.strengths: a list is expected here"),
        ('strengths: [{domain: ll, text: ""}]', "step_2_overview.strengths[0].text: an empty text; leave the key out"),
        ('strengths: [{domain: ll, text: "a", id: "a b"}]',
         "step_2_overview.strengths[0].id: an id is 1 to 40 letters, digits, - or _"),
        ('strengths: [{domain: ll, text: "a\\x07"}]',
         "step_2_overview.strengths[0].text: a control character, U+0007, is not allowed"),
        ('strengths: [{domain: ll, text: "a", talent: "a\\nb"}]',
         "step_2_overview.strengths[0].talent: this must fit on one line"),
        ('strengths: [{domain: ll, text: "a", subject: amber}]',
         "step_2_overview.strengths[0].subject: in a group only"),
        ('difficulties: [{domain: ll, text: "a", holder: student}]',
         "step_2_overview.difficulties[0].holder: there is no such key here"),
        ('difficulties: [{domain: ll, text: "a", observer: "Jos"}]',
         'step_2_overview.difficulties[0].observer: nobody called "Jos" in this file'),
        ('difficulties: [{domain: ll, text: "a", counterpart: X-1}]',
         'step_2_overview.difficulties[0].counterpart: no strength or difficulty or exception "X-1" in this file'),
    ],
)  # fmt: skip
def test_a_fault_in_a_list_is_at_its_place(line: str, fault: str) -> None:
    assert one_fault(with_line(line)) == fault


def test_too_long_is_refused_and_never_cut() -> None:
    long = with_line(f'exceptions: [{{domain: ll, text: "{"a" * 100_001}"}}]')
    assert one_fault(long) == "step_2_overview.exceptions[0].text: 100001 characters; at most 100000 fit"
    short = BASE.replace('"Leerlingbespreking Amber"', f'"{"a" * 201}"')
    assert one_fault(short) == "meeting.title: 201 characters; at most 200 fit"
    fits = with_line(f'exceptions: [{{domain: ll, text: "{"e\u0301" * 100_000}"}}]')
    assert faults(fits.encode()) == []  # counted as it is stored


def test_an_id_stands_once_over_all_kinds() -> None:
    text = with_line('strengths: [{domain: ll, text: "a", id: x}]') + (
        'step_1_start: {meeting_goals: [{id: x, voice: team, text: "b"}]}\n'
    )
    assert one_fault(text).endswith('.id: the id "x" stands at step_1_start.meeting_goals[0] too')


def test_all_faults_are_named_in_the_order_of_the_file() -> None:
    text = BASE.replace('"888102"', "7").replace("planned", "weg").replace("first_name", "voornaam")
    assert [line.split(":")[0] for line in faults(text.encode())] == [
        "school.institution_number", "student.first_name", "student.voornaam", "meeting.status",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "file: the file is empty"),
        (b" \n\n", "file: the file is empty"),
        (b"# only a remark\n", "file: a case file is a map of keys; this file is not"),
        (b"just words", "file: a case file is a map of keys; this file is not"),
        (b"- a\n- b\n", "file: a case file is a map of keys; this file is not"),
        (b"\xff\xfe\x00a", "file: this is not UTF-8 text (byte 1)"),
        (b"a: b\nc: \xc3\x28", "file: this is not UTF-8 text (byte 9)"),
        (b"a: b\nc: \x00\n", "line 2: a control character, U+0000, is not allowed"),
        ("a: b\nc: \u0085\n".encode(), "line 2: a control character, U+0085, is not allowed"),
        (b"a: '" + b"x" * (5 * 1024 * 1024) + b"'", "file: larger than 5 MB"),
        (b"[" * 100_000, "line 1: nested more than 20 deep"),
        (b"{a: " * 100_000, "line 1: nested more than 20 deep"),
        (b"- " * 100_000, "line 1: nested more than 20 deep"),
        (b"a: b: c", "line 1: this is not YAML: mapping values are not allowed in this context"),
        (b'a: "\\ud800"', "line 1: this is not YAML: found invalid Unicode character escape code"),
        (b"%TAG ! tag:x,2000:\n---\na: b", "line 1: tags are not allowed"),
        (b"a: *nowhere", "line 1: aliases are not allowed; write the value out"),
    ],
)
def test_a_hostile_file_is_a_fault_and_no_crash(data: bytes, fault: str) -> None:
    assert fault in faults(data)


def test_laughs_are_not_multiplied() -> None:
    lines = ["a: &a [lol, lol, lol]"] + [
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(20)
    ]
    found = faults("\n".join(lines).encode())
    assert sum("aliases" in line for line in found) == 40


def test_there_is_an_end_to_the_faults() -> None:
    assert len(faults(b"\n".join(b"a%d: b" % n for n in range(MOST + 500)))) == MOST


def test_a_message_is_one_line_without_invisible_characters() -> None:
    text = BASE.replace("status: planned", 'status: "a\\nb\\u2028\\u202E"')
    assert one_fault(text).startswith('meeting.status: "a\\nb\\u2028\\u202e" is not one of')
