"""The rules of a workspace: where they are, and which API version shows and holds each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.azure.answers import Body, are_actions, named
from generator.azure.client import ArmClient
from generator.azure.errors import GoneError, InvalidError, UnintelligibleError
from generator.kinds.analytic_rule.api_versions import (
    ONLY_IN_PREVIEW,
    PREVIEW_API_VERSION,
    api_version_of,
    needs_preview,
)
from generator.kinds.analytic_rule.kind import ANALYTIC_RULES


class LiveRules:
    """Reads and writes the rules of one workspace. Every method raises ServiceError.

    Only a preview version shows every rule whole, so that is the one of reads and deletions.
    """

    def __init__(self, arm: ArmClient) -> None:
        self.kind = ANALYTIC_RULES.name
        self.stop = arm.stop
        self._arm = arm

    def listed(self) -> Iterator[Body]:
        """Yield every rule of the workspace as the list shows it."""
        try:
            yield from self._arm.pages(self._address(), PREVIEW_API_VERSION)
        except GoneError as error:
            raise InvalidError(
                f"there is no such workspace, or Sentinel is not set up in it: {error}"
            ) from error

    def get(self, name: str) -> Body:
        """Return a rule. Raises GoneError when there is none."""
        return named(name, self._arm.get(self._address(name), PREVIEW_API_VERSION))

    def put(
        self,
        name: str,
        body: Mapping[str, Any],
        etag: str | None,
        *,
        over: Mapping[str, Any] | None = None,
    ) -> Body:
        """Create or replace a rule and return it as the service answers.

        `over` is the live rule that is replaced. Raises ConflictError where it has another etag,
        and without an etag where there is a rule already.
        """
        version = api_version_of(body) if over is None else api_version_of(body, over)
        why = ONLY_IN_PREVIEW if needs_preview(body) else None
        address = self._address(name)
        answer = self._arm.put(
            address, body, version, etag=etag, is_new=etag is None, preview_only=why
        )
        return named(name, answer)

    def delete(self, name: str, etag: str | None) -> None:
        """Delete a rule; one that is gone already is no error."""
        self._arm.delete(self._address(name), PREVIEW_API_VERSION, etag)

    def actions(self, name: str) -> list[Body]:
        """Return the playbook actions of a rule, without what is secret of them.

        Raises GoneError when there is no such rule.
        """
        address = self._address(name, "actions")
        try:
            actions = list(self._arm.pages(address, PREVIEW_API_VERSION))
        except GoneError:
            self.get(name)
            raise UnintelligibleError(
                f"the service answers rule {name}, but says that there is no list of its playbooks"
            ) from None
        if not are_actions(actions):
            raise UnintelligibleError(
                f"the service lists something as a playbook of rule {name} that is none"
            )
        return [_without_uri(action) for action in actions]

    def put_action(self, name: str, action: str, properties: Mapping[str, Any]) -> Body:
        """Attach a playbook to a rule."""
        address = self._address(name, "actions", action)
        return self._arm.put(address, {"properties": dict(properties)}, PREVIEW_API_VERSION)

    def _address(self, *names: str) -> str:
        return self._arm.address(ANALYTIC_RULES.collection, *names)


def _without_uri(action: Body) -> Body:
    """Return a playbook action without its trigger URI, which holds a signature.

    No model of the API has it in an answer; where it comes all the same, it is not kept.
    """
    properties = action.get("properties")
    if not isinstance(properties, Mapping):
        return action
    kept = {name: value for name, value in properties.items() if name.casefold() != "triggeruri"}
    return {**action, "properties": kept}
