"""Which faults there are, on which databases, and which are in the short form."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.faults import clocks, copies, database_down, disk, hostile_text, killed, network, rights, together
from tests.faults.in_browser import IN_BROWSER, tests_of
from tests.faults.scene import Scene

BOTH = ("sqlite", "postgres")


@dataclass(frozen=True)
class Fault:
    """`act` lets it happen and checks what this fault alone asks for; what every fault asks for is in `proof`.

    `tests` stand for it where the rest of the suite has it: they bring a server, a browser or a database of their own.
    A fault may have both; in the short form it is then only acted out, because the suite has those tests as well.
    `{engine}` in them is that of the database.
    """

    act: Callable[[Scene], None] | None = None
    databases: tuple[str, ...] = BOTH
    in_short: bool = False
    tests: tuple[str, ...] = ()
    on_small_disk: bool = False


MERGING = "tests/hgw/test_merging.py"
UPGRADING = "tests/hgw/storage/test_upgrading.py"

FAULTS = {
    "F1": Fault(killed.f1_workers, in_short=True),
    "F2": Fault(killed.f2_between_commit_and_answer, in_short=True),
    "F3": Fault(killed.f3_everything, in_short=True),
    "F4": Fault(killed.f4_new_release, in_short=True),
    "F5": Fault(database_down.f5_restart, ("postgres",), in_short=True),
    "F6": Fault(database_down.f6_backend, ("postgres",), in_short=True),
    "F7": Fault(disk.f7_full_disk, on_small_disk=True),
    "F8": Fault(database_down.f8_held),
    "F9": Fault(together.f9_one_field, in_short=True),
    "F10": Fault(tests=(MERGING,)),
    "F11": Fault(together.f11_thirty),
    "F12": Fault(together.f12_double_click, in_short=True),
    "F13": Fault(together.f13_other_text, in_short=True),
    "F17": Fault(network.f17_bad_network, in_short=True),
    "F22": Fault(rights.f22_withdrawn, in_short=True),
    "F23": Fault(clocks.f23_clock),
    "F24": Fault(copies.f24_backup),
    "F25": Fault(tests=(f"{UPGRADING}::test_an_upgrade_that_is_killed_is_run_again[{{engine}}]",)),
    "F30": Fault(hostile_text.f30_round_trip, in_short=True),
}
FAULTS |= {name: replace(FAULTS.get(name, Fault()), tests=tests_of(name)) for name in IN_BROWSER}
