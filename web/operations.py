"""What those who run the bank ask it: is it alive, is it ready, how is it doing."""

import hmac
import os
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from database import migrations
from database.directory import Bank, Directory
from ledger import tables
from web.logs import seconds_taken
from web.permissions import public
from web.session import directory

bp = Blueprint("operations", __name__)

METRICS: Final = "metrics"
SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The folder in which several worker processes add up their counts (prometheus-client)."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers; it asks no database."""
    return jsonify(status="alive")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Whether each bank's database answers and is at the newest migration; 503 if one is not."""
    found = {county: readiness(bank) for county, bank in directory().banks.items()}
    ready = all(state == "ready" for state in found.values())
    return jsonify(ready=ready, banks=found), 200 if ready else 503


def readiness(bank: Bank) -> str:
    """`ready`, `no answer` or `not migrated`."""
    try:
        with bank.engine.connect() as connection:
            applied = MigrationContext.configure(connection).get_current_heads()
    except (SQLAlchemyError, OSError):
        return "no answer"
    return "ready" if set(applied) == newest() else "not migrated"


@lru_cache
def newest() -> frozenset[str]:
    """The newest migrations that this code knows."""
    return frozenset(ScriptDirectory.from_config(migrations.configuration("")).get_heads())


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Counts for Prometheus; for this machine itself, and for who has METRICS_TOKEN."""
    if not (_from_here() or _has_token()):
        abort(403)
    registry = current_app.extensions[METRICS]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _from_here() -> bool:
    """Whether the request began on this machine; one that a proxy passed on began elsewhere."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _has_token() -> bool:
    token = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


class Ledgers(Collector):
    """How long each bank's journal is, counted when asked."""

    def __init__(self, banks: Directory) -> None:
        self.banks = banks

    def collect(self) -> Iterator[Metric]:
        """The two counts, by county; a bank that does not answer has none."""
        entries = CounterMetricFamily("ledger_entries", "Entries in the journal.", labels=["bank"])
        unsealed = GaugeMetricFamily(
            "ledger_entries_unsealed", "Entries not in the sealed log yet.", labels=["bank"]
        )
        for county, bank in self.banks.banks.items():
            try:
                posted, sealed = _counts(bank)
            except (SQLAlchemyError, OSError):
                continue
            entries.add_metric([county], posted)
            unsealed.add_metric([county], posted - sealed)
        yield entries
        yield unsealed


def _counts(bank: Bank) -> tuple[int, int]:
    with bank.engine.connect() as connection:
        posted, sealed = connection.execute(
            select(
                select(func.count()).select_from(tables.transfer).scalar_subquery(),
                select(func.count()).select_from(tables.leaf).scalar_subquery(),
            )
        ).one()
    return int(posted), int(sealed)


def init_app(app: Flask, token: str) -> None:
    """Register the three addresses, and count requests."""
    app.config["METRICS_TOKEN"] = token
    app.register_blueprint(bp)
    registry = CollectorRegistry()
    shared = SHARED in os.environ
    counted = None if shared else registry
    requests = Counter(
        "http_requests", "Requests answered.", ["endpoint", "method", "status"], registry=counted
    )
    latency = Histogram(
        "http_request_seconds", "Time to answer.", ["endpoint"], registry=counted, buckets=SECONDS
    )
    if shared:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # as it comes
    registry.register(Ledgers(app.extensions["banks"]))
    app.extensions[METRICS] = registry

    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in METHODS else "other"
        requests.labels(endpoint, method, str(response.status_code)).inc()
        latency.labels(endpoint).observe(seconds_taken())
        return response

    app.after_request(count)
