"""Where a SQLite file may lie, and which SQLite reads it."""

import re
import sqlite3
from pathlib import Path

MOUNTS = Path("/proc/mounts")
# File systems on another machine: their locks are not those of this one, and a log in shared memory is not shared.
NETWORK = {
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "ceph", "lustre", "beegfs", "glusterfs", "9p", "davfs",
    "drvfs", "fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs2", "fuse.ceph", "fuse.gcsfuse",
}  # fmt: skip
# Folders that a program copies to another place file by file, while the database writes.
SYNCED = re.compile(
    r"onedrive( - .*)?|dropbox( \(.*\))?|google ?drive|icloud ?drive|com~apple~clouddocs|nextcloud|owncloud|seafile|pcloud ?drive",
    re.IGNORECASE,
)
REPAIRED = (3, 51, 3)
REPAIRED_BEFORE = ((3, 50, 7), (3, 44, 6))  # in versions that are still looked after


def why_not(file: Path) -> str:
    """Why a database file cannot lie here; '' when it can."""
    folder = file.resolve().parent
    kind = _file_system(folder)
    if kind in NETWORK:
        return f"{folder} is on a network disk ({kind}), where SQLite loses data; choose a local one, or PostgreSQL"
    for part in (folder, *folder.parents):
        if SYNCED.fullmatch(part.name) or (part / ".stfolder").exists() or (part / ".dropbox.cache").exists():
            return f"{part} is copied elsewhere file by file, which spoils a database; choose another folder"
    return ""


def _file_system(folder: Path) -> str:
    """The kind of the file system a folder is on; '' where the system does not say."""
    try:
        lines = MOUNTS.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    found, deepest = "", -1
    for line in lines:
        _device, where, kind, *_more = line.split(" ")
        # Spaces in a name are written as \040 there. Of two on the same folder the later one hides the other.
        mount = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), where))
        if folder.is_relative_to(mount) and len(mount.parts) >= deepest:
            found, deepest = kind, len(mount.parts)
    return found


def notice(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    """What the school should know of this SQLite, in English; '' when there is nothing to know.

    Before the repair, a commit and a checkpoint at the same moment could spoil the log, very rarely. Our write queue
    keeps them apart; a program that writes into the same file past it does not.
    """
    repaired = version >= REPAIRED or any(version[:2] == fix[:2] and version >= fix for fix in REPAIRED_BEFORE)
    if repaired:
        return ""
    return f"SQLite {'.'.join(map(str, version))} has a rare fault that 3.51.3 repairs; upgrade it when the system offers that"
