"""Structured logs: one JSON object a line, with the request's id, never with a person's words."""

import logging
import logging.handlers
import queue
import sys
from typing import Any

import structlog
from typing_extensions import override

_QUIET = ("httpx2", "httpcore2", "pymongo", "urllib3", "strawberry.execution", "asyncio")


def set_up_logs(level: str) -> logging.handlers.QueueListener:
    """Send all logs as JSON to standard error by a thread of its own, so that a slow pipe blocks no request."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
    )
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(formatter)
    lines: queue.Queue[logging.LogRecord] = queue.Queue(10_000)
    root = logging.getLogger()
    root.handlers = [_PlainQueueHandler(lines)]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    listener = logging.handlers.QueueListener(lines, stream)
    listener.start()
    return listener


class _PlainQueueHandler(logging.handlers.QueueHandler):
    """Hands records over as they are: the formatter on the other side needs structlog's dictionary, not text."""

    @override
    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record


def log(name: str) -> structlog.stdlib.BoundLogger:
    """Give the logger of a module; call it with an event name and ids, never with a person's words."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
