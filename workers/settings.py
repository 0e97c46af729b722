"""Settings of the service; those of the library count for its workers too (`docai.settings`)."""

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr

from docai.settings import Settings, read

DAY_S = 86_400


class ServiceSettings(Settings):
    """Where the service keeps things, what it accepts, and how patient it is."""

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("docai"),
        description="Folder of the database, the store and Redis, where no URL says otherwise.",
    )
    database_url: str = Field(default="", description="SQLAlchemy URL; SQLite by default.")
    store_url: str = Field(default="", description="fsspec URL of the blobs; a folder by default.")
    redis_url: str = Field(
        default="", description="Celery broker; the private socket of docai serve by default."
    )
    keys_required: bool = Field(default=True, description="Whether requests need an API key.")
    max_queued: int = Field(default=10_000, ge=1, description="Unfinished jobs before a 503.")
    retention_s: float = Field(
        default=7 * DAY_S, gt=0, description="How long documents and results are kept."
    )
    max_attempts: int = Field(
        default=3, ge=1, description="Starts of a step before its job fails for good."
    )
    lease_s: float = Field(
        default=15, gt=0, description="How long a step waits for a silent worker."
    )
    sweep_s: float = Field(default=3, gt=0, description="Seconds between two sweeps.")
    stage_timeout_s: float = Field(default=300, gt=0, description="Longest time one step may take.")
    visibility_timeout_s: int = Field(
        default=3600, ge=1, description="After which Redis offers an unfinished message again."
    )
    max_memory_bytes: int = Field(
        default=4_000_000_000, ge=1, description="Memory of one worker process."
    )
    recycle_memory_bytes: int = Field(
        default=1_500_000_000, ge=1, description="Memory after which a worker process is renewed."
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="Signs webhooks; without it none can be asked for."
    )
    webhook_allow: str = Field(
        default="", description="Hosts and networks (CIDR) that webhooks may reach though internal."
    )
    max_batch_files: int = Field(default=5_000, ge=1, description="Documents of one batch.")
    max_batch_bytes: int = Field(
        default=2_000_000_000, ge=1, description="Bytes of all documents of one batch, unpacked."
    )

    @property
    def is_model_local(self) -> bool:
        """Whether the model is a large one that a worker holds in its own memory."""
        return self.vlm.startswith("hf:")

    @property
    def sql_url(self) -> str:
        """Where the database is."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'docai.sqlite3'}"

    @property
    def blob_url(self) -> str:
        """Where the store is."""
        return self.store_url or f"file://{self.data_dir.absolute() / 'store'}"

    @property
    def broker_url(self) -> str:
        """Where Redis is."""
        return self.redis_url or f"redis+socket://{self.redis_socket}"

    @property
    def redis_socket(self) -> Path:
        """The socket of the Redis that ``docai serve`` starts."""
        return self.data_dir.absolute() / "redis.sock"


def read_service_settings(environ: Mapping[str, str] = os.environ) -> ServiceSettings:
    """Read the settings of an environment; see `docai.settings.read`."""
    return read(ServiceSettings, environ)
