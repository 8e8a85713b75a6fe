"""The room that is kept free for the last saves."""

from pathlib import Path

import pytest

from hgw.storage import reserve


def test_it_takes_real_room_and_gives_it_back(tmp_path: Path) -> None:
    reserve.look_after(tmp_path)
    file = tmp_path / "reserve"
    assert file.stat().st_blocks * 512 >= reserve.SIZE
    reserve.look_after(tmp_path)
    assert [found.name for found in tmp_path.iterdir()] == ["reserve"]
    assert reserve.release(tmp_path)
    assert not file.exists()
    assert not reserve.release(tmp_path)


def test_it_is_not_made_where_it_would_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reserve, "ROOM", 1 << 62)
    reserve.look_after(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_keeps_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reserve, "SIZE", 1 << 62)
    monkeypatch.setattr(reserve, "ROOM", -(1 << 62))
    reserve.look_after(tmp_path)
    assert list(tmp_path.iterdir()) == []
