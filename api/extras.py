"""What of the service's libraries is installed; imports none of them."""

import importlib.util
import sys

from workers.errors import ServiceError

NEEDED = (
    "alembic",
    "celery",
    "fastapi",
    "fsspec",
    "prometheus_client",
    "python_multipart",
    "redis",
    "sqlalchemy",
    "fastapi_offline",
    "uvicorn",
)


def check() -> None:
    """Refuse to go on where the service cannot run.

    Raises:
        ServiceError: a library is missing; the message says how to get it.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ServiceError(
            f"the service needs libraries that are not installed ({', '.join(missing)}): "
            "pip install 'docai[service]'"
        )
    if sys.platform == "win32":
        raise ServiceError("the service runs on Linux and macOS; on Windows, in WSL or a container")
