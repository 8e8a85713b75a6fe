"""Step 3: how we understand it, what is still to be found out, what the CLB brings in."""

from meetings.documents import words
from meetings.documents.document import Block, Cell, Line, Lines, Prose, Table
from meetings.documents.parts.overview import about
from meetings.documents.sheet import Sheet
from meetings.models import ClbContribution, Factor, FactorCluster, FactorLink, InfoRequest, Reader


def insight(sheet: Sheet) -> list[Block]:
    factors = sheet.rows(Factor)
    if not sheet.is_team:
        return _for_guardians(factors)
    blocks: list[Block] = []
    if hypothesis := sheet.single("hypothesis"):
        blocks.append(Prose(hypothesis))
    if factors:
        blocks.append(_table(factors, sheet))
    if clusters := _clusters(factors, sheet):
        blocks.append(Lines(clusters, "Wat samenhoort"))
    if links := _links(factors, sheet):
        blocks.append(Lines(links, "Wat met elkaar te maken heeft"))
    return blocks


def _for_guardians(factors: list[Factor]) -> list[Block]:
    kinds = {kind: tuple(Line(f.text) for f in factors if f.kind_of_factor == kind) for kind in words.FACTORS}
    return [Lines(lines, words.FACTORS[kind]) for kind, lines in kinds.items() if lines]


def _table(factors: list[Factor], sheet: Sheet) -> Table:
    kinds = [kind for kind in words.FACTORS if kind != "neutral" or any(f.kind_of_factor == kind for f in factors)]
    name = sheet.student.roepnaam if sheet.student else "Leerlingen" if sheet.meeting.is_group else sheet.meeting.names
    rows = []
    for domain, label in words.DOMAINS.items():
        here = [f for f in factors if f.domain == domain]
        if here:
            cells = (Cell(tuple(_factor(f, sheet) for f in here if f.kind_of_factor == kind)) for kind in kinds)
            rows.append((Cell((Line(label.format(name=name)),)), *cells))
    return Table(("Waar", *(words.FACTORS[kind] for kind in kinds)), tuple(rows), look="understand")


def _factor(factor: Factor, sheet: Sheet) -> Line:
    sure = "vermoeden" if factor.certainty == Factor.Certainty.ASSUMED else ""
    fixed = "" if factor.changeable else "niet te veranderen"
    notes = [words.joined(sure, fixed, factor.cluster)]
    if factor.how_used and factor.kind_of_factor != Factor.Kind.PROTECTIVE:
        notes.append(f"Zo gebruiken we het: {factor.how_used}")
    if sheet.reader == Reader.REPORT:
        notes += [f"Steunt op: {seen.text}" for seen in factor.from_observations if sheet.shows(seen)]
    return Line(factor.text, tuple(filter(None, notes)), about(factor, sheet))


def _clusters(factors: list[Factor], sheet: Sheet) -> tuple[Line, ...]:
    """Those of the factors that are printed: a cluster tells what it is made of."""
    if sheet.for_clb:
        return ()
    shown = {factor.cluster for factor in factors}
    rows = sheet.about(FactorCluster) if any(shown) else []
    return tuple(Line(row.hypothesis, strong=f"{row.name}:") for row in rows if row.name in shown and row.hypothesis)


def _links(factors: list[Factor], sheet: Sheet) -> tuple[Line, ...]:
    """Arrows of which both ends are printed."""
    shown = {factor.pk for factor in factors}
    rows = sheet.read.standing(FactorLink) if shown else []
    return tuple(
        Line(
            row.from_factor.text,
            (
                f"{words.EFFECTS_OF_LINKS[row.effect]}{' (en omgekeerd)' if row.both_ways else ''}: {row.to_factor.text}",
            ),
        )
        for row in rows
        if {row.from_factor_id, row.to_factor_id} <= shown
    )


def info_requests(sheet: Sheet) -> list[Block]:
    lines = tuple(_request(row, sheet) for row in sheet.rows(InfoRequest))
    return [Lines(lines)] if lines else []


def _request(row: InfoRequest, sheet: Sheet) -> Line:
    due = f"tegen {words.day(row.due)}" if row.due else ""
    beforehand = "vooraf besproken" if row.discussed_beforehand and sheet.is_team else ""
    who = sheet.names.write(row.who) if row.who else ""
    notes = [words.joined(words.METHODS.get(row.method, ""), who, due, beforehand, words.INFO_STATUS[row.status])]
    if row.will_change_what:
        notes.append(f"Wat we er dan mee doen: {row.will_change_what}")
    if row.result:
        notes.append(f"Wat eruit kwam: {row.result}")
    return Line(row.question, tuple(filter(None, notes)), about(row, sheet))


def clb_contribution(sheet: Sheet) -> list[Block]:
    """The text, with the consent it rests on. Why nothing stands there is for the team."""
    blocks: list[Block] = []
    for row in sheet.rows(ClbContribution):
        if row.text:
            blocks.append(Prose(row.text))
            by = sheet.names.write(row.by) if row.by else ""
            blocks += [Prose(words.joined(by, *_consents(sheet)), faint=True)]
        elif row.locked_because and sheet.is_team:
            blocks.append(Prose(row.locked_because, strong="Waarom hier niets staat:"))
    return blocks


def _consents(sheet: Sheet) -> list[str]:
    """Who allowed it, and when. What was allowed is told of this meeting's own ones and of those of the file: in the words of
    another one stands what was said at another table."""
    consents = [consent for student in sheet.students for consent in sheet.clb_consents(student)]
    written = []
    for consent in consents:
        is_own = consent.came_with in (None, sheet.meeting.pk)
        what = f": {consent.what}" if is_own and sheet.is_team and not sheet.for_clb else ""
        who = sheet.names.write(consent.given_by) or "de ouders"
        written.append(f"met toestemming van {who}, {words.day(consent.date)}{what}")
    return written
