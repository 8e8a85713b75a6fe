"""Which faults there are, on which databases, and which are in the short form."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults import clocks, database_down, hostile_text, killed, merging, network, rights, together
from tests.faults.scene import Scene

BOTH = ("sqlite", "postgres")


@dataclass(frozen=True)
class Fault:
    """`act` lets it happen and checks what this fault alone asks for; what every fault asks for is in `proof`."""

    act: Callable[[Scene], None]
    databases: tuple[str, ...] = BOTH
    in_short: bool = True


FAULTS = {
    "F1": Fault(killed.f1_workers),
    "F2": Fault(killed.f2_between_commit_and_answer),
    "F3": Fault(killed.f3_everything),
    "F4": Fault(killed.f4_new_release),
    "F5": Fault(database_down.f5_restart, ("postgres",)),
    "F6": Fault(database_down.f6_backend, ("postgres",)),
    "F8": Fault(database_down.f8_held),
    "F9": Fault(together.f9_one_field),
    "F10": Fault(merging.f10_property),
    "F11": Fault(together.f11_thirty),
    "F12": Fault(together.f12_double_click),
    "F13": Fault(together.f13_other_text),
    "F17": Fault(network.f17_bad_network),
    "F22": Fault(rights.f22_withdrawn),
    "F23": Fault(clocks.f23_clock, in_short=False),
    "F30": Fault(hostile_text.f30_round_trip),
}
