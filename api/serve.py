"""``docai serve``: the whole service on one machine, as children of one process.

    Redis ─▶ workers, sweeper ─▶ API        started in this order, ended in the other

What can be known to go wrong is said before the first of them starts.
"""

import asyncio
import base64
import errno
import fcntl
import ipaddress
import os
import secrets
import shlex
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from api.supervisor import Child, Supervisor
from docai.batch import ONE_THREAD
from docai.commands import FINE, INTERRUPTED, complain
from docai.errors import SettingsError
from docai.settings import num_cores
from workers import keys, migrate, redis_server
from workers.connections import connect
from workers.errors import ServiceError
from workers.settings import ServiceSettings, read_service_settings

QUEUE_LENGTH = 2048  # connections that wait for the API; as many as uvicorn has
WORKERS_NICENESS = 5  # uploads and answers come before reading
API_STOP_S = 10.0
MODEL_QUEUES = "reconcile,vlm"
READING_QUEUES = "ocr,rasterize"
CPU_QUEUES = f"{MODEL_QUEUES},{READING_QUEUES}"  # what is nearly done comes first
SWEEPER_QUEUES = "deliver,sweep"
NUM_DELIVERIES = 8  # webhooks called at the same time
SECRET_FILE = "webhook-secret"
_UNFIT = ("%", "?", "#", "::")  # have a meaning in the URLs of database, store or Redis


@dataclass(frozen=True)
class Request:
    """What ``docai serve`` was asked to do.

    Attributes:
        host: name or address to listen on.
        port: 0 for any that is free.
        num_workers: documents read at the same time; 0 for one per core.
        data_dir: where to keep everything; None for what the environment says.
    """

    host: str
    port: int
    num_workers: int
    data_dir: Path | None


def serve(request: Request) -> int:
    """Run the service until told to stop.

    Returns:
        An exit code: fine after SIGTERM, interrupted after Ctrl-C.

    Raises:
        SettingsError: what was asked for makes no sense here.
        ServiceError: the service cannot run, or not any more.
    """
    settings = settings_of(request.data_dir)
    with ExitStack() as stack:
        stack.enter_context(_alone(settings.data_dir))
        listener = stack.enter_context(_listening(request.host, request.port))
        socket_path = stack.enter_context(redis_server.private_socket(settings.redis_socket))
        redis = [] if settings.redis_url else [_redis(settings, socket_path)]
        migrate.upgrade(settings)
        running = settings.model_copy(
            update={
                "redis_url": settings.redis_url or redis_server.broker_url(socket_path),
                "keys_required": _keys_required(settings, request, listener),
                "webhook_secret": settings.webhook_secret or _kept_secret(settings.data_dir),
            }
        )
        environ = _environ(running)
        workers = _workers(running, environ, request.num_workers or num_cores())
        supervisor = Supervisor(
            [redis, workers, [_api(environ, listener)]],
            on_ready=partial(_greet, running, listener),
            on_stop=listener.close,
        )
        complain("docai is starting")
        number = asyncio.run(supervisor.run())
    return INTERRUPTED if number == signal.SIGINT else FINE


