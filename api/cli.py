"""The commands of the service: names, options and their explanations. Mounted by `docai.cli`.

What they do, and every library they need, is imported when they run.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from docai import commands

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="Folder of the database, the store and Redis. By default DOCAI_DATA_DIR, or a "
        "folder for user data as this system has it.",
    ),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show where in the code an error arose.")]

keys = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


def mount(app: typer.Typer) -> None:
    """Add the commands of the service to a command line."""
    app.command(
        epilog="Exit codes: 0 stopped by SIGTERM; 130 by Ctrl-C; 2 wrong usage; "
        "3 the service cannot run."
    )(serve)
    app.add_typer(keys, name="keys")


def serve(
    host: Annotated[
        str,
        typer.Option(
            help="Address to listen on. Others than this machine's own can be reached from "
            "elsewhere, so requests need an API key then."
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any that is free.")
    ] = 8000,
    workers: Annotated[
        int,
        typer.Option(min=0, help="Documents read at the same time; 0, the default: one per core."),
    ] = 0,
    data_dir: DataDir = None,
    debug: Debug = False,
) -> None:
    """Run the whole service on this machine: API, workers, Redis and database.

    Needs no other service and no network. What dies is started again; Ctrl-C stops everything
    when the documents under way are done. Settings are environment variables: see the README.
    """

    def run() -> int:
        from api.serve import Request
        from api.serve import serve as run_service

        return run_service(Request(host, port, workers, data_dir))

    _exit(run, debug)


@keys.command()
def create(
    name: Annotated[str, typer.Option(help="Who will use it, such as the program's name.")],
    scope: Annotated[
        str,
        typer.Option(
            help="What it allows, with commas: submit (hand in documents), read (see jobs and "
            "results), admin (everything: erase jobs, change schemas too)."
        ),
    ] = "submit,read",
    data_dir: DataDir = None,
    debug: Debug = False,
) -> None:
    """Make an API key and print it, once: only a digest of it is kept."""

    def run() -> int:
        from api.key_commands import create_key

        return create_key(data_dir, name, [word.strip() for word in scope.split(",")])

    _exit(run, debug)


@keys.command("list")
def list_keys(data_dir: DataDir = None, debug: Debug = False) -> None:
    """List all API keys, without their secrets."""

    def run() -> int:
        from api.key_commands import list_keys as show_keys

        return show_keys(data_dir)

    _exit(run, debug)


@keys.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As docai keys list shows it.")],
    data_dir: DataDir = None,
    debug: Debug = False,
) -> None:
    """Make an API key worthless from now on."""

    def run() -> int:
        from api.key_commands import revoke_key

        return revoke_key(data_dir, key_id)

    _exit(run, debug)


def _exit(run: Callable[[], int], shows_traces: bool) -> None:
    """Run a command if its libraries are there; end with its exit code."""

    def checked() -> int:
        from api import extras

        extras.check()
        return run()

    raise typer.Exit(commands.guarded(checked, shows_traces=shows_traces))
