"""The tables of the seven steps."""

from meetings.cases.schema import (
    ALWAYS,
    CLOSED,
    DATE,
    DOMAINS,
    ENUM,
    FLAG,
    GAS,
    ITEM_ID,
    MEMBER,
    NUMBER,
    OBSERVATION,
    PERSON,
    REF,
    SCOPES,
    SHORT,
    STUDENT,
    SUBJECT,
    SURE_ID,
    TEXT,
    Key,
    Table,
    choice,
    part,
    readers,
    rows,
)  # fmt: skip

# The stem that begins the sentence, by whose need it is.
HELP_SENTENCES = {
    "student": (
        "instruction", "tasks", "activities_materials", "environment", "feedback", "classmates", "teacher", "parents",
        "support_with", "other",
    ),
    "teacher": (
        "self_can", "knowledge", "skills", "support_with", "material", "colleague", "management", "coordinator_clb",
        "think_along", "examples", "written_info", "other",
    ),
    "parents": (
        "parents", "self_can", "knowledge", "support_with", "school", "think_along", "written_info", "other",
    ),
}  # fmt: skip
HOLDERS = ("student", "teacher", "group", "school", "parents")
GAS_LEVELS = ("-2", "-1", "0", "+1", "+2")
PROGRESS = ("acknowledged", "in_progress", "done", "partly_done", "not_done", "stopped")


def observations(name: str) -> Table:
    """Strengths, difficulties and exceptions are one kind of item; some keys are for strengths only."""
    strength = name == "strength"
    return Table(name, (
        ITEM_ID,
        SUBJECT,
        choice("domain", *DOMAINS, required=ALWAYS),
        Key("text", TEXT, required=ALWAYS),
        choice("source", "seen", "heard", "test", "told_by_student", "told_by_parent", "clb", required=CLOSED),
        Key("told_by", PERSON, required="rule 7"),
        Key("observer", PERSON),
        Key("seen_from", DATE),
        Key("seen_until", DATE),
        Key("counterpart", REF, refers=OBSERVATION),
        *((
            choice("holder", *HOLDERS),  # the usual one of its domain
            Key("talent", SHORT),
            Key("used_in", REF, refers=("goal", "need", "agreement")),
        ) if strength else ()),
        *readers(),
    ))  # fmt: skip


def needs(holder: str) -> Table:
    """Needs differ in the help sentences that begin them."""
    return Table(f"need_{holder}", (
        ITEM_ID,
        SUBJECT,
        Key("goal", REF, refers=("goal",), required=ALWAYS),
        choice("help_sentence", *HELP_SENTENCES[holder], required=ALWAYS),
        Key("text", TEXT, required=ALWAYS),
        choice("band", "max_desirable", "feasible", "min_necessary", default="feasible", required=CLOSED),
        choice("scope", *SCOPES, default="student"),
        Key("already_works", TEXT),
        choice("status", "noted", "put_forward", "accepted", default="noted"),
        *readers(),
    ), kind="need")  # fmt: skip


