"""A conversation with ``karma env serve``: frames over the pipes of a child process, or over a socket."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
from pathlib import Path
from typing import Any, BinaryIO

PROTOCOL = "karma-env/1"
HEADER = struct.Struct("<II")
RESET, STEP, STATE, RENDER = 1, 2, 3, 4
HELLO, RESULT, STATES, TEXT, ERROR = 128, 129, 130, 131, 255
# Longer answers than any a server gives: what claims to be longer is none of karma's.
MOST_BYTES = 256 * 1024 * 1024


class BridgeError(RuntimeError):
    """What the server refused, or the end of it."""


class Connection:
    """One client. Every question gets one answer."""

    def __init__(self, source: BinaryIO, sink: BinaryIO, child: subprocess.Popen | None = None) -> None:
        self._source, self._sink, self._child = source, sink, child
        kind, payload = self._read()
        if kind != HELLO:
            raise BridgeError(bytes(payload).decode("utf-8", "replace"))
        self.hello: dict[str, Any] = json.loads(bytes(payload))
        if self.hello["protocol"] != PROTOCOL:
            self.close()
            raise BridgeError(f"expected a server that speaks {PROTOCOL}, found {self.hello['protocol']}")

    def ask(self, kind: int, payload: bytes, expected: int) -> bytes:
        """The payload of the answer, which has to be of the kind ``expected``."""
        try:
            self._sink.write(HEADER.pack(len(payload), kind) + payload)
            self._sink.flush()
        except (BrokenPipeError, ConnectionError, ValueError) as error:
            raise self._gone() from error
        found, answer = self._read()
        if found == ERROR:
            raise BridgeError(answer.decode("utf-8", "replace"))
        if found != expected:
            raise BridgeError(f"expected an answer of kind {expected}, found kind {found}")
        return answer

    def close(self) -> None:
        """Ends the conversation, and the server where it was started for it. May be called again."""
        for stream in (self._sink, self._source):
            try:
                stream.close()
            except OSError:
                pass
        if self._child is not None:
            try:
                self._child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    def __del__(self) -> None:
        if hasattr(self, "_child"):
            self.close()

    def _read(self) -> tuple[int, bytes]:
        length, kind = HEADER.unpack(self._exactly(HEADER.size))
        if length > MOST_BYTES:
            raise BridgeError(f"expected an answer of at most {MOST_BYTES} bytes, found one of {length}")
        return kind, self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        try:
            data = self._source.read(length)
        except (ConnectionError, ValueError) as error:
            raise self._gone() from error
        if data is None or len(data) < length:
            raise self._gone()
        return data

    def _gone(self) -> BridgeError:
        code = None if self._child is None else self._child.poll()
        return BridgeError("karma env serve is gone" + ("" if code is None else f": it ended with exit code {code}"))


def connect(port: int, host: str = "127.0.0.1") -> Connection:
    """A server that was started with ``karma env serve --port``."""
    link = socket.create_connection((host, port))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    source, sink = link.makefile("rb"), link.makefile("wb")
    link.close()  # The streams keep it open.
    return Connection(source, sink)


def start(topology: str | None = None, *, command: list[str] | None = None, **options: Any) -> Connection:
    """A server of our own, which ends with this process at the latest: it reads what we write.

    :param command: how karma is started; see :func:`find_command`
    :param options: of ``karma env serve``, with ``_`` for ``-``
    """
    argv = [*(command or find_command()), "env", "serve", *([] if topology is None else [topology])]
    argv += ["--stdio", "--quiet", *arguments(options)]
    child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        return Connection(child.stdout, child.stdin, child)
    except BridgeError as failure:
        # What was wrong stands on stderr; what is no server may go on for ever.
        try:
            code = child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise failure from None
        raise BridgeError(f"{' '.join(argv)} ended with exit code {code}: {failure}") from None


def arguments(options: dict[str, Any]) -> list[str]:
    """``max_cycles=4`` as ``--max-cycles 4``; what is None is left out."""
    named = {name: value for name, value in options.items() if value is not None}
    return [text for name, value in named.items() for text in (f"--{name.replace('_', '-')}", str(value))]


def find_command() -> list[str]:
    """``KARMA_COMMAND``, a program or karma's bin/karma.js; else that of the checkout around this file.

    Not ``karma`` in PATH: that may be another tool of this name.
    """
    checkout = Path(__file__).resolve().parents[2] / "bin" / "karma.js"
    named = os.environ.get("KARMA_COMMAND") or (str(checkout) if checkout.exists() else None)
    if named is None:
        raise BridgeError("expected KARMA_COMMAND, found none: set it to bin/karma.js of karma, or give command=[...]")
    return ["node", named] if named.endswith(".js") else [named]
