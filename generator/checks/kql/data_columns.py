"""SG410: a column that exists only while the data has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from generator.checks.kql.declarations import Declarations, declarations_of, name_text
from generator.checks.kql.pipelines import (
    Pipeline,
    assigned_columns,
    called_name,
    own_nodes,
    pipeline_of,
    pipelines,
    unwrapped,
)
from generator.checks.kql.tree_check import TreeCheck
from generator.findings import Code, InQuery, Problem, Severity
from generator.kql.syntax import Node, TableType
from generator.kql_service.inspection import BoundQuery

_PLUGINS = frozenset({"bag_unpack", "pivot"})
_LOOKUPS = frozenset({"ipv4_lookup", "ipv6_lookup"})
_PASSES_COLUMNS_ON = frozenset(
    {
        "AsOperator",
        "ConsumeOperator",
        "ExtendOperator",
        "FilterOperator",
        "MvApplyOperator",
        "MvExpandOperator",
        "ParseKvOperator",
        "ParseOperator",
        "ParseWhereOperator",
        "ProjectAwayOperator",
        "ProjectRenameOperator",
        "ProjectReorderOperator",
        "RenderOperator",
        "SampleOperator",
        "SerializeOperator",
        "SortOperator",
        "TakeOperator",
        "TopOperator",
    }
)
_JOINS = frozenset({"JoinOperator", "LookupOperator"})
_DEEPEST_LET = 20


@dataclass(frozen=True, slots=True)
class _FromData:
    """The plugin that gives a table columns by its data, and the columns that are there anyway."""

    plugin: str
    certain: frozenset[str]


class DataColumns(TreeCheck):
    """A column comes from bag_unpack or pivot alone, without an output schema."""

    code = Code(
        "SG410",
        summary="Column that exists only while the data has it",
        explanation=(
            "bag_unpack and pivot make columns of the values that they find. Where there are none, "
            "as on the day a rule is deployed, the columns are missing: the service cannot save a "
            "rule that uses them, and a saved one fails. Name them in an output schema, "
            "`evaluate bag_unpack(Column) : (*, Name: string)`, or read them with "
            '`column_ifexists("Name", "")`. Where the input may have columns that nobody declared, '
            "nothing is reported."
        ),
        severity=Severity.WARNING,
        source="https://learn.microsoft.com/kusto/query/bag-unpack-plugin (output schema)",
    )

    def inspect(self, query: BoundQuery) -> Iterator[Problem]:
        """Yield a problem for each such column, where it is first used."""
        if any(plugin in query.text for plugin in _PLUGINS):
            yield from _Reader(declarations_of(query.tree)).problems(query.tree)


@dataclass(slots=True)
class _Reader:
    declarations: Declarations
    told: set[tuple[str, str]] = field(default_factory=set)
    lets: dict[int, _FromData | None] = field(default_factory=dict)

    def problems(self, tree: Node) -> Iterator[Problem]:
        for pipeline in pipelines(tree):
            known = self._of_source(pipeline.source, 0)
            for pipe in pipeline.pipes:
                if known is not None:
                    yield from self._uses(known, pipe.child("Operator"))
                known = self._behind(known, pipe, 0)

    def _uses(self, known: _FromData, operator: Node) -> Iterator[Problem]:
        for node in _undecided(known, operator):
            name = name_text(node) or ""
            if (known.plugin, name) not in self.told:
                self.told.add((known.plugin, name))
                yield Problem(
                    DataColumns.code,
                    f"the column {name!r} is there only while the data has it: "
                    f"`{known.plugin}` names no output schema",
                    InQuery(node.start, node.end),
                    f'name it in an output schema, or read it with column_ifexists("{name}", "")',
                )

    def _of_table(self, node: Node, depth: int) -> _FromData | None:
        pipeline: Pipeline = pipeline_of(node)
        known = self._of_source(pipeline.source, depth)
        for pipe in pipeline.pipes:
            known = self._behind(known, pipe, depth)
        return known

    def _of_source(self, source: Node, depth: int) -> _FromData | None:
        if depth > _DEEPEST_LET:
            return None
        value = self.declarations.table_of(source)
        if value is None:
            return None
        if value.start not in self.lets:
            self.lets[value.start] = self._of_table(value, depth + 1)
        return self.lets[value.start]

    def _behind(self, known: _FromData | None, pipe: Node, depth: int) -> _FromData | None:
        """Return what is known of the columns behind an operator; None: nothing hangs on data."""
        table, operator = pipe.child("Expression"), pipe.child("Operator")
        if operator.kind == "EvaluateOperator":
            return _behind_plugin(known, table, operator)
        if operator.kind in _JOINS:
            return self._joined(known, table, operator, depth)
        if known is None or operator.kind not in _PASSES_COLUMNS_ON:
            return None
        return _with_columns_of(known, table, operator)

    def _joined(
        self, known: _FromData | None, table: Node, operator: Node, depth: int
    ) -> _FromData | None:
        other = unwrapped(operator.child("Expression"))
        added = self._of_table(other, depth + 1)
        if known is not None and (added is not None or not _is_open(other)):
            return _with_columns_of(known, table, operator)
        if known is None and added is not None and not _is_open(table):
            return replace(added, certain=added.certain | _names(table))
        return None


def _behind_plugin(known: _FromData | None, table: Node, operator: Node) -> _FromData | None:
    name = called_name(operator.child("FunctionCall"))
    if name in _LOOKUPS and known is not None:
        return _with_columns_of(known, table, operator)
    if name not in _PLUGINS or operator.get("Schema") is not None:
        return None
    columns = _names(operator)
    if known is not None:
        return _FromData(name, columns & known.certain)
    return None if _is_open(table) else _FromData(name, columns)


def _with_columns_of(known: _FromData, table: Node, operator: Node) -> _FromData:
    undecided = {name_text(node) for node in _undecided(known, operator)}
    new = _names(operator) - _names(table) - undecided
    return replace(known, certain=known.certain | new | assigned_columns(operator))


def _undecided(known: _FromData, operator: Node) -> Iterator[Node]:
    """Yield the names of columns in an operator that are not certain to be there."""
    for node in own_nodes(operator):
        if (
            node.kind == "NameReference"
            and node.symbol is not None
            and node.symbol.kind == "Column"
            and node.type == "unknown"
            and node.symbol.name not in known.certain
        ):
            yield node


def _names(node: Node) -> frozenset[str]:
    columns = node.type.columns if isinstance(node.type, TableType) else ()
    return frozenset(name for name, _ in columns)


def _is_open(node: Node) -> bool:
    """Tell whether a table may have columns that are not known; so may a function's parameter."""
    source = pipeline_of(node).source.symbol
    if source is not None and source.kind == "Parameter":
        return True
    return not isinstance(node.type, TableType) or node.type.is_open or not node.type.columns
