"""The sequencers of a serving process: one for each bank, begun by the first request.

Not earlier, for a server may fork its workers after it has loaded the application. Commands and
tests have none: they seal what they posted themselves (`web/session.transaction`).
"""

from functools import partial
from os import getpid
from threading import Lock

from flask import Flask

from database.directory import Bank, Directory
from ledger.sequencer import Sequencer
from web.clock import moment_of
from web.session import SEQUENCERS
from web.signing import signer_of


class Sequencers:
    """One for each bank of the directory; they begin together, once in a process."""

    def __init__(self, app: Flask, banks: Directory) -> None:
        demo = app.config["DEMO"]
        self.of = {
            bank.county: Sequencer(
                bank.session,
                partial(moment_of, bank, demo=demo),
                signer=signer_of(app, bank),
            )
            for bank in banks.banks.values()
        }
        self._begun_in: int | None = None
        self._lock = Lock()

    def begin(self) -> None:
        """Begin, if that is still to be done in this process."""
        if self._begun_in == getpid():
            return
        with self._lock:
            for sequencer in self.of.values():
                sequencer.start()
            self._begun_in = getpid()

    def wake(self, bank: Bank) -> bool:
        """Let the bank's sequencer take a turn soon; False if they have not begun."""
        begun = self._begun_in == getpid()
        if begun:
            self.of[bank.county].wake()
        return begun

    def stop(self) -> None:
        """End all; for who started a service in a process that goes on."""
        for sequencer in self.of.values():
            sequencer.stop()


def serve(app: Flask) -> Sequencers:
    """Let the application seal by sequencers from its first request on."""
    sequencers = Sequencers(app, app.extensions["banks"])
    app.extensions[SEQUENCERS] = sequencers
    app.before_request(sequencers.begin)
    return sequencers
