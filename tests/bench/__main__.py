"""`./dev bench [P1 …] [--all] [--json FILE]`: one line per measure, `id TAB ratio TAB interval TAB target TAB verdict`.

What takes minutes by itself is measured when it is named, or with --all.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.bench.measuring import Ratio


def main() -> int:
    """The null test first, up to five times; void to the end, or a failed measure, is exit 1."""
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("ids", nargs="*", metavar="P1")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every block of every measure into this file")
    parser.add_argument("--all", action="store_true", help="also what takes minutes by itself")
    parser.add_argument("--null", action="store_true", help="the null test alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {"HGW_DATA": data, "HGW_HTTPS": "0", "HGW_SECOND_FACTOR": "0", "DATABASE_URL": ""}
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.db import connections

    from tests.bench import measures, world
    from tests.bench.server import serving

    unknown = [word for word in options.ids if not measures.named(word)]
    if unknown:
        made = ", ".join(measures.MEASURES)
        print(f"not made: {', '.join(unknown)}; there are {made}", file=sys.stderr)
        return 2
    usual = [name for name, measure in measures.MEASURES.items() if options.all or not measure.is_long]
    named = [name for word in options.ids for name in measures.named(word)]
    wanted = list(dict.fromkeys([*(usual if options.all or not named else ()), *named]))
    world.prepare()
    with serving() as server:
        ground = world.World(server)
        found = {}
        for last in (*[False] * 4, True):  # a neighbour on this machine may spoil a minute; who spoils five stays
            found["null"] = measures.null(ground)
            void = not 0.93 <= found["null"].median <= 1.07
            _say("null", found["null"], "0.93–1.07", "pass" if not void else "fail" if last else "void, again")
            if not void:
                break
        failed = void
        for word in () if void or options.null else wanted:
            measure = measures.MEASURES[word]
            found[word] = measure.run(ground)
            verdict = found[word].verdict(measure.target)
            failed |= verdict == "fail"
            _say(word, found[word], "–" if measure.target is None else f"{measure.target}", verdict)
    if not (void or options.null or options.ids):
        print(f"not measured yet: {', '.join(measures.NOT_YET)}", file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps({word: ratio.raw for word, ratio in found.items()}, indent=1))
    connections.close_all()
    return 1 if failed else 0


def _say(word: str, ratio: Ratio, target: str, verdict: str) -> None:
    low, high = (_number(edge) for edge in ratio.interval())
    print(word, _number(ratio.median), f"{low}–{high}", target, verdict, sep="\t", flush=True)


def _number(value: float) -> str:
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


if __name__ == "__main__":
    sys.exit(main())
