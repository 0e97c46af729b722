"""Where a model runs, as settings tell it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from docai.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Server:
    """Where models run, and as whom to ask.

    Attributes:
        url: of the API; it usually ends in ``/v1``.
        key: empty where the server wants none.
        timeout_s: how long one question may take, all attempts together.
        concurrency: how many questions it is asked at once.
    """

    url: str
    key: str = field(repr=False)
    timeout_s: float
    concurrency: int

    def __post_init__(self) -> None:
        """Refuse what cannot be a server.

        Raises:
            SettingsError: that is no URL, or no key. Neither is shown: both may hold a secret.
        """
        if not _is_url(self.url):
            raise SettingsError(
                "DOCAI_VLM_URL is no URL of a server; right would be http://127.0.0.1:8001/v1, "
                "and a key goes into DOCAI_VLM_KEY"
            )
        if not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise SettingsError(
                "DOCAI_VLM_KEY has characters that no key has: white space, or beyond ASCII"
            )


def _is_url(url: str) -> bool:
    """Tell whether that can be a server's, without secrets."""
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_plain = url.isascii() and url.isprintable() and " " not in url
    return is_right and is_plain and not (parts.query or parts.fragment or "@" in parts.netloc)
