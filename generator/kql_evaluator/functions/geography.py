"""Distances on a sphere of the engine's radius. Shapes and the ellipsoid are not computed here."""

from __future__ import annotations

import math

from generator.kql_evaluator.errors import UnsupportedArgumentError
from generator.kql_evaluator.functions.registry import Call, Evaluate, Family

FAMILY = Family("Geography")

EARTH_RADIUS = 6_371_010.0
"""Metres; gives the distance of the example in the KQL reference, geo_distance_2points()."""


def _is_place(longitude: float, latitude: float) -> bool:
    return -180 <= longitude <= 180 and -90 <= latitude <= 90


def _distance(
    longitude: float, latitude: float, other_longitude: float, other_latitude: float
) -> float:
    one, other = math.radians(latitude), math.radians(other_latitude)
    half_width = math.radians(other_longitude - longitude) / 2
    part = (
        math.sin((other - one) / 2) ** 2
        + math.cos(one) * math.cos(other) * math.sin(half_width) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(part)))


def _refuse_spheroid(call: Call, index: int) -> None:
    if index < len(call.arguments) and call.constant(index) is not False:
        raise UnsupportedArgumentError("distances are computed on a sphere only")


_DISTANCE = ("real", "real", "real", "real", "bool")


@FAMILY.prepared("geo_distance_2points", parameters=_DISTANCE)
def geo_distance_2points(call: Call) -> Evaluate:
    """Metres on a sphere; null for what is no place. `use_spheroid` is refused."""
    _refuse_spheroid(call, 4)

    def evaluate(*numbers: float) -> float | None:
        longitude, latitude, other_longitude, other_latitude = numbers[:4]
        if not _is_place(longitude, latitude) or not _is_place(other_longitude, other_latitude):
            return None
        return _distance(longitude, latitude, other_longitude, other_latitude)

    return evaluate


_CIRCLE = ("real", "real", "real", "real", "real", "bool")


@FAMILY.prepared("geo_point_in_circle", parameters=_CIRCLE)
def geo_point_in_circle(call: Call) -> Evaluate:
    """On a sphere; null for what is no place or no radius. `use_spheroid` is refused."""
    _refuse_spheroid(call, 5)

    def evaluate(*numbers: float) -> bool | None:
        longitude, latitude, center_longitude, center_latitude, radius = numbers[:5]
        is_known = _is_place(longitude, latitude) and _is_place(center_longitude, center_latitude)
        if not is_known or radius < 0:
            return None
        return _distance(longitude, latitude, center_longitude, center_latitude) <= radius

    return evaluate
