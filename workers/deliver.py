"""Calling webhooks: what is sent, what became of it, and when it is tried again."""

import datetime as dt
import json
from typing import Any

from workers import batches, jobs, webhooks
from workers.batch_payloads import batch_payload
from workers.connections import Connections
from workers.ledger import Claim, locked_subject
from workers.lifecycle import now, record
from workers.payloads import job_payload
from workers.tables import Batch, Delivery, Job, Step, StepState

GONE = 410  # a receiver that says so does not want to be called again


def deliver(connections: Connections, held: Claim) -> None:
    """Call the webhook of a job or batch once, and plan what comes next.

    Receivers may be called twice for the same end of a job: a worker can die between a call and
    its record. The id of the message stays the same then.

    Raises:
        ServiceError: database or store failed.
    """
    prepared = _prepare(connections, held.message.subject)
    if prepared is None:
        return
    url, message_id, content = prepared
    settings = connections.settings
    sent = webhooks.post(
        url,
        message_id,
        json.dumps(content, ensure_ascii=False).encode(),
        secret=settings.webhook_secret.get_secret_value(),
        allow=settings.webhook_allow,
        now=now(),
    )
    _note(connections, held, sent)


def _prepare(connections: Connections, subject: str) -> tuple[str, str, dict[str, Any]] | None:
    """Return where to send what, under which id; None if nobody is to be called any more."""
    view = jobs.find(connections, subject) or batches.find(connections, subject)
    if view is None or view.webhook is None:
        return None
    row = view.job if isinstance(view, jobs.JobView) else view.batch
    payload = job_payload(view) if isinstance(view, jobs.JobView) else batch_payload(view)
    kind = "job" if isinstance(view, jobs.JobView) else "batch"
    content = {
        "type": f"{kind}.{row.status.value}",
        "timestamp": (row.finished_at or now()).isoformat().replace("+00:00", "Z"),
        "data": payload.model_dump(mode="json", exclude={"webhook"}),
    }
    return view.webhook.url, f"msg_{row.id}_{row.num_deliveries_asked}", content


def _note(connections: Connections, held: Claim, sent: webhooks.Sent) -> None:
    """Record a call; plan the next if it failed and a day is not over."""
    message = held.message
    with connections.database.writing() as session:
        step = session.get(Step, (message.subject, message.stage, message.page))
        if step is None or step.token != held.token:
            return
        subject = locked_subject(session, step)
        if subject is None:
            return
        session.add(
            Delivery(
                subject=message.subject,
                at=now(),
                status=sent.status,
                error=sent.error,
                seconds=sent.seconds,
            )
        )
        wait_s = None if sent.status == GONE else webhooks.wait_s(step.attempts)
        _conclude(subject, step, is_delivered=sent.error is None, wait_s=wait_s)
        if isinstance(subject, Job):
            record(session, subject, "delivery")


def _conclude(
    subject: Job | Batch, step: Step, *, is_delivered: bool, wait_s: float | None
) -> None:
    """Change a step and its subject after a call."""
    step.token = step.lease_until = None
    if is_delivered or wait_s is None:
        step.state, step.finished_at = StepState.DONE, now()
        subject.webhook_state = "delivered" if is_delivered else "failed"
        return
    step.state = StepState.QUEUED
    step.not_before = now() + dt.timedelta(seconds=wait_s)
