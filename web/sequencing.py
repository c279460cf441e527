"""The sequencers of a serving process: one for each bank, begun by the first request.

Commands and tests have none: they seal what they posted themselves (`web/session.transaction`).
"""

from functools import partial

from flask import Flask

from database.directory import Bank
from ledger.sequencer import Sequencer
from web import background
from web.background import Background
from web.clock import moment_of
from web.session import SEQUENCERS
from web.signing import signer_of


def serve(app: Flask) -> Background[Sequencer]:
    """Let the application seal by sequencers from its first request on."""

    def hire(bank: Bank) -> Sequencer:
        clock = partial(moment_of, bank, demo=app.config["DEMO"])
        return Sequencer(bank.session, clock, signer=signer_of(app, bank))

    return background.serve(app, SEQUENCERS, hire)
