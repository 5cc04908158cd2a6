"""What a kind of content is, and what every kind comes down to for a back end.

A kind is one folder below this one. What a kind says of its documents, queries and limits stays
there; artifacts, plans and deployments take `Resource`s and never ask what they stand for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from generator.catalog.beside import Beside
from generator.catalog.configuration import Configuration
from generator.catalog.detection import Detection
from generator.catalog.partial import PartialDocument
from generator.catalog.salvage import Hole
from generator.catalog.seat import Seat
from generator.findings import Problem
from generator.kinds.shape import Change, Shape
from generator.kql.environment import Symbol
from generator.kql.query import Query

if TYPE_CHECKING:  # the SDK and the evaluator take long to load, and most commands use neither
    from generator.azure.client import ArmClient
    from generator.kinds.alerts import Alerts
    from generator.kql_evaluator.table import Table


class Key(NamedTuple):
    """What a resource is known by: its kind of content, and its name in Azure in lower case."""

    kind: str
    id: str

    @classmethod
    def of(cls, kind: str, name: str) -> Key:
        """Return the key of a name, which Azure compares without regard to case."""
        return cls(kind, name.casefold())


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a workspace, as the content wants it.

    `kind` names the kind of content. `id` is the resource's own name in Azure, `label` what people
    call it in the content (AREA/SLUG), `file` where it is written, from the content root with `/`.
    `type` is Azure's full type: one of a provider of its own extends the workspace, one below
    `Microsoft.OperationalInsights/workspaces` is a part of it. `body` holds the members beside name
    and version, in the order in which they are written. `template` are the members that a template
    has in their place, where it has others: it knows no state of the workspace. `initial` are
    properties that only a creation sends, because what becomes of them is the workspace's own.
    `is_artifact` says whether templates are written of it.
    """

    kind: str
    id: str
    label: str
    file: str
    type: str
    api_version: str
    body: Mapping[str, Any]
    template: Mapping[str, Any] | None = None
    initial: Mapping[str, Any] = field(default_factory=dict)
    is_artifact: bool = True

    @property
    def in_template(self) -> Mapping[str, Any]:
        """The members that a template has beside name and version."""
        return self.body if self.template is None else self.template

    @property
    def key(self) -> Key:
        """What it is known by among everything in a workspace."""
        return Key.of(self.kind, self.id)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a kind makes of a document: its model, and its query where it has one.

    `problems` are those of other files that it was made of. Made of a document that is only partly
    usable, reading what depends on the rest raises UnusablePartError.
    """

    model: Any
    query: Query | None
    problems: tuple[Problem, ...] = ()


class LiveApi(Protocol):
    """The resources of one kind in one workspace. Every method raises ServiceError."""

    kind: str
    """The name of the kind."""

    stop: threading.Event
    """Ends all waiting when it is set."""

    def listed(self) -> Iterator[dict[str, Any]]:
        """Yield every resource of the kind, ours or not, as the list shows it."""

    def get(self, name: str) -> dict[str, Any]:
        """Return a resource. Raises GoneError when there is none."""

    def put(
        self,
        name: str,
        body: Mapping[str, Any],
        etag: str | None,
        *,
        over: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Create or replace a resource and return it as the service answers.

        `over` is the live one that is replaced. Raises ConflictError where it has another etag.
        """

    def delete(self, name: str, etag: str | None) -> None:
        """Delete a resource; one that is gone already is no error."""


class ContentKind(Protocol):
    """A kind of content: all that the rest of the package asks of it.

    `checks` is the package of its own checks.
    """

    @property
    def name(self) -> str:
        """How plans and reports name the kind."""

    @property
    def type(self) -> str:
        """Azure's full type of its resources."""

    @property
    def answered_type(self) -> str:
        """The type that the service says in its answers, which may be shorter."""

    @property
    def collection(self) -> str:
        """Where its resources are, as a path below the workspace."""

    @property
    def catalog(self) -> str:
        """The name of the template that holds everything of the kind, without its ending."""

    @property
    def seat(self) -> Seat:
        """What the kind claims of a content repository."""

    @property
    def checks(self) -> str:
        """The package whose modules are the checks of this kind."""

    @property
    def raisers(self) -> tuple[str, ...]:
        """The modules of this kind that find something by themselves, and hold its code."""

    @property
    def unique_names(self) -> bool:
        """Whether the display name of one of them is taken for all others in the workspace."""

    @property
    def has_query(self) -> bool:
        """Whether a document has a query, which is rendered before it is assembled."""

    @property
    def raises_alerts(self) -> bool:
        """Whether its queries run by themselves, and what they find becomes alerts."""

    @property
    def shape(self) -> Shape:
        """The members of the body of its resources."""

    def declares(self, detection: Detection) -> Iterator[Symbol]:
        """Yield what a document gives to the queries of all kinds, as far as it is usable."""

    def assemble(self, detection: Detection, query: str, beside: Beside) -> Meaning:
        """Return what a document and its rendered query mean; it may read what lies beside it."""

    def assemble_partly(
        self, query: str | None, no_query: Hole | None, beside: Beside
    ) -> Callable[[PartialDocument], Meaning]:
        """Return what gives checks the usable part of a document; each is assembled once.

        Either `query` is the rendered query, or `no_query` is why there is none.
        """

    def resource(self, model: Any, label: str) -> Resource:
        """Return the resource of a model that is known by `label`."""

    def behaviour(self, model: Any) -> Mapping[str, Any]:
        """Return, by what people call it, what of a model a new version should be told by."""

    def named_columns(self, model: Any) -> frozenset[str]:
        """Return the columns of the query's result that the model names."""

    def alerts(self, model: Any, result: Table) -> Alerts | None:
        """Return what a run raises for the result of its query; None where no run raises alerts."""

    def is_id(self, text: str) -> bool:
        """Tell whether a text can be the name in Azure of one that we made."""

    def resource_of(self, name: str, label: str, body: Mapping[str, Any]) -> Resource:
        """Return the resource of this name in Azure whose body is known, such as from a plan."""

    def only_in_preview(self, body: Mapping[str, Any]) -> str | None:
        """Return why only a preview version of the API shows and holds a body, or None."""

    def is_auto_disabled(self, body: Mapping[str, Any]) -> bool:
        """Tell whether the service has switched a live one off itself."""

    def named_in(self, query: str) -> frozenset[str]:
        """Return the names under which a query refers to resources of this kind."""

    def is_made_here(self, body: Mapping[str, Any]) -> bool:
        """Tell whether a live one of our name is known to come from here.

        A name that nobody else would choose, such as a GUID, says it by itself.
        """

    def obstacle(self, changes: Sequence[Change]) -> str | None:
        """Return why these changes of a live one are not made, or None."""

    def unsendable(self, body: Mapping[str, Any]) -> Iterator[str]:
        """Yield why a body from a file cannot be one that the service holds."""

    def live(self, arm: ArmClient) -> LiveApi:
        """Return the resources of this kind in a workspace."""

    def limits(self, configuration: Configuration) -> Mapping[str, int]:
        """Return how many a workspace may have that run, by the body's `kind`."""
