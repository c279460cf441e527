"""What a serving process does besides answering: threads for each bank, begun by the first request.

Not earlier, for a server may fork its workers after it has loaded the application.
"""

from collections.abc import Callable
from os import getpid
from threading import Lock
from typing import Generic, Protocol, TypeVar

from flask import Flask

from database.directory import Bank, Directory


class Hand(Protocol):
    """A thread that does one kind of work for one bank."""

    def start(self) -> None:
        """Begin, in a thread that ends with the process; nothing if it runs."""

    def wake(self) -> None:
        """There is something to do: look soon. It costs next to nothing, from any thread."""

    def stop(self) -> None:
        """Take no more turns; returns when the last one has ended, or soon."""


H = TypeVar("H", bound=Hand)


class Background(Generic[H]):
    """A hand for each bank of the directory; they begin together, once in a process."""

    def __init__(self, banks: Directory, hire: Callable[[Bank], H]) -> None:
        self.of = {bank.county: hire(bank) for bank in banks.banks.values()}
        self._begun_in: int | None = None
        self._lock = Lock()

    def begin(self) -> None:
        """Begin, if that is still to be done in this process."""
        if self._begun_in == getpid():
            return
        with self._lock:
            for hand in self.of.values():
                hand.start()
            self._begun_in = getpid()

    def wake(self, bank: Bank) -> bool:
        """Let the bank's hand look soon; False if none is at work in this process."""
        begun = self._begun_in == getpid()
        if begun:
            self.of[bank.county].wake()
        return begun

    def stop(self) -> None:
        """End all; for who started a service in a process that goes on."""
        for hand in self.of.values():
            hand.stop()


def serve(app: Flask, name: str, hire: Callable[[Bank], H]) -> Background[H]:
    """Let the application do such work by itself, under this name, from its first request on."""
    hands = Background(app.extensions["banks"], hire)
    app.extensions[name] = hands
    app.before_request(hands.begin)
    return hands


def wake(app: Flask, name: str, bank: Bank) -> bool:
    """Let the bank's hand of this name look soon; False if none is at work in this process."""
    hands: Background[Hand] | None = app.extensions.get(name)
    return hands is not None and hands.wake(bank)
