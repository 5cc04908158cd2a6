"""One V8 per process with the language service loaded on first need.

Text goes in, JSON comes out; what either means is not known here. Calls are serialised: V8 is one
thread, and the service's answers are short.
"""

from __future__ import annotations

import atexit
import json
import threading
import time
from typing import Any

from generator.kql_service.bundle import KqlUnavailableError, find_bundle

_CONSOLE = "globalThis.console = {log() {}, error() {}, warn() {}, info() {}}; 0"
"""The service writes to a console on load; there is none in a bare V8."""

CALL_SECONDS = 5.0
"""Processor time that one call may take; a rule takes a few hundredths. What is counted
(characters, brackets, levels of syntax) is limited before, so this is the last resort against a
freak of a query or a fault of the service. It is processor time, so that a busy machine fails
nobody."""

_PATIENCE = (10.0, 40.0, 160.0)
"""Seconds on the clock of the attempts at one call, until it has had its processor time."""


class EngineError(Exception):
    """The service failed on this input: it nests too deeply, or met a fault of the service."""


class KqlUnansweredError(KqlUnavailableError):
    """The service gave no answer in time: nothing is known about the query."""


class Engine:
    """A V8 context with the service and our bridge in it."""

    def __init__(self) -> None:
        """Start V8 and load the scripts; raises KqlUnavailableError when that is impossible."""
        bundle = find_bundle()
        try:
            from py_mini_racer import MiniRacer  # noqa: PLC0415 - loading V8 costs, and only this needs it
        except (ImportError, OSError) as error:
            raise KqlUnavailableError(
                f"the KQL language service needs mini-racer, which does not load here: {error}"
            ) from error
        self._lock = threading.Lock()
        self._context = MiniRacer()
        self._context.eval(_CONSOLE)
        for script in bundle.scripts:
            # The trailing expression keeps V8 from handing a JavaScript object to Python.
            self._context.eval(script.read_text(encoding="utf-8-sig") + "\n;0")

    def call(self, function: str, *arguments: object) -> Any:
        """Call a function of the bridge with JSON arguments and return its JSON answer.

        Raises EngineError when the service throws, for example on exhausted stack space, and
        KqlUnansweredError when it does not come to an end.
        """
        from py_mini_racer import JSEvalException  # noqa: PLC0415 - see above

        # ASCII JSON is valid JavaScript whatever the text holds (line separators, lone surrogates).
        parameters = ",".join(json.dumps(argument) for argument in arguments)
        with self._lock:
            try:
                answer = self._evaluated(f"kqlBridge.{function}({parameters})")
            except JSEvalException as error:
                # Not chained: the exception's text repeats the whole of the service's source.
                raise EngineError(str(error).splitlines()[0][:500]) from None
        return json.loads(answer) if isinstance(answer, str) else None

    def _evaluated(self, script: str) -> object:
        from py_mini_racer import JSTimeoutException  # noqa: PLC0415 - see above

        for seconds in _PATIENCE:
            began = time.process_time()
            try:
                return self._context.eval(script, timeout_sec=seconds)
            except JSTimeoutException:
                if time.process_time() - began >= CALL_SECONDS:
                    break
        raise KqlUnansweredError(
            f"it came to no end within {CALL_SECONDS:.0f} seconds of processor time"
        )

    def close(self) -> None:
        """End V8; no call may follow."""
        with self._lock:
            self._context.close()


_engine: Engine | None = None
_starting = threading.Lock()


def engine() -> Engine:
    """Return the process's engine, started on the first call; raises KqlUnavailableError."""
    global _engine  # noqa: PLW0603 - V8 and the service are loaded once per process, by design
    with _starting:
        if _engine is None:
            _engine = Engine()
            # Left to the collector, V8 ends after Python's threads have, and may wait for ever.
            atexit.register(_engine.close)
        return _engine
