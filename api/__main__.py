"""The API as a process of its own, on a socket that is open already: ``python -m api DESCRIPTOR``.

`docai serve` holds the socket. While the API is started again, requests wait in its queue and none
is refused.
"""

import socket
import sys

import uvicorn

KEEP_ALIVE_S = 75  # longer than proxies do, so that none writes to a connection being closed
CLOSE_AFTER_S = 5  # requests under way, and whoever watches a job, get this long at the end


def main() -> int:
    """Answer requests until told to end; return an exit code."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(
        "api.app:app",
        # A query may hold what a client calls a document, so requests are not logged.
        access_log=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=CLOSE_AFTER_S,
    )
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
