"""A parcel's two areas side by side: planar, the working figure, and the one on the ellipsoid."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from bank import rules
from bank.land.tables import Parcel


@dataclass(frozen=True)
class Areas:
    """Both areas in dm²; `apart` when they differ by more than the rulebook lets pass.

    In the right Gauss-Kruger zone they differ by about a ten-thousandth; more is a sign that the
    corners were given in another zone.
    """

    planar_dm2: int
    ellipsoid_dm2: int
    apart: bool

    @property
    def difference_ppm(self) -> int:
        """How far the planar area lies above the ellipsoidal one, in millionths of it."""
        return round(Fraction(self.planar_dm2 - self.ellipsoid_dm2, self.ellipsoid_dm2) * 10**6)


def areas_of(parcel: Parcel, *, on: date) -> Areas:
    """Both areas of a parcel, judged by the rule `parcel.area.difference`."""
    return compare(parcel.area_dm2, parcel.area_ellipsoid_dm2, on=on)


def compare(planar_dm2: int, ellipsoid_dm2: int, *, on: date) -> Areas:
    """Two areas of one shape, judged by the rule `parcel.area.difference`.

    A dm² of rounding, which is much of a small parcel, is no difference.
    """
    let_pass = Fraction(rules.ratio("parcel.area.difference", on)) * ellipsoid_dm2
    return Areas(
        planar_dm2, ellipsoid_dm2, abs(planar_dm2 - ellipsoid_dm2) > max(let_pass, Fraction(1))
    )
