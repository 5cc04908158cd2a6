"""The saved searches of a workspace, of which hunting queries are some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.azure.answers import Body, named
from generator.azure.client import ArmClient
from generator.azure.errors import GoneError, InvalidError
from generator.kinds.hunting_query.api import API_VERSION, COLLECTION


class LiveSavedSearches:
    """Reads and writes the saved searches of one workspace. Every method raises ServiceError."""

    def __init__(self, arm: ArmClient, kind: str) -> None:
        self.kind = kind
        self.stop = arm.stop
        self._arm = arm

    def listed(self) -> Iterator[Body]:
        """Yield every saved search of the workspace as the list shows it.

        Dozens of them are built in and have no etag; they are nobody's to write.
        """
        try:
            yield from self._arm.pages(self._arm.address(COLLECTION), API_VERSION)
        except GoneError as error:
            raise InvalidError(f"there is no such workspace: {error}") from error

    def get(self, name: str) -> Body:
        """Return a saved search. Raises GoneError when there is none."""
        return named(name, self._arm.get(self._arm.address(COLLECTION, name), API_VERSION))

    def put(
        self,
        name: str,
        body: Mapping[str, Any],
        etag: str | None,
        *,
        over: Mapping[str, Any] | None = None,  # noqa: ARG002 - one version holds all of them
    ) -> Body:
        """Create or replace a saved search and return it as the service answers.

        The service compares the body's etag, and refuses to write over what is there without one.
        """
        address = self._arm.address(COLLECTION, name)
        answer = self._arm.put(address, body, API_VERSION, etag=etag, is_new=etag is None)
        return named(name, answer)

    def delete(self, name: str, etag: str | None) -> None:
        """Delete a saved search; one that is gone already is no error."""
        self._arm.delete(self._arm.address(COLLECTION, name), API_VERSION, etag)
