"""The Celery application: queues, and what happens to messages whose worker is lost.

Messages are JSON and hold ids. No results are kept in Redis: the database has them.
"""

from celery import Celery

from workers.queues import ALL_QUEUES, QUEUES, SWEEP_QUEUE
from workers.settings import ServiceSettings, read_service_settings

HARD_AFTER_S = 15.0  # the soft limit lets a step say what happened; this one kills


def make_app(settings: ServiceSettings) -> Celery:
    """Make the Celery application that ``settings`` describe."""
    app = Celery(
        "docai", broker=settings.broker_url, include=["workers.tasks"], set_as_current=False
    )
    transport = {
        "visibility_timeout": settings.visibility_timeout_s,
        # Else kombu looks for unfinished messages once in 100 s (interval 10 s, every 10th time).
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        # Queues are asked in the order of the command line: what is nearly done comes first.
        "queue_order_strategy": "priority",
        "socket_timeout": 30,
        "socket_connect_timeout": 2,
        "retry_on_timeout": True,
        "health_check_interval": 10,
        # Who sends does not wait for a Redis that is away: the ledger keeps what was not sent.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    }
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_backend=None,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_track_started=False,
        task_create_missing_queues=True,
        task_default_queue=SWEEP_QUEUE,
        task_routes={f"docai.{stage.value}": queue for stage, queue in QUEUES.items()},
        task_soft_time_limit=settings.stage_timeout_s,
        task_time_limit=settings.stage_timeout_s + HARD_AFTER_S,
        worker_prefetch_multiplier=1,
        worker_max_memory_per_child=settings.recycle_memory_bytes // 1024,
        worker_hijack_root_logger=True,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=transport,
        beat_schedule={
            "sweep": {
                "task": "docai.sweep",
                "schedule": settings.sweep_s,
                "options": {"queue": SWEEP_QUEUE, "expires": 10 * settings.sweep_s},
            }
        },
        beat_scheduler="celery.beat:Scheduler",  # in memory: nothing in the schedule to remember
        task_queues=None,
    )
    return app


def __getattr__(name: str) -> Celery:
    """Make the application of this process's environment when Celery asks for it."""
    if name == "app":
        globals()["app"] = make_app(read_service_settings())
        return globals()["app"]
    raise AttributeError(name)


__all__ = ["ALL_QUEUES", "make_app"]
