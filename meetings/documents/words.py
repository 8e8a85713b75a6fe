"""The Dutch words of the documents.

Documents are in the school's language whatever language somebody works in, so their words stand here as they are
printed and are not translated. A test asks that every value of every choice has its word.
"""

import datetime

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

VERSIONS = {"report": "het verslag", "team": "het team", "class_sheet": "de klas"}
DOMAINS = {"ll": "{name}", "ols": "Klas en school", "opv": "Thuis"}
SOURCES = {
    "seen": "gezien",
    "heard": "gehoord",
    "test": "uit een toets",
    "told_by_student": "verteld door de leerling",
    "told_by_parent": "verteld door een ouder",
    "clb": "van het CLB",
}
HOLDERS = {"student": "", "teacher": "van de leerkracht", "group": "van de groep", "school": "", "parents": ""}
HOW_KNOWN = {
    "heard_directly": "zelf gezegd",
    "heard_before": "vooraf verteld",
    "reported_by_adult": "verteld door een volwassene",
    "not_yet_asked": "nog niet gevraagd",
}
FACTORS = {"protective": "Dit helpt", "risk": "Dit maakt het lastiger", "neutral": "Dit speelt ook mee"}
EFFECTS_OF_LINKS = {"strengthens": "versterkt", "inhibits": "remt", "maintains": "houdt in stand"}
METHODS = {
    "ols_questionnaire": "vragenlijst over klas en les",
    "self_reflection": "zelf terugkijken",
    "class_observation": "kijken in de klas",
    "playground_observation": "kijken op de speelplaats",
    "practical_lesson_observation": "kijken in een praktijkles",
    "pe_observation": "kijken in de turnles",
    "tally": "turven",
    "abc": "noteren wat vooraf ging en wat volgde",
    "student_talk": "gesprek met de leerling",
    "parent_talk": "gesprek met de ouders",
    "test_result": "uitslag van een toets",
    "other": "op een andere manier",
}
INFO_STATUS = {"open": "", "done": "uitgezocht", "dropped": "niet meer nodig"}
TARGETS = {
    "student": "",
    "teacher": "doel van de leerkracht",
    "group": "doel van de groep",
    "school": "doel van de school",
    "parents": "doel van de ouders",
}
HORIZONS = {"quick": "klein, snel doel", "medium": "doel op middellange termijn", "long": "langetermijndoel"}
CHECKS = {"challenging": "uitdagend", "positive": "positief", "realistic": "realistisch", "together": "samen gekozen"}
CURRICULUM = {
    "leerplandoel": "leerplandoel",
    "ontwikkelingsdoel": "ontwikkelingsdoel",
    "eindterm": "eindterm",
    "minimumdoel": "minimumdoel",
    "iac_doel": "doel van het aangepaste curriculum",
}
GOAL_STATUS = {
    "open": "loopt nog",
    "reached": "bereikt",
    "partly": "deels bereikt",
    "not_yet": "nog niet bereikt",
    "dropped": "losgelaten",
}
GOAL_STATUS_STUDENT = {
    "open": "daar werk ik nog aan",
    "reached": "gelukt",
    "partly": "een stuk gelukt",
    "not_yet": "nog niet gelukt",
    "dropped": "hoeft niet meer",
}
BANDS = {"min_necessary": "Minimaal noodzakelijk", "feasible": "Haalbaar", "max_desirable": "Maximaal wenselijk"}
NEED_STATUS = {"noted": "", "put_forward": "voorgelegd", "accepted": "aanvaard"}
SCOPES = {
    "student": "",
    "small_group": "in een kleine groep",
    "whole_class": "voor de hele klas",
    "school": "voor de hele school",
}
ADJUSTMENTS = {
    "remediate": "Remediëren",
    "differentiate": "Differentiëren",
    "compensate": "Compenseren",
    "dispense": "Dispenseren",
    "stimulate": "Stimuleren",
}
# Printed where it is not agreed yet, or declined.
AGREEMENT_STATUS = {"proposed": "voorgesteld", "put_forward": "voorgelegd", "declined": "niet aanvaard"}
AGREEMENT_STATUS_PARENTS = {"proposed": "Nog niet afgesproken.", "declined": "Niet aanvaard: dit doen we niet."}
AGREEMENT_STATUS_STUDENT = {
    "proposed": "nog niet afgesproken",
    "put_forward": "dit stellen we voor",
    "declined": "dit gaat niet door",
}
WE_PROPOSE = "We stellen voor:"
PROGRESS = {
    "acknowledged": "gezien",
    "in_progress": "bezig",
    "done": "gedaan",
    "partly_done": "deels gedaan",
    "not_done": "niet gedaan",
    "stopped": "stopgezet",
}
EFFECTS = {"works": "werkt", "a_bit": "werkt een beetje", "not_yet": "werkt nog niet", "unknown": ""}
AUDIENCES = {"parents": "ouders", "student": "leerling", "teachers": "leraren", "clb": "CLB", "other": "iemand anders"}
STANDINGS = {
    "professional": "onderwijsprofessional",
    "experience_expert": "ervaringsdeskundige",
    "co_director": "mederegisseur",
}
PARTICIPATION = {
    "full": "was erbij",
    "part": "was er een deel van de tijd bij",
    "beforehand": "vooraf gehoord",
    "not_this_time": "niet deze keer",
}
GUIDANCE_DOMAINS = {
    "learning": "leren en studeren",
    "wellbeing": "psychisch en sociaal functioneren",
    "school_career": "onderwijsloopbaan",
    "health": "preventieve gezondheidszorg",
    "all": "alle domeinen",
}
GUIDANCE_DOMAINS_PARENTS = {
    "learning": "Bij het leren",
    "wellbeing": "Om zich goed te voelen op school",
    "school_career": "Bij kiezen en vooruitkomen op school",
    "health": "Om gezond te blijven",
    "all": "In alles",
}
# The phases explained: what there is now, without the words of the trade.
PHASES_PARENTS = {
    "broad_basic": "{name} krijgt de gewone hulp die alle kinderen in de klas krijgen.",
    "increased": "{name} krijgt extra hulp van de school, bovenop de gewone hulp in de klas.",
    "extended": "{name} krijgt extra hulp van de school, en het centrum voor leerlingenbegeleiding denkt mee.",
    "iac_ov4": "{name} leert met eigen doelen, en krijgt daar hulp bij.",
}
REPORTS = {"gc": "GC-verslag", "iac": "IAC-verslag", "ov4": "OV4-verslag", "hgd": "HGD-verslag"}
VOICES = {
    "team": "het team",
    "teacher": "de leerkracht",
    "student": "de leerling",
    "parents": "de ouders",
    "clb": "het CLB",
}
RATINGS = {"reached": "bereikt", "partly": "deels bereikt", "not_reached": "niet bereikt", "dropped": "losgelaten"}
SATISFIED = {"yes": "ja", "partly": "deels", "no": "nee", "not_asked": "niet gevraagd"}
SATISFIED_WHO = {"student": "leerling", "parents": "ouders", "team": "team"}
INSIGHT = {"yes": "ja", "partly": "deels", "not_yet": "nog niet"}
GATES = {
    "G2": "Wat leerling en ouders willen",
    "G4": "Sterktes in de klas en thuis",
    "G5": "Wat er gezien of gehoord is",
    "G7": "Kenmerken buiten de leerling",
    "G9": "Een klein, snel doel",
    "G11": "Wat de leerkracht nodig heeft",
    "G13": "Wie de afspraken bespreekt",
    "G14": "De volgende bespreking",
}


def day(date: datetime.date | None, *, weekday: bool = False) -> str:
    """A date in words: "13 november 2025", with the day of the week when asked."""
    if date is None:
        return ""
    words = f"{date.day} {MONTHS[date.month - 1]} {date.year}"
    return f"{WEEKDAYS[date.weekday()]} {words}" if weekday else words


def period(start: datetime.date | None, end: datetime.date | None) -> str:
    """From and until in words, one of the two, or nothing."""
    parts = (f"vanaf {day(start)}" if start else "", f"tot en met {day(end)}" if end else "")
    return " ".join(filter(None, parts))


def joined(*parts: str) -> str:
    """Short remarks in one line."""
    return " · ".join(part for part in parts if part)


def sentence(text: str) -> str:
    """The first letter as a capital, for words of ours that come to stand in front."""
    return text[:1].upper() + text[1:]
