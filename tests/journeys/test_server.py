"""The server of the journeys leaves nothing open, whatever a browser does."""

import socket
import struct
from threading import Event, Thread

from tests.journeys.server import server_of


class Body:
    """An answer that is sent, but ends only when the client is gone."""

    def __init__(self, gone: Event) -> None:
        self.gone, self.closed = gone, Event()

    def __iter__(self):
        yield b"all"
        assert self.gone.wait(10)

    def close(self) -> None:
        self.closed.set()


def test_what_is_sent_is_closed_when_the_client_resets_its_connection():
    body = Body(Event())

    def app(_, start_response):
        start_response("200 OK", [("Content-Length", "3")])
        return body

    server = server_of(app)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        client = socket.create_connection(("127.0.0.1", server.server_port))
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = b""
        while not received.endswith(b"all"):
            received += client.recv(1_000)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        body.gone.set()
        assert body.closed.wait(10)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
