"""What the service answers: JSON of one meaning, and of the shape that this API has.

Whatever is not is refused: with an error of ours, or with ValueError, TypeError or LookupError,
which `client.translated` turns into one.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from azure.core.rest import HttpResponse

from generator.azure.errors import UnintelligibleError, printable
from generator.azure.redaction import SECRETS
from generator.disk.untrusted_json import MAX_ANSWER_DEPTH, parse_json

Body = dict[str, Any]


def items_of(page: Any, address: str) -> tuple[list[Body], str | None]:
    """Return the items of a page, and the link to the next one.

    What says that something went wrong, or links to what is no address, is no list: taken for the
    whole of a workspace it would show less than there is.
    """
    if page.get("error"):
        raise ValueError("a list with an error in it")
    value, link = page["value"], page.get("nextLink")
    if not isinstance(value, list) or not (link is None or isinstance(link, str)):
        raise TypeError("a list or a link that is none")
    if link and _path(link) != _path(address):
        raise UnintelligibleError("the service leads away from the list that was asked for")
    return [body_of(item) for item in value], link or None


def _path(address: str) -> str:
    return unquote(urlsplit(address).path).rstrip("/").casefold()


def document_of(response: HttpResponse) -> Any:
    """Return the JSON of an answer, which is UTF-8 whatever its headers say (RFC 8259)."""
    text = response.content.decode("utf-8-sig")
    if SECRETS.stand_in(text):
        raise ValueError("an answer that repeats what we are logged in with")
    return parse_json(text, MAX_ANSWER_DEPTH)


def body_of(item: Any) -> Body:
    """Return an item that is an object."""
    if not isinstance(item, dict):
        raise TypeError("not an object")
    return item


def named(name: str, answer: Body) -> Body:
    """Return an answer about one resource. Raises UnintelligibleError for one about another.

    Whoever took its name from the answer would write to what nobody asked for.
    """
    answered = answer.get("name", name)
    if not isinstance(answered, str) or not (
        answered == name or (answered.isascii() and answered.casefold() == name.casefold())
    ):
        raise UnintelligibleError(
            f"the service answers about {printable(repr(answered), 100)} where {name} was asked for"
        )
    return answer


def are_actions(actions: Any) -> bool:
    """Tell whether a value is a list of a rule's playbook actions."""
    return isinstance(actions, list) and all(
        isinstance(action, dict)
        and isinstance(action.get("name"), str)
        and isinstance(action.get("properties", {}), dict)
        for action in actions
    )
