"""Raw answers of the bridge: from the cache, from this process, or from several processes.

What a question is and what its answer means is `service`'s and `reading`'s business.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from multiprocessing import active_children, get_context
from typing import Any, Literal

from generator.kql.environment import Environment
from generator.kql_service.bundle import LANGUAGE_SERVICE_VERSION, find_bundle
from generator.kql_service.cache import AnswerCache, answer_key
from generator.kql_service.declarations import Declaration, declarations_for
from generator.kql_service.engine import EngineError, KqlUnansweredError, engine
from generator.kql_service.inspection import Inspection, inspect_answer

Function = Literal["analyze", "syntaxTree"]

WORTH_A_PROCESS = 150
"""Questions. Another process needs about two seconds until its first answer, a question 30 ms."""

RUN_SECONDS = 20.0
SECONDS_A_QUESTION = 0.5
"""Processor time of a run: so much, and so much more for each question. It takes 0.03 as a rule."""

_MOST_PROCESSES = 8

ANALYZE: Literal["analyze"] = "analyze"
"""The bridge's function and the cache's namespace of the answers that an Analysis is read from."""

_SHOWN = 80
"""Characters of a query in an error that has no place."""

_declared: set[str] = set()
"""Keys of the declarations that this process's engine already knows."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query with the declarations that it needs."""

    query: str
    declarations: tuple[Declaration, ...]

    @property
    def key(self) -> str:
        """What the answer depends on, hashed."""
        keys = [declaration.key for declaration in self.declarations]
        return answer_key(LANGUAGE_SERVICE_VERSION, _bridge_digest(), self.query, keys)


@dataclass(frozen=True, slots=True)
class Failure:
    """The service failed on a question; `message` says how. Never cached."""

    message: str


@dataclass(frozen=True, slots=True)
class Examined:
    """The answer of `analyze`, and the remarks that an inspection made on the same binding."""

    analysis: Any
    remarks: Any


def question(query: str, environment: Environment) -> Question:
    """Return the question with what its query can refer to."""
    return Question(query, declarations_for(query, environment))


def answer_all(
    function: Function, questions: Sequence[Question], stored: AnswerCache | None
) -> list[Any]:
    """Answer questions of one function in their order; each answer is JSON data or a Failure.

    Raises KqlUnavailableError where the service is needed and not installed.
    """
    keys = [item.key for item in questions]
    known = stored.get_many(function, keys) if stored else {}
    missing = {key: item for key, item in zip(keys, questions, strict=True) if key not in known}
    fresh = _ask_missing(missing, partial(_ask, function))
    known.update(fresh)
    if stored:
        stored.put_many(function, {k: v for k, v in fresh.items() if not isinstance(v, Failure)})
    return [known[key] for key in keys]


def examine_all(
    questions: Sequence[Question], inspection: Inspection, stored: AnswerCache | None
) -> list[Examined | Failure]:
    """Analyze and inspect, in the questions' order, with one binding where neither is known.

    Raises KqlUnavailableError where the service is needed and not installed.
    """
    keys = [item.key for item in questions]
    analyses = stored.get_many(ANALYZE, keys) if stored else {}
    remarks = stored.get_many(inspection.namespace, keys) if stored else {}
    known = {key: Examined(analyses[key], remarks[key]) for key in analyses if key in remarks}
    missing = {key: item for key, item in zip(keys, questions, strict=True) if key not in known}
    fresh = _ask_missing(missing, partial(_examine, inspection))
    if stored:
        whole = {key: item for key, item in fresh.items() if isinstance(item, Examined)}
        stored.put_many(ANALYZE, {key: item.analysis for key, item in whole.items()})
        stored.put_many(inspection.namespace, {key: item.remarks for key, item in whole.items()})
    answers: dict[str, Examined | Failure] = {**known, **fresh}
    return [answers[key] for key in keys]


def _ask_missing(missing: dict[str, Question], ask: Callable[[Question], Any]) -> dict[str, Any]:
    if not missing:
        return {}
    return dict(zip(missing, _ask_all(list(missing.values()), ask), strict=True))


def _ask_all(questions: list[Question], ask: Callable[[Question], Any]) -> list[Any]:
    processes = min(_processors(), _MOST_PROCESSES, len(questions) // WORTH_A_PROCESS + 1)
    if processes > 1:
        try:
            return _ask_in_processes(questions, ask, processes)
        except (BrokenProcessPool, OSError):
            pass  # a machine that allows no further process still gets its answers, later
    return _ask_here(ask, questions)


def _ask_in_processes(
    questions: list[Question], ask: Callable[[Question], Any], processes: int
) -> list[Any]:
    # Interleaved, so that a folder of heavy queries is shared out. V8 runs threads, and a forked
    # process would inherit their locks: hence spawn.
    shares = [questions[start::processes] for start in range(processes)]
    context = get_context("spawn")
    with ProcessPoolExecutor(processes - 1, mp_context=context, initializer=_leave_stops) as pool:
        elsewhere = [pool.submit(_ask_here, ask, share) for share in shares[1:]]
        try:
            answers = [_ask_here(ask, shares[0]), *(future.result() for future in elsewhere)]
        except BaseException:
            # Nobody wants the other shares any more; the pool would wait for them.
            for child in active_children():
                child.terminate()
            raise
    merged: list[Any] = [None] * len(questions)
    for start, share in enumerate(answers):
        merged[start::processes] = share
    return merged


def _leave_stops() -> None:
    """Let this process end the others: a terminal sends Ctrl-C to all of them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _ask_here(ask: Callable[[Question], Any], questions: list[Question]) -> list[Any]:
    began = time.process_time()
    bound = RUN_SECONDS + SECONDS_A_QUESTION * len(questions)
    answers: list[Any] = []
    for item in questions:
        if time.process_time() - began > bound:
            raise KqlUnansweredError(
                f"not checked: {len(answers)} of {len(questions)} queries took the KQL language "
                f"service over {bound:.0f} seconds of processor time"
            )
        answers.append(ask(item))
    return answers


def _ask(function: Function, item: Question) -> Any:
    running = engine()
    new = [declaration for declaration in item.declarations if declaration.key not in _declared]
    try:
        if new:
            running.call("declare", [declaration.symbol for declaration in new])
            _declared.update(declaration.key for declaration in new)
        keys = [declaration.key for declaration in item.declarations]
        return running.call(function, item.query, keys)
    except EngineError as error:
        return Failure(str(error))
    except KqlUnansweredError as error:
        begins = " ".join(item.query[:_SHOWN].split())
        raise KqlUnansweredError(
            f"not checked: the query that begins `{begins}`, for which the KQL language service "
            f"gave no answer: {error}"
        ) from None


def _examine(inspection: Inspection, item: Question) -> Examined | Failure:
    analysis = _ask(ANALYZE, item)
    if isinstance(analysis, Failure):
        return analysis
    tree = _ask("syntaxTree", item)
    if isinstance(tree, Failure):
        return tree
    return Examined(analysis, inspect_answer(inspection, item.query, analysis, tree))


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


@cache
def _bridge_digest() -> str:
    digest = sha256()
    for script in find_bundle().own_scripts:
        digest.update(script.read_bytes())
    return digest.hexdigest()
