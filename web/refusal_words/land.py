"""The sentences of refusals: land, zones, red lines, maps and imports."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "bad_filter": (_("This filter has a value that is not known. Choose one from the list."),),
    "no_tiles": (
        _("This bank has no vector tiles: they need PostgreSQL with PostGIS. Use /lands/parcels."),
    ),
    "no_tile_there": (_("There is no such tile. Zoom, column and row begin with 0."),),
    "not_for_reader": (_("Only officers and auditors may see this, and have it as a file."),),
    "too_many_rows": (
        _("These are %(rows)s rows; a page gives out at most %(most)s. Narrow the list."),
        _("These are too many rows for one file. Narrow the list."),
    ),
    "not_a_polygon": (_("One closed outline is needed. Draw it on the map, or list its corners."),),
    "not_a_polygon.row": (
        _("A row has no closed outline. Give it one, or leave the row out of the file."),
    ),
    "not_a_polygon.unnamed": (
        _("These corners name no parcel. Write its number beside the first of them."),
    ),
    "not_closed": (_("The outline is not closed. Let the last corner be the first again."),),
    "bad_number": (
        _("Line %(line)s cannot be read as coordinates. Write one corner a line."),
        _("“%(given)s” cannot be read as coordinates. Write one corner a line."),
        _("A corner cannot be read as coordinates. Write one corner a line."),
    ),
    "bad_number.area": (
        _("“%(given)s” is no area. Write the number alone, and choose its unit for the column."),
        _("The area cannot be read. Write the number alone, and choose its unit for the column."),
    ),
    "bad_number.pole": (
        _("A latitude of %(given)s° is beyond the pole. Check the file's coordinate system."),
        _("A latitude is beyond the pole. Check the file's coordinate system."),
    ),
    "unknown_coordinates": (
        _("The coordinate system is not known. Use CGCS2000, or longitude and latitude."),
    ),
    "coordinates_swapped": (_("Latitude stands before longitude. Write longitude first."),),
    "too_few_corners": (_("The outline needs three corners at least. Add the missing ones."),),
    "too_many_corners": (
        _("The outline has more than %(most)s corners. Leave out those that are not needed."),
        _("The outline has too many corners. Leave out those that are not needed."),
    ),
    "self_crossing": (
        _("The outline crosses itself near %(lon)s, %(lat)s. Move a corner there."),
        _("The outline crosses itself. Put the corners in order around the land."),
    ),
    "broken_rings": (_("The parts of the outline do not fit together. Draw them one by one."),),
    "parcel_too_small": (
        _("The outline has %(area_dm2)s; a parcel has %(least_dm2)s at least. Check the corners."),
        _("The outline is too small for a parcel. Check the corners."),
    ),
    "outside_county": (
        _("%(outside_dm2)s of the outline lie outside the county. Move the corners inside."),
        _("The outline lies outside the county. Move the corners inside."),
    ),
    "no_such_division": (_("No town or village is known here. Check the place or the code."),),
    "unreadable_file": (_("The file holds no shapes we can read. Send GeoJSON or one Shapefile."),),
    "unreadable_file.table": (
        _("Zones are not read from a table. Send a GeoPackage, a zipped Shapefile or GeoJSON."),
    ),
    "empty_file": (_("The file is empty. Choose the one with the parcels."),),
    "unsafe_file": (
        _(
            "Opening this file could do harm. Export the layer anew: without links, views, packing"
            " or repeated blocks."
        ),
    ),
    "shapefile_part_missing": (
        _("The Shapefile lacks %(part)s. Put all of its parts into one zip file."),
        _("The Shapefile is not whole. Put all of its parts into one zip file."),
    ),
    "several_layers.file": (
        _("The file has several layers: %(layers)s. Send a file with the one that is meant."),
        _("The file has several layers. Send a file with the one that is meant."),
    ),
    "several_layers": (
        _("The file has several layers: %(layers)s. Choose one."),
        _("The file has several layers. Choose one."),
    ),
    "too_many_columns": (
        _("The table has %(columns)s columns; at most %(most)s are read. Leave out the others."),
        _("The table has too many columns. Leave out those that are not needed."),
    ),
    "too_many_cells": (
        _(
            "Of a table with so many columns, at most %(lines)s rows are read at once. Split it, "
            "for example by village, or give it as a GeoPackage, which may be larger."
        ),
        _(
            "The table is too large to be read at once. Split it, for example by village, or give "
            "it as a GeoPackage, which may be larger."
        ),
    ),
    "other_coordinates": (
        _("These numbers are not of the file's coordinate system. Bring all rows into one system."),
    ),
    "unknown_land_class": (
        _("“%(given)s” is no class of GB/T 21010-2017. Write its four digits."),
        _("The land class is missing. Write the four digits of GB/T 21010-2017."),
    ),
    "overlaps_parcel": (
        _("It overlaps parcel %(code)s by %(overlap_dm2)s. Mend the outline, or ask the county."),
        _("It overlaps another parcel. Mend the outline, or ask the county."),
    ),
    "outside_township": (
        _("It lies in %(division)s, outside your township. Its officer or the county takes it."),
        _("It lies outside your township. Its officer or the county takes it."),
    ),
    "parcel_code_taken": (
        _("Another parcel has the code %(code)s already. Compare it with the paper."),
        _("Another parcel has this code already. Compare it with the paper."),
    ),
    "no_such_parcel": (
        _("The bank has no parcel %(given)s. Compare the code with the paper."),
        _("The bank has no such parcel. Compare the code with the paper."),
    ),
    "area_differs": (
        _("The row states %(stated_dm2)s, its outline has %(area_dm2)s. Check unit and outline."),
        _("The stated area is not the outline's. Check unit and outline."),
    ),
    "kind_missing": (
        _("“%(given)s” cannot be a layer's name. Choose one of the three, or name your own."),
        _("Choose which layer it is, or name your own."),
    ),
    "layer_empty": (
        _("The file holds no zone, so nothing was taken. Send the file with the zones."),
    ),
    "zone_broken": (
        _("Row %(row)s is no sound polygon, so nothing was taken. Mend it, then send all again."),
        _("A zone is no sound polygon, so nothing was taken. Mend it, then send all again."),
    ),
    "zones_elsewhere": (_("No zone lies in this county. Look at the file's coordinate system."),),
    "no_such_column": (
        _("The file has no attribute “%(given)s”. It has: %(columns)s."),
        _("The file has no such attribute. Look at its table."),
    ),
    "core_unclear.blank_core": (
        _("Row %(row)s leaves it empty. Say what the file means by that, then send it again."),
        _("A zone leaves it empty. Say what the file means by that, then send it again."),
    ),
    "core_unclear": (
        _("Row %(row)s says “%(given)s”, not whether it is of the core. Write 1 or 0."),
        _("A zone does not say whether it is of the core. Write 1 or 0."),
    ),
    "parcel_retired": (_("This parcel is no more: another took its place. Reload the page."),),
    "shape_fixed": (
        _("Deposit %(deposit)s has this parcel in the bank, so its outline stays as it is."),
        _("This parcel is in the bank, so its outline stays as it is."),
    ),
    "shape_unchanged": (_("The parcel has exactly this outline already. Move a corner first."),),
    "serials_used_up": (_("No parcel code is left in this place. Tell the county."),),
}
