"""A large file that is written beside people who save goes to disk in pieces."""

from pathlib import Path

import pytest

from hgw.storage import gentle


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
