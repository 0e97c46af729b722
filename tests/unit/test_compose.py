"""The Dockerfile, docker-compose.yml and docs/deploy.md fit each other and the code.

Docker itself is not needed; what these files mean to it is read here as far as it is used.
"""

import fnmatch
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from docai.settings import PREFIX, ClientSettings
from workers.app import HARD_AFTER_S
from workers.queues import ALL_QUEUES, MODEL_QUEUES
from workers.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
MANUAL = ROOT / "docs" / "deploy.md"
BIN = Path(sys.executable).parent
OURS = ("api", "worker", "gpu-worker", "sweeper", "migrate", "fetch")
RUN_ONCE = ("migrate", "fetch")
CELERY_WORKERS = ("worker", "gpu-worker", "sweeper")
SECRETS = ("POSTGRES_PASSWORD", "DOCAI_WEBHOOK_SECRET")
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")
PUBLISHED = re.compile(r"127\.0\.0\.1:\d+:\d+")


@cache
def compose() -> dict[str, Any]:
    """Return the compose file with its variables replaced by their defaults."""
    text = VARIABLE.sub(lambda found: found["rest"] if found["kind"] == "-" else "x", raw())
    return dict(yaml.safe_load(text))


def raw() -> str:
    return COMPOSE.read_text()


SERVICES: dict[str, dict[str, Any]] = compose()["services"]


@cache
def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile, each with its arguments on one line."""
    lines = (line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    split = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return [(name, arguments.strip()) for name, _, arguments in split]


@cache
def stages() -> dict[str, dict[str, str]]:
    """Return the last of each instruction of every stage, those of its own parents included."""
    found: dict[str, dict[str, str]] = {}
    stage = ""
    for name, arguments in instructions():
        if name == "FROM":
            parent, _, stage = arguments.partition(" AS ")
            found[stage] = dict(found.get(parent, {}))
        elif stage:
            found[stage][name] = arguments
    return found


def command(service: str) -> list[str]:
    """Return what a service runs: its own command, or else its image's."""
    own = SERVICES[service].get("command")
    if own is None:
        return list(json.loads(stages()[SERVICES[service]["build"]["target"]]["CMD"]))
    return shlex.split(own)


def option(words: list[str], name: str) -> str:
    """Return the value of the last option of that name: Python has a -P of its own."""
    return words[len(words) - words[::-1].index(name)]


def seconds(duration: str) -> float:
    number, unit = duration[:-1], duration[-1]
    return float(number) * {"s": 1, "m": 60}[unit]


