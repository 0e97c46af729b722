"""What every process of the service holds: settings, database, store and queues."""

from dataclasses import dataclass

from workers import webhooks
from workers.app import make_app
from workers.database import Database
from workers.queues import Message, Queues
from workers.settings import ServiceSettings
from workers.store import Store


@dataclass(frozen=True)
class Connections:
    """Open connections. Safe for threads; made anew in each process.

    Attributes:
        settings: what they were made from.
        database: jobs and steps.
        store: blobs.
        queues: messages.
    """

    settings: ServiceSettings
    database: Database
    store: Store
    queues: Queues

    def send(self, messages: list[Message]) -> None:
        """Send messages whose steps are committed; what Redis does not take, the sweeper sends."""
        for message in messages:
            if not self.queues.send(message):
                return

    def close(self) -> None:
        """Close what can be closed."""
        self.database.close()
        self.queues.close()


def connect(settings: ServiceSettings, *, is_durable: bool = True) -> Connections:
    """Open the connections that ``settings`` name; nothing is sent yet.

    Args:
        settings: where everything is.
        is_durable: see `workers.database.Database`.

    Raises:
        SettingsError: a URL makes no sense, or what is said of webhooks.
    """
    webhooks.check(settings.webhook_secret.get_secret_value(), settings.webhook_allow)
    return Connections(
        settings,
        Database(settings.sql_url, is_durable=is_durable),
        Store(settings.blob_url),
        Queues(settings.broker_url, make_app(settings)),
    )
