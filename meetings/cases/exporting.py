"""A meeting as a case file: the same meeting always gives the same bytes."""

from dataclasses import dataclass
from typing import Any

import yaml

from hgw.audit.models import Action
from meetings.cases.collecting import Collector, Line, Words
from meetings.cases.composing import compose
from meetings.cases.reading import sealed
from meetings.models import Meeting


@dataclass(frozen=True)
class Export:
    """A case file, and how its making is written in the trace."""

    text: str
    action: Action


def export(meeting: Meeting) -> Export:
    """The meeting as a case file, confidential items included: who may have that is for the caller to ask."""
    collector = Collector(meeting)
    values = compose(collector)
    action = Action.CASE_EXPORTED_WITH_CONFIDENTIAL if collector.has_confidential else Action.CASE_EXPORTED
    return Export(sealed(dump(values)), action)


def dump(values: Any) -> str:
    """Plain values as YAML: in their order, unbroken, in the letters they were typed in."""
    text: str = yaml.dump(
        values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"), default_flow_style=False
    )
    return text


class _Dumper(yaml.SafeDumper):
    """Words in quotes, texts of several lines as blocks, short lists on one line, nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _words(dumper: _Dumper, text: Words) -> yaml.ScalarNode:
    block = "\n" in text and text == text.strip() and "\t" not in text
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|" if block else '"')


def _line(dumper: _Dumper, items: Line) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(Words, _words)
_Dumper.add_representer(Line, _line)
