"""Says how a rule and its request depart from the detection's document.

Both readers are asked: the one that goes from the document to the body, and the one that goes back
from the body to the rule.
"""

from __future__ import annotations

from typing import Any

from generator.kinds.analytic_rule.model import AnalyticRule
from tests.kinds.analytic_rule.body_reader import ORDER, read_rule
from tests.kinds.analytic_rule.detection_reader import expected_body


def departures(
    document: dict[str, Any],
    rule: AnalyticRule,
    body: dict[str, Any],
    query: str | None = None,
) -> list[str]:
    """Return what is wrong, in words. `query` is the final one where it is known beforehand."""
    found = []
    expected = expected_body(document, rule.query if query is None else query)
    if body != expected:
        names = body["properties"].keys() | expected["properties"].keys()
        found += [
            f"{name}: {is_!r} for {ought!r}"
            for name in sorted(names)
            if (is_ := body["properties"].get(name)) != (ought := expected["properties"].get(name))
        ] or ["the body has another kind or another member"]
    order = [name for name in ORDER if name in body["properties"]]
    if list(body["properties"]) != order:
        found.append(f"members in another order than {order}")
    if list(body["properties"].get("customDetails", {})) != list(
        document.get("customDetails") or {}
    ):
        found.append("custom details in another order than the author's")
    if (read := read_rule(rule.id, body["kind"], body["properties"])) != rule:
        found.append(f"the body means another rule: {read} for {rule}")
    if rule.id != str(document["id"]):
        found.append(f"the id is {rule.id!r}")
    return found
