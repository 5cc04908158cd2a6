"""A table in memory: typed columns and rows. Nothing here knows KQL operators."""

from __future__ import annotations

from dataclasses import dataclass

from generator.kql_evaluator.values import Row, null_of


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` is a KQL scalar type name."""

    name: str
    type: str


Schema = tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in input order; every row has one value per column, represented as in `values`."""

    columns: Schema
    rows: tuple[Row, ...] = ()

    def aligned(self, columns: Schema) -> list[Row]:
        """Return the rows with other columns, matched by name; missing ones are null or ''."""
        if self.columns == columns:
            return list(self.rows)
        places = {column.name: index for index, column in enumerate(self.columns)}
        picks = [(places.get(column.name), null_of(column.type)) for column in columns]
        return [
            tuple(missing if index is None else row[index] for index, missing in picks)
            for row in self.rows
        ]
