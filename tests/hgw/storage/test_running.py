"""Whether a server works with a data folder, also when only a part of it is left."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hgw import run
from hgw.storage import running


def test_servers_bear_each_other_and_nobody_who_puts_a_copy_back(tmp_path: Path) -> None:
    first, second = running.serve(tmp_path), running.serve(tmp_path)
    for held in (first, second):
        with pytest.raises(running.Busy), running.alone(tmp_path):
            pass
        os.close(held)
    with running.alone(tmp_path), pytest.raises(SystemExit, match="^HGW_DATA: "):
        run._hold(tmp_path)
    os.close(run._hold(tmp_path))


def test_a_web_server_without_its_supervisor_is_a_server(tmp_path: Path) -> None:
    held = running.serve(tmp_path)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[held])
    os.close(held)
    with pytest.raises(running.Busy), running.alone(tmp_path):
        pass
    child.communicate(b"\n", timeout=60)
    with running.alone(tmp_path):
        pass