def settings_of(data_dir: Path | None) -> ServiceSettings:
    """Return the settings of the environment, with another data folder if one is given.

    Raises:
        SettingsError: they make no sense, or the folder's name cannot be part of a URL.
    """
    said = {} if data_dir is None else {"DOCAI_DATA_DIR": str(data_dir)}
    settings = read_service_settings({**os.environ, **said})
    folder = settings.data_dir.absolute()
    unfit = [mark for mark in _UNFIT if mark in str(folder)]
    if unfit:
        raise SettingsError(
            f"--data-dir {folder}: {' and '.join(unfit)} mean something in the URLs made of this "
            "path; choose another"
        )
    return settings.model_copy(update={"data_dir": folder})


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Hold a data folder that no other ``docai serve`` may use; make it if need be.

    Raises:
        SettingsError: it cannot be written.
        ServiceError: another one holds it.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data_dir / "serve.lock").open("a+")
    except OSError as error:
        raise SettingsError(
            f"--data-dir {data_dir}: {error.strerror}; name a folder that you may write"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise ServiceError(
                f"docai serve (process {lock.read().strip()}) already uses {data_dir}; "
                "stop it, or choose another folder with --data-dir"
            ) from error
        except OSError as error:
            raise SettingsError(
                f"--data-dir {data_dir}: cannot be locked ({error.strerror}); choose a local disk"
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Open the socket of the API; it is held here, so that the API can be started again.

    Raises:
        SettingsError: nobody can listen there.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise SettingsError(
            f"--host {host}: there is no such host; give an address of this machine, such as "
            "127.0.0.1"
        ) from error
    family, _, _, _, address = found[0]
    try:
        # Both families at once, where all addresses are meant.
        is_dual = address[0] == "::" and socket.has_dualstack_ipv6()
        listener = socket.create_server(
            address, family=family, backlog=QUEUE_LENGTH, dualstack_ipv6=is_dual
        )
    except OSError as error:
        raise SettingsError(_why_not(error, host, port)) from error
    with listener:
        yield listener


def _why_not(error: OSError, host: str, port: int) -> str:
    """Say why nobody can listen at a port."""
    match error.errno:
        case errno.EADDRINUSE:
            return f"--port {port}: another program listens there; choose another, or 0 for any"
        case errno.EACCES | errno.EPERM:
            return f"--port {port}: ports below 1024 take privileges; choose another, such as 8000"
        case errno.EADDRNOTAVAIL:
            return f"--host {host}: no address of this machine; give one, such as 127.0.0.1"
    return f"--host {host} --port {port}: {error.strerror}"


def _keys_required(settings: ServiceSettings, request: Request, listener: socket.socket) -> bool:
    """Tell whether requests need a key: always where other machines can send them.

    Raises:
        SettingsError: they do, and that is forbidden, or there is no key.
    """
    is_said = "keys_required" in settings.model_fields_set
    if ipaddress.ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback:
        if not (is_said and settings.keys_required):
            return False
    elif is_said and not settings.keys_required:
        raise SettingsError(
            f"DOCAI_KEYS_REQUIRED=false with --host {request.host}: whoever reaches this machine "
            "could read all documents; unset it, or listen on 127.0.0.1 behind a proxy"
        )
    connections = connect(settings)
    try:
        if any(key.revoked_at is None for key in keys.listing(connections)):
            return True
    finally:
        connections.close()
    place = "" if request.data_dir is None else f" --data-dir {shlex.quote(str(request.data_dir))}"
    raise SettingsError(
        f"--host {request.host}: requests need an API key there, and there is none yet; make one: "
        f"docai keys create --name NAME --scope submit,read{place}"
    )


def _kept_secret(data_dir: Path) -> SecretStr:
    """Return the secret that signs the webhooks of this data folder; made once.

    Raises:
        SettingsError: it can be neither read nor written.
    """
    path = data_dir / SECRET_FILE
    with suppress(FileNotFoundError):
        return SecretStr(path.read_text("ascii").strip())
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    number, name = tempfile.mkstemp(prefix=f".{SECRET_FILE}.", dir=data_dir)  # for us alone
    with os.fdopen(number, "w") as file:
        file.write(f"{secret}\n")
    Path(name).replace(path)
    return SecretStr(secret)


def _environ(settings: ServiceSettings) -> dict[str, str]:
    """Return the environment of the children that are programs of ours."""
    return {
        **os.environ,
        "DOCAI_DATA_DIR": str(settings.data_dir),
        "DOCAI_REDIS_URL": settings.redis_url,
        "DOCAI_KEYS_REQUIRED": str(settings.keys_required).lower(),
        "DOCAI_WEBHOOK_SECRET": settings.webhook_secret.get_secret_value(),
    }


def _redis(settings: ServiceSettings, socket_path: Path) -> Child:
    """Return the Redis of a data folder.

    Raises:
        ServiceError: no Redis is installed.
    """
    folder = redis_server.make_folder(settings.data_dir)
    return Child(
        "redis",
        redis_server.command(redis_server.find_program(), folder, socket_path),
        os.environ,
        is_noise=redis_server.is_noise,
        mend=partial(redis_server.set_broken_aside, folder),
        is_ready=partial(redis_server.answers, socket_path),
    )


def _workers(
    settings: ServiceSettings, environ: Mapping[str, str], num_workers: int
) -> list[Child]:
    """Return those that read documents, and the one that sweeps and calls webhooks.

    A large model has a process to itself: there is room for one, and CUDA survives no fork.
    """
    queues = READING_QUEUES if settings.is_model_local else CPU_QUEUES
    sweeper = ("-Q", SWEEPER_QUEUES, "-c", str(NUM_DELIVERIES), "-P", "threads")
    arguments = {
        "worker": ("-Q", queues, "-c", str(num_workers), "-P", "prefork", "-n", "cpu@%h"),
        "sweeper": (*sweeper, "--beat", "-n", "sweeper@%h"),
    }
    if settings.is_model_local:
        arguments["model"] = ("-Q", MODEL_QUEUES, "-c", "1", "-P", "threads", "-n", "gpu@%h")
    return [
        Child(
            name,
            _python("workers.run", *words, "--without-gossip", "--without-mingle"),
            environ if name == "model" else {**environ, **ONE_THREAD},
            niceness=WORKERS_NICENESS,
            is_noise=lambda line: "Warm shutdown (MainProcess)" in line,
        )
        for name, words in arguments.items()
    ]


def _api(environ: Mapping[str, str], listener: socket.socket) -> Child:
    """Return the API, on the socket that is open already."""
    return Child(
        "api",
        _python("api", str(listener.fileno())),
        environ,
        descriptors=(listener.fileno(),),
        stop_s=API_STOP_S,
        is_ready=partial(_is_alive, *_reachable(listener)),
    )


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs a module of ours, whatever the current folder holds."""
    return (sys.executable, "-P", "-m", module, *arguments)


async def _is_alive(host: str, port: int) -> bool:
    """Tell whether the API answers."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    return False


def _reachable(listener: socket.socket) -> tuple[str, int]:
    """Return an address and the port by which this machine reaches a socket."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port


def _greet(settings: ServiceSettings, listener: socket.socket) -> None:
    """Say where everything is, and what to try."""
    host, port = _reachable(listener)
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    secret = "DOCAI_WEBHOOK_SECRET"
    if not os.environ.get(secret):
        secret = str(settings.data_dir / SECRET_FILE)
    key = " -H 'Authorization: Bearer YOUR_KEY'" if settings.keys_required else ""
    lines = (
        f"docai listens at {url}; its manual is at {url}/docs",
        f"  data and results:  {settings.data_dir}",
        f"  webhook secret:    {secret}",
        f"  API keys:          {'needed' if settings.keys_required else 'not needed'}",
        f"  try:               curl{key} -F file=@receipt.jpg '{url}/v1/extract?wait=60'",
        "Ctrl-C stops it.",
    )
    sys.stderr.write("\n".join(lines) + "\n")
    sys.stderr.flush()
