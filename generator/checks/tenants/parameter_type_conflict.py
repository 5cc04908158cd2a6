"""SG701: one parameter name with two types."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog.detection import Catalog, Detection
from generator.check import CatalogCheck
from generator.findings import Code, InDocument, Problem, Severity


class ParameterTypeConflict(CatalogCheck):
    """Two detections declare a parameter of the same name with different types."""

    code = Code(
        "SG701",
        summary="One parameter with two types",
        explanation=(
            "Parameters are catalog-wide: a tenant gives a name one value, and it goes to every "
            "detection that declares the name. With two types no value fits both. Rename one of "
            "the parameters, or declare the same type."
        ),
        severity=Severity.ERROR,
        source="Our own decision: one value for a name keeps a tenant's file readable.",
    )

    def examine(self, catalog: Catalog) -> Iterator[tuple[Detection, Problem]]:
        """Yield a problem for each declaration that differs from the first one of its name."""
        first: dict[str, tuple[str, Detection]] = {}
        for detection in catalog.detections:
            for name, declaration in (detection.document.get("parameters") or {}).items():
                declared = str(declaration.get("type"))
                known, where = first.setdefault(name, (declared, detection))
                if known != declared:
                    yield (
                        detection,
                        Problem(
                            self.code,
                            f"the parameter {name} is of type {declared} here and of type {known} "
                            f"in {where.source.file}",
                            InDocument(("parameters", name, "type")),
                        ),
                    )
