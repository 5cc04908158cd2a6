"""One V8 per process with the language service loaded on first need.

Text goes in, JSON comes out; what either means is not known here. Calls are serialised: V8 is one
thread, and the service's answers are short.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import threading
import time
from contextlib import ExitStack, suppress
from typing import Any

from generator.kql_service.bundle import KqlUnavailableError, find_bundle

_CONSOLE = "globalThis.console = {log() {}, error() {}, warn() {}, info() {}}; 0"
"""The service writes to a console on load; there is none in a bare V8."""

CALL_SECONDS = 4.0
"""Processor time that one call may take; a rule takes a few hundredths. What is counted
(characters, brackets, levels of syntax) is limited before, so this is the last resort against a
freak of a query or a fault of the service. It is processor time, so that a busy machine fails
nobody."""

_LOOKS = 0.25
"""Seconds on the clock between two looks at the processor time of a call."""

_LONGEST_WAIT = 600.0
"""Seconds on the clock after which a call that takes no processor time is given up."""


_REFUSED = "refused: "
"""How the bridge's own refusals begin (`refuse` in bridge/symbols.js)."""


class EngineError(Exception):
    """The service failed on this input: it nests too deeply, or met a fault of the service.

    The message is a clause about the query.
    """


class KqlUnansweredError(KqlUnavailableError):
    """The service gave no answer in time: nothing is known about the query."""


class Engine:
    """A V8 context with the service and our bridge in it."""

    def __init__(self) -> None:
        """Start V8 and load the scripts; raises KqlUnavailableError when that is impossible."""
        bundle = find_bundle()
        try:
            from py_mini_racer import mini_racer  # noqa: PLC0415 - loading V8 costs, and only this needs it
        except (ImportError, OSError) as error:
            raise KqlUnavailableError(
                f"the KQL language service needs mini-racer, which does not load here: {error}"
            ) from error
        self._lock = threading.Lock()
        # The loop is our own and outlives the context: V8 calls back until it is freed, and what it
        # says to a closed loop ends as a traceback on stderr that nobody can catch.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._opened = ExitStack()
        self._context = self._opened.enter_context(mini_racer(self._loop))
        self._run(_CONSOLE)
        for script in bundle.scripts:
            # The trailing expression keeps V8 from handing a JavaScript object to Python.
            self._run(script.read_text(encoding="utf-8-sig") + "\n;0")

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
                answer = self._run(f"kqlBridge.{function}({parameters})", CALL_SECONDS)
            except JSEvalException as error:
                # Not chained: the exception's text repeats the whole of the service's source.
                raise EngineError(_said(error)) from None
        return json.loads(answer) if isinstance(answer, str) else None

    def _run(self, script: str, seconds: float | None = None) -> object:
        """Evaluate a script in so much processor time, and leave V8 at rest however it ends.

        Raises KqlUnansweredError when the time is over.
        """
        evaluation = asyncio.run_coroutine_threadsafe(self._evaluation(script), self._loop)
        began, waits = time.process_time(), int(_LONGEST_WAIT / _LOOKS)
        try:
            while waits and (seconds is None or time.process_time() - began < seconds):
                waits -= 1
                with suppress(TimeoutError):
                    return evaluation.result(_LOOKS)
        except BaseException:
            # A stop (Ctrl-C, SIGTERM) comes here while V8 still works.
            evaluation.cancel()
            raise
        evaluation.cancel()
        raise KqlUnansweredError(
            f"it came to no end within {CALL_SECONDS:.0f} seconds of processor time"
        )

    async def _evaluation(self, script: str) -> object:
        return await self._context.eval_cancelable(script)

    def close(self) -> None:
        """End V8; no call may follow."""
        with self._lock:
            asyncio.run_coroutine_threadsafe(_at_rest(), self._loop).result()
            self._opened.close()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


def _said(error: Exception) -> str:
    said = str(error).splitlines()[0][:500]
    _, refused, why = said.partition(_REFUSED)
    return why if refused else f"the language service fails on it ({said})"


async def _at_rest() -> None:
    """Return when no evaluation is left; those that a stop has cut off are cancelled."""
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


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