@pytest.mark.parametrize(
    "words",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE],
        ["hadolint", DOCKERFILE],
    ],
    ids=["compose", "dockerfile"],
)
def test_the_tools_of_the_trade_have_no_objections(words: list[Any]) -> None:
    done = subprocess.run([BIN / words[0], *words[1:]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("service", OURS)
def test_what_is_built_can_be_built(service: str) -> None:
    build = SERVICES[service]["build"]
    assert build["target"] in stages()
    assert SERVICES[service]["image"] == f"docai-{build['target']}"


def copied() -> Iterator[str]:
    for name, arguments in instructions():
        if name == "COPY" and not arguments.startswith("--from"):
            yield from arguments.split()[:-1]


def test_what_is_copied_is_there_and_sent_to_the_builder() -> None:
    sources = set(copied())
    assert {"pyproject.toml", "constraints.txt", "docai", "api"} <= sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    assert {rule[1:] for rule in rules if rule.startswith("!")} == sources
    assert "*" in rules


def test_every_stage_that_is_named_comes_earlier() -> None:
    known: set[str] = set()
    for name, arguments in instructions():
        if name == "FROM":
            parent, _, stage = arguments.partition(" AS ")
            assert parent in known or parent == "${BASE}", arguments
            known.add(stage)
        for source in re.findall(r"--from=(\S+)", arguments):
            assert source in known, arguments


@pytest.mark.parametrize("target", ["api", "worker", "gpu-worker"])
def test_images_run_as_nobody_special(target: str) -> None:
    assert stages()[target]["USER"] == "10001:10001"


@pytest.mark.parametrize("service", SERVICES)
def test_who_waits_for_whom(service: str) -> None:
    for other, how in SERVICES[service].get("depends_on", {}).items():
        match how["condition"]:
            case "service_healthy":
                assert "healthcheck" in SERVICES[other]
            case "service_completed_successfully":
                assert SERVICES[other]["restart"] == "no"
            case unknown:
                pytest.fail(f"{service} waits for {other}: {unknown}")
        assert set(SERVICES[other].get("profiles", ())) <= set(
            SERVICES[service].get("profiles", ())
        )


@pytest.mark.parametrize("service", ["api", *CELERY_WORKERS])
def test_nobody_starts_before_the_tables_are_there(service: str) -> None:
    assert set(SERVICES[service]["depends_on"]) == {"migrate", "redis"}
    assert set(SERVICES["migrate"]["depends_on"]) == {"postgres"}


def known_variables() -> set[str]:
    fields = {*ServiceSettings.model_fields, *ClientSettings.model_fields}
    return {PREFIX + name.upper() for name in fields}


@pytest.mark.parametrize("path", [COMPOSE, DOCKERFILE, MANUAL], ids=lambda path: path.name)
def test_every_variable_of_ours_is_a_setting(path: Path) -> None:
    named = set(re.findall(r"\bDOCAI_[A-Z_]+\b", path.read_text()))
    assert named
    assert named <= known_variables()


@pytest.mark.parametrize("service", [name for name in OURS if name != "fetch"])
def test_the_settings_of_a_service_make_sense(service: str) -> None:
    settings = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in SERVICES[service]["environment"].items()
        if name.startswith(PREFIX)
    }
    made = ServiceSettings(**settings)
    assert made.keys_required
    assert (made.sql_url, made.broker_url, made.blob_url) == (
        "postgresql+psycopg://docai:x@postgres:5432/docai",
        "redis://redis:6379/0",
        "file:///data/store",
    )


def documented_settings() -> dict[str, str]:
    rows = re.findall(r"^\| `(DOCAI_\w+)` \| ([^|]*) \|", MANUAL.read_text(), re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a setting is in the manual twice"
    return dict(rows)


def shown(field: FieldInfo) -> str:
    """Return how the manual writes a default; nothing where words have to do."""
    match field.default:
        case bool(value):
            return str(value).lower()
        case int(value) | float(value):
            return str(int(value)) if value == int(value) else str(value)
        case str(value):
            return value
    assert field.default is None or field.default == SecretStr("") or field.default_factory
    return ""


def test_the_manual_lists_every_setting_with_its_default() -> None:
    documented = documented_settings()
    fields = {PREFIX + name.upper(): field for name, field in ServiceSettings.model_fields.items()}
    assert set(documented) == set(fields)
    for name, field in fields.items():
        written = re.findall(r"`([^`]*)`", documented[name])
        assert written == [word for word in [shown(field)] if word], name


@pytest.mark.parametrize("service", OURS)
def test_what_is_run_exists(service: str) -> None:
    words = [*SERVICES[service].get("entrypoint", ()), *command(service)]
    if words[0] == "hf":
        assert (BIN / "hf").exists()
        assert words[1] == "download"
    elif words[0] == "python":
        assert importlib.util.find_spec(words[words.index("-m") + 1])
    else:
        assert words[:2] == ["uvicorn", "api.app:app"]
        assert (BIN / words[0]).exists()
        assert importlib.util.find_spec("api.app")


@pytest.mark.parametrize("service", CELERY_WORKERS)
def test_workers_take_messages_of_queues_that_exist(service: str) -> None:
    queues = option(command(service), "-Q").split(",")
    assert set(queues) <= set(ALL_QUEUES)


def test_every_queue_has_its_worker() -> None:
    served = {
        queue
        for service in CELERY_WORKERS
        if "profiles" not in SERVICES[service]
        for queue in option(command(service), "-Q").split(",")
    }
    assert served == set(ALL_QUEUES)


def test_a_large_model_has_a_worker_of_its_own() -> None:
    words = command("gpu-worker")
    assert set(option(words, "-Q").split(",")) == MODEL_QUEUES
    assert (option(words, "-P"), option(words, "-c")) == ("threads", "1")  # else it refuses to run
    [rest] = re.findall(r"^WORKER_QUEUES=(\S+)$", MANUAL.read_text(), re.MULTILINE)
    served = {*rest.split(","), *MODEL_QUEUES, *option(command("sweeper"), "-Q").split(",")}
    assert served == set(ALL_QUEUES)
    assert MODEL_QUEUES.isdisjoint(rest.split(","))


def test_the_image_of_workers_runs_what_the_service_runs() -> None:
    assert command("worker") == json.loads(stages()["worker"]["CMD"])


@pytest.mark.parametrize("service", [name for name in SERVICES if name not in RUN_ONCE])
def test_every_service_is_watched_bounded_and_started_again(service: str) -> None:
    found = SERVICES[service]
    assert found["healthcheck"]["test"][0] == "CMD"
    assert found["restart"] == "unless-stopped"
    assert found["init"] is True
    assert set(found["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert seconds(found["healthcheck"]["start_interval"]) <= 10


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_has_more_rights_than_needed(service: str) -> None:
    found = SERVICES[service]
    assert found["cap_drop"] == ["ALL"]
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert found.get("read_only") is True or service == "vllm"
    assert "user" in found or service in (*OURS, "vllm")


@pytest.mark.parametrize("service", ["worker", "gpu-worker"])
def test_steps_under_way_are_waited_for(service: str) -> None:
    longest_s = ServiceSettings().stage_timeout_s + HARD_AFTER_S
    assert seconds(SERVICES[service]["stop_grace_period"]) >= longest_s


def test_one_port_is_open_and_to_this_machine_alone() -> None:
    ports = {name: found["ports"] for name, found in SERVICES.items() if "ports" in found}
    assert list(ports) == ["api"]
    assert all(PUBLISHED.fullmatch(port) for port in ports["api"])


def test_who_reads_documents_reaches_nothing_outside() -> None:
    assert compose()["networks"]["inside"] == {"internal": True}
    for service in ("worker", "gpu-worker", "migrate", "redis", "postgres"):
        assert SERVICES[service]["networks"] == ["inside"]


def test_secrets_have_no_default() -> None:
    for secret in SECRETS:
        uses = [use for use in VARIABLE.finditer(raw()) if use["name"] == secret]
        assert uses and {use["kind"] for use in uses} == {"?"}
        assert any(use["rest"] for use in uses), "nobody says what to do"
    holders = [n for n, found in SERVICES.items() if "DOCAI_WEBHOOK_SECRET" in str(found)]
    assert holders == ["api", "sweeper"]


def test_what_outlives_containers_is_named() -> None:
    mounts = {name: found.get("volumes", []) for name, found in SERVICES.items()}
    used = {mount.partition(":")[0] for found in mounts.values() for mount in found}
    assert used == set(compose()["volumes"])
    for service in ("api", *CELERY_WORKERS):
        assert mounts[service][0] == "store:/data"


def test_a_checkpoint_is_fetched_by_who_reads_no_documents() -> None:
    fetch, worker = SERVICES["fetch"], SERVICES["gpu-worker"]
    assert (fetch["networks"], fetch["volumes"]) == (["outside"], ["checkpoints:/models"])
    assert worker["volumes"] == ["store:/data", "checkpoints:/models:ro"]
    assert "HF_HOME=/models" in stages()["gpu-worker"]["ENV"]
    assert worker["environment"]["HF_HUB_OFFLINE"] == "1"
    assert [name for name in fetch["environment"] if name.startswith(PREFIX)] == []
    assert fetch["env_file"] == []


def test_the_manual_names_the_server_of_compose() -> None:
    [url] = re.findall(r"^DOCAI_VLM_URL=(\S+)$", MANUAL.read_text(), re.MULTILINE)
    parts = urlsplit(url)
    health = str(SERVICES["vllm"]["healthcheck"]["test"])
    assert (parts.hostname, parts.path) == ("vllm", "/v1")
    assert f"127.0.0.1:{parts.port}/health" in health
    words = command("vllm")
    [named] = re.findall(r"^DOCAI_VLM=openai:(\S+)$", MANUAL.read_text(), re.MULTILINE)
    assert named == option(words, "--model")
    assert option(words, "--structured-outputs-config.backend") == "guidance"


def test_the_manual_explains_what_compose_asks_for() -> None:
    asked = {found["name"] for found in VARIABLE.finditer(raw())}
    manual = MANUAL.read_text()
    assert [name for name in asked if name not in manual] == []


def test_the_api_image_takes_its_requirements_from_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    known = {*project["project"]["dependencies"], *(line for extra in extras for line in extra)}
    group = project["dependency-groups"]["api"]
    assert group == sorted(group)
    assert set(group) <= known


@pytest.mark.parametrize("pattern", ["onnx*", "opencv*", "rapidocr*", "torch*", "paddle*"])
def test_the_api_image_asks_for_no_engine(pattern: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert fnmatch.filter(project["dependency-groups"]["api"], pattern) == []
