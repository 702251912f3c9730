"""A TCP proxy that notes when the head of each upload arrives: the simulator's record tells of uploads only when they are complete.

usage: recording_proxy.py PORT TARGET_PORT FILE BYTES_PER_SECOND

Each line of FILE is the monotonic time and the uploaded file's name. One thread, one loop: nothing is to be slower here than in
the client that is measured. With BYTES_PER_SECOND it is a line that all uploads share; 0: as fast as it can.
"""

import re
import selectors
import socket
import sys
import time

HEAD = re.compile(rb"POST (?:/task/openapi/upload|/openapi/v2/media/upload/binary) ")
NAME = re.compile(rb'filename="([^"]*)"')


class Side:
    """One end of a proxied connection."""

    def __init__(self, connection: socket.socket, other: socket.socket, is_client: bool):
        self.connection, self.other, self.is_client = connection, other, is_client
        self.began: float | None = None
        self.seen = b""

    def note(self, data: bytes, now: float, file) -> None:
        """Looks for the head of an upload, and then for the name in its form, which may come a piece later."""
        # What lies between is short: a head may be cut in two by the network, but not into many.
        self.seen = self.seen[-1000:] + data
        if self.began is None:
            head = HEAD.search(self.seen)
            if not head:
                return
            self.began, self.seen = now, self.seen[head.end() :]
        name = NAME.search(self.seen)
        if name:
            file.write(f"{self.began:.6f} {name.group(1).decode()}\n")
            self.began, self.seen = None, self.seen[name.end() :]


def connect(listener: socket.socket, target: int, selector: selectors.BaseSelector) -> None:
    """Takes a client in, with a connection of its own to the target."""
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", target))
    for connection, other in ((client, server), (server, client)):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, Side(connection, other, connection is client))


def forward(side: Side, selector: selectors.BaseSelector, file, bytes_per_second: int) -> None:
    """Takes what came to the other side; both are closed when one of them ends."""
    now = time.monotonic()
    try:
        data = side.connection.recv(1 << 18)
        if data:
            if side.is_client:
                side.note(data, now, file)
            side.other.sendall(data)
            if bytes_per_second and side.is_client:
                time.sleep(len(data) / bytes_per_second)
            return
    except OSError:
        pass
    for connection in (side.connection, side.other):
        if connection.fileno() >= 0:
            selector.unregister(connection)
            connection.close()


def main() -> None:
    """Serves until it is ended."""
    port, target, path, bytes_per_second = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    selector = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    selector.register(listener, selectors.EVENT_READ)
    with open(path, "w", buffering=1) as file:
        while True:
            for key, _ in selector.select():
                if key.data is None:
                    connect(listener, target, selector)
                # An earlier event of the same turn may have closed it.
                elif key.fileobj.fileno() >= 0:
                    forward(key.data, selector, file, bytes_per_second)


if __name__ == "__main__":
    main()
