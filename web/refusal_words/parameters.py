"""The sentences of refusals: parameter tables."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "no_such_table": (_("There is no such parameter table. Choose one from the list."),),
    "no_such_version": (
        _("The table has no such version, or none that holds on this day. Choose another day."),
    ),
    "no_such_row": (_("The table has no such row. Look in the table which rows there are."),),
    "table_exists": (
        _("There is a table with this code already. Add a version to it, or use another code."),
    ),
    "table_unsound.code": (
        _(
            "The code begins with a small letter; small letters, digits and underscores follow, 2"
            " to 48 in all. Mend it."
        ),
    ),
    "table_unsound.name_zh": (_("Write what the table is called."),),
    "table_unsound.name_en": (_("Write what the table is called in English."),),
    "table_unsound.keys": (
        _(
            "A table has at least one column to find a row by, each with a name and a code of its"
            " own. Choose or describe one."
        ),
    ),
    "table_unsound.unit": (_("This unit does not fit the kind of table. Choose another one."),),
    "table_unsound": (
        _(
            "A table needs a code of small letters, a name in both languages, a known unit, and"
            " columns with different names. Mend the description."
        ),
    ),
    "rows_empty": (
        _("A version has 1 to %(most)s rows. Fill in or paste the figures."),
        _("There are no rows. Fill in or paste the figures."),
    ),
    "row_keys_unfit": (
        _("Row %(row)s: “%(column)s” must be filled in, with at most 60 characters. Mend it."),
        _("Row %(row)s: every column must be filled in, and there may be no others. Mend it."),
        _("A row's columns are not those of the table. Mend it."),
    ),
    "row_twice": (
        _("Row %(row)s says the same place as row %(first)s. Leave one of them out."),
        _("Two rows say the same place. Leave one of them out."),
    ),
    "figure_unfit": (
        _("Row %(row)s: “%(given)s” must lie between %(low)s and %(high)s. Check the unit."),
        _("Row %(row)s: “%(given)s” is no number. Write it as 0.06 or 1250."),
        _("A figure cannot be right. Check it."),
    ),
    "source_missing": (_("Say where the figures come from: title, number and date."),),
    "version_too_early": (
        _("The newest version holds from %(newest)s. Choose this day or a later one."),
        _("The newest version holds from a later day. Choose that day or a later one."),
    ),
    "base_date_late": (
        _("The base date must not lie after the day from which the figures hold. Mend one."),
    ),
    "day_far_off": (
        _("The day must lie between %(earliest)s and %(latest)s. Check the year."),
        _("The day lies too far off. Check the year."),
    ),
    "file_columns_unfit": (
        _("The first line must name these columns: %(columns)s. Mend it and try again."),
        _("The first line must name the table's columns. Mend it and try again."),
    ),
    "parameter_differs.amounts_per": (
        _("The table's figures are in %(unit)s. Choose the same unit for all amounts."),
        _("The table's figures are for another unit of area. Choose the same for all amounts."),
    ),
    "parameter_differs": (
        _("The table says %(value)s. Enter this figure, or do not say that it is the table's."),
        _("The table says another figure. Enter it, or do not say that it is the table's."),
    ),
    "parameter_unknown": (_("No table offers this figure on the valuation date. Choose again."),),
    "base_dates_mixed": (
        _("The prices chosen are of different base dates (%(dates)s). Use those of one date."),
        _("The prices chosen are of different base dates. Use those of one date."),
    ),
}