TABLES = (
    Table("step_1_start", (
        rows("meeting_goals", "meeting_goal", required=CLOSED),
        Key("avoid", TEXT),
        rows("wish_student", "wish_student", required="rule 9"),
        rows("wish_parents", "wish_parents", required="rule 9"),
        Key("satisfaction", TEXT),
    )),
    Table("meeting_goal", (
        SURE_ID,
        SUBJECT,
        choice("voice", "team", "teacher", "student", "parents", "clb", required=ALWAYS),
        Key("text", TEXT, required=ALWAYS),
    )),
    *(
        Table(name, (
            ITEM_ID,
            STUDENT,
            *((Key("guardian", PERSON),) if name == "wish_parents" else ()),
            Key("text", TEXT, required="rule 9"),
            choice(
                "how_known", "heard_directly", "heard_before", "reported_by_adult", "not_yet_asked", required=ALWAYS
            ),
            *readers(circle=False),
        ), kind="wish")
        for name in ("wish_student", "wish_parents")
    ),
    Table("step_2_overview", (
        Key("reason_now", TEXT),
        Key("seen_from", DATE),
        Key("seen_until", DATE),
        rows("strengths", "strength", required="rule 6"),
        rows("difficulties", "difficulty"),
        rows("exceptions", "exception"),
    )),
    *map(observations, OBSERVATION),
    Table("step_3_insight", (
        Key("help_question", TEXT),
        rows("factors", "factor"),
        rows("clusters", "cluster"),
        rows("links", "link"),
        Key("hypothesis", TEXT),
        choice("insight_state", "yes", "partly", "not_yet", required=CLOSED),
        rows("info_requests", "info_request", required="rule 8"),
    )),
    Table("factor", (
        ITEM_ID,
        SUBJECT,
        choice("domain", *DOMAINS, required=ALWAYS),
        choice("kind", "risk", "protective", "neutral", required=ALWAYS),
        Key("text", TEXT, required=ALWAYS),
        Key("changeable", FLAG, default=True),
        choice("certainty", "known", "assumed", default="assumed"),
        Key("cluster", SHORT),
        Key("how_used", TEXT),
        Key("from_observations", REF, refers=OBSERVATION, many=True, default=()),
        *readers(),
    )),
    Table("cluster", (
        Key("name", SHORT, required=ALWAYS),
        Key("hypothesis", TEXT),
    )),
    Table("link", (
        Key("from", REF, refers=("factor",), required=ALWAYS),
        Key("to", REF, refers=("factor",), required=ALWAYS),
        choice("effect", "strengthens", "inhibits", "maintains", required=ALWAYS),
        Key("both_ways", FLAG, default=False),
    )),
    Table("info_request", (
        ITEM_ID,
        SUBJECT,
        Key("question", TEXT, required=ALWAYS),
        choice(
            "method", "ols_questionnaire", "self_reflection", "class_observation", "playground_observation",
            "practical_lesson_observation", "pe_observation", "tally", "abc", "student_talk", "parent_talk",
            "test_result", "other", required=CLOSED,
        ),
        Key("who", PERSON, required=CLOSED),
        Key("due", DATE),
        Key("will_change_what", TEXT),
        Key("discussed_beforehand", FLAG, default=False, required="rule 8"),
        choice("status", "open", "done", "dropped", default="open"),
        Key("result", TEXT),
        *readers(),
    )),
    Table("step_4_goals", (
        Key("skip_reason", TEXT, required="rule 2"),
        rows("goals", "goal", required="rule 2"),
        rows("goal_scores", "goal_score"),
    )),
    Table("goal", (
        SURE_ID,
        SUBJECT,
        choice("target", *HOLDERS, required=ALWAYS),
        choice("horizon", "quick", "medium", "long", required=ALWAYS),
        Key("target_date", DATE),
        Key("parent", REF, refers=("goal",)),
        Key("then_can", TEXT, required=ALWAYS),
        Key("indicator", TEXT, required=CLOSED),
        rows("curriculum_links", "curriculum_link"),
        Key("provisional", FLAG, default=False),
        Key("checks", ENUM, ("challenging", "positive", "realistic", "together"), many=True, default=()),
        Key("gas", GAS),
        Key("start_level", NUMBER),
        choice("status", "open", "reached", "partly", "not_yet", "dropped", default="open"),
        Key("outcome_note", TEXT),
        *readers(),
    )),
    Table("curriculum_link", (
        choice(
            "kind", "leerplandoel", "ontwikkelingsdoel", "eindterm", "minimumdoel", "iac_doel", required=ALWAYS
        ),
        Key("code", SHORT),
        Key("text", TEXT, required=ALWAYS),
    )),
    Table("goal_score", (
        Key("goal", REF, refers=("goal",), required=ALWAYS),
        Key("date", DATE, required=ALWAYS),
        Key("level", NUMBER, required=ALWAYS),
        Key("by", PERSON, required=ALWAYS),
        Key("note", TEXT),
    )),
    Table("step_5_needs", (
        Key("skip_reason", TEXT, required="rule 2"),
        rows("student", "need_student"),
        rows("teacher", "need_teacher", required="rule 9"),
        rows("parents", "need_parents"),
        Key("nothing_extra", FLAG, default=False),
    )),
    *map(needs, HELP_SENTENCES),
    Table("step_6_agreements", (
        rows("agreements", "agreement", required="rule 2"),
        rows("communication", "communication", required="rule 10"),
        part("follow_up", required="rule 9"),
    )),
    Table("agreement", (
        ITEM_ID,
        SUBJECT,
        Key("who", "table", table="actor", many=True, required=CLOSED),
        Key("what", TEXT, required=ALWAYS),
        Key("how", TEXT, required=CLOSED),
        Key("when_text", SHORT, required="rule 11"),
        Key("start", DATE),
        Key("due", DATE, required="rule 11"),
        Key("where", SHORT),
        Key("why", TEXT, required=CLOSED),
        Key("need", REF, refers=("need",), required="rule 11"),
        Key("goal", REF, refers=("goal",), required="rule 11"),
        Key("info_request", REF, refers=("info_request",), required="rule 11"),
        Key("factor", REF, refers=("factor",)),
        choice("scope", *SCOPES, default="student"),
        choice("status", "proposed", "put_forward", "agreed", "declined", *PROGRESS),  # else what the newest review says
        rows("reviews", "review"),
        *readers(),
    )),
    Table("actor", (
        Key("name", PERSON, required=ALWAYS),
        Key("lead", FLAG),  # the first one, where nobody is marked
    )),
    Table("review", (
        Key("by", PERSON, required=ALWAYS),
        Key("date", DATE, required=ALWAYS),
        choice("progress", *PROGRESS, required=ALWAYS),
        choice("effect", "works", "a_bit", "not_yet", "unknown", default="unknown"),
        Key("note", TEXT),
    )),
    Table("communication", (
        Key("subject", MEMBER, required="rule 10"),
        choice("audience", "parents", "student", "teachers", "clb", "other", required=ALWAYS),
        Key("to", SHORT, required=ALWAYS),
        Key("by", PERSON, required=ALWAYS),
        Key("channel", SHORT),
        Key("by_date", DATE),
        Key("done_on", DATE),
        Key("note", TEXT),
    )),
    Table("follow_up", (
        Key("date", DATE, required=ALWAYS),
        Key("attendees", PERSON, many=True, default=(), required="rule 9"),
        Key("purpose", TEXT),
        Key("note", TEXT),
    )),
    Table("step_7_evaluation", (
        rows("goal_ratings", "goal_rating", required=CLOSED),
        Key("learned", TEXT),
        part("satisfied"),
        Key("info_exchange_answer", TEXT),
    )),
    Table("goal_rating", (
        Key("goal", REF, refers=("meeting_goal",), required=ALWAYS),
        choice("rating", "reached", "partly", "not_reached", "dropped", required=ALWAYS),
        Key("note", TEXT),
    )),
    Table("satisfied", tuple(
        choice(name, "yes", "partly", "no", "not_asked", default="not_asked")
        for name in ("student", "parents", "team")
    )),
)  # fmt: skip
