"""A large file that is written beside people who save goes to disk in pieces, and whoever writes it lets them go first."""

import runpy
import sys
from pathlib import Path

import pytest
from django.core import management

from hgw.storage import gentle
from tests.hgw.storage.installation import ROOT


def test_whatever_is_handed_over_arrives_whole_and_settles_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[int] = []

    def settle(handle: int) -> None:
        settled.append(file.stat().st_size)
        really(handle)

    really = gentle.settle
    monkeypatch.setattr(gentle, "settle", settle)
    parts = [bytes([n]) * size for n, size in enumerate((1, gentle.PIECE * 3, gentle.PIECE // 2, 10, gentle.PIECE))]
    with (file := tmp_path / "file").open("wb") as out:
        slow = gentle.Gentle(out)
        assert [slow.write(part) for part in parts] == [len(part) for part in parts]
        slow.flush()
    assert file.read_bytes() == b"".join(parts)
    assert len(settled) >= 4, "a piece at a time"
    assert max(after - before for before, after in zip([0, *settled], settled, strict=False)) < 2 * gentle.PIECE


def test_a_backup_steps_back_before_it_reads_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read at the priority of everybody keeps those who save waiting, at a small school longer than the copy."""
    done: list[str] = []
    monkeypatch.setattr(gentle, "step_back", lambda: done.append("stepped back"))
    monkeypatch.setattr(management, "execute_from_command_line", lambda words: done.append(words[1]))
    main = runpy.run_path(str(ROOT / "manage.py"))["main"]
    for command in ("backup", "verify"):
        monkeypatch.setattr(sys, "argv", ["manage.py", command])
        main()
    assert done == ["stepped back", "backup", "verify"]
