"""Refusals of shapes and of files with shapes."""

from database.refusals import Conflict, Forbidden, Invalid, NotFound


class NotAPolygon(Invalid):
    """The input is not one polygon or multipolygon."""


class NotClosed(Invalid):
    """A ring's last corner is not its first."""


class BadNumber(Invalid):
    """A coordinate is missing, not a number, or not a degree; `line` says where."""


class UnknownCoordinates(Invalid):
    """The input does not say its coordinate system, or names one that is not known."""


class CoordinatesSwapped(Invalid):
    """Latitude was given before longitude."""


class TooFewCorners(Invalid):
    """A ring has fewer than three different corners."""


class TooManyCorners(Invalid):
    """The shape has more corners than the rulebook allows."""


class SelfCrossing(Invalid):
    """A line crosses itself; `lon` and `lat` say where."""


class BrokenRings(Invalid):
    """The rings do not make a polygon: a hole outside its shell, or shells that overlap."""


class ParcelTooSmall(Invalid):
    """The area is below what the rulebook takes as a parcel."""


class OutsideCounty(Invalid):
    """The shape, or a part of it, lies outside the county."""


class NoSuchDivision(NotFound):
    """No division of that code, or none at that place."""


class UnreadableFile(Invalid):
    """The file cannot be read as a table of shapes."""


class FileTooLarge(Invalid):
    """The file, or what it unpacks to, is over the rulebook's limit."""


class ParcelRetired(Conflict):
    """The parcel is no more: another took its place."""


class ShapeFixed(Conflict):
    """A deposit has the parcel in the bank, and the ledger holds its area: `deposit`."""


class ShapeUnchanged(Conflict):
    """The parcel has exactly this shape already."""


class PartTooSmall(Invalid):
    """Of the parcel no more than a sliver lies inside the line: `inside_dm2`, `least_dm2`."""


class AreaDisagrees(Conflict):
    """A parcel's kept area is not what its polygon measures: `whole_dm2`."""


class SerialsUsedUp(Conflict):
    """The division has given out all its parcel serials of this kind."""


class KindMissing(Invalid):
    """A control layer needs a kind: one of the three, or what the county calls its own."""


class LayerEmpty(Invalid):
    """The file holds no zone; an empty layer would make everything clear."""


class ZoneBroken(Invalid):
    """A zone is no valid polygon, so none is taken: what is missing would read as clear; `row`."""


class ZonesElsewhere(Invalid):
    """No zone lies in the county."""


class NoSuchColumn(Invalid):
    """The file has no attribute of that name: `given`; it has `columns`."""


class CoreUnclear(Invalid):
    """The attribute does not say whether a zone is of the core: `row`, `given`."""


class EmptyFile(Invalid):
    """The file has no bytes, or no rows."""


class UnsafeFile(Invalid):
    """The file could do harm when opened; `reason`: packing, entities, link, view, drawing."""


class ShapefilePartMissing(Invalid):
    """A Shapefile is several files; `part` names those that are missing."""


class SeveralLayers(Invalid):
    """The file has several layers or sheets, and which one was not said: `layers`."""


class TooManyColumns(Invalid):
    """The table has more columns than anyone can match: `columns`, `most`."""


class TooManyCells(Invalid):
    """The table has more cells, or more text in them, than is held at once: `most`.

    `lines`: how many lines of as many columns are, where that is what is too many.
    """


class OtherCoordinates(Invalid):
    """A row's numbers cannot be in the system that the file is in."""


class UnknownLandClass(Invalid):
    """Not a class of GB/T 21010-2017, or none was given: `given`."""


class OverlapsParcel(Conflict):
    """The shape overlaps a parcel by more than the rulebook lets pass: `code`, `overlap_dm2`."""


class OutsideTownship(Forbidden):
    """The shape lies outside the town for which the officer may enter parcels: `division`."""


class ParcelCodeTaken(Conflict):
    """Another parcel has this code: `code`."""


class NoSuchParcel(NotFound):
    """The bank has no parcel of this code: `given`."""


class AreaDiffers(Invalid):
    """The area that the row states is not the shape's: `stated_dm2`, `area_dm2`."""
