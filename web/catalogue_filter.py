"""The catalogue's filter: read from an address, checked, and shown again as it was typed."""

from typing import Protocol

from flask import request
from flask_babel import gettext as _, lazy_gettext
from wtforms import BooleanField, SelectField, StringField

from bank.area import parse_mu
from bank.assets.tables import AssetKind
from bank.catalogue.browsing import Filter, Sort, towns
from bank.deposits.tables import StorageMode
from bank.money import parse_yuan
from database.refusals import Invalid
from web.forms import BankForm
from web.labels import label
from web.session import request_session


class Parser(Protocol):
    """Reads a typed quantity, or refuses it beside its field."""

    def __call__(self, text: str, *, field: str) -> int: ...


class FilterForm(BankForm):
    """What an investor looks for; sent by GET, so that an address can be kept and passed on."""

    class Meta:
        csrf = False

    town = SelectField(lazy_gettext("Township"), default="")
    kind = SelectField(lazy_gettext("Kind"), default="")
    mode = SelectField(lazy_gettext("How the owner is paid"), default="")
    area_from = StringField(lazy_gettext("Area from"))
    area_to = StringField(lazy_gettext("Area to"))
    price_from = StringField(lazy_gettext("Appraised value from"))
    price_to = StringField(lazy_gettext("Appraised value to"))
    taken = BooleanField(lazy_gettext("Show also what is reserved or in a project"))
    sort = SelectField(lazy_gettext("Order of the list"), default=Sort.NEWEST.value)

    def offer_choices(self) -> None:
        """Fill the lists to choose from, in the reader's language."""
        anything = [("", _("Any"))]
        self.town.choices = anything + [(code, name) for code, name in towns(request_session())]
        self.kind.choices = anything + [(kind.value, label(kind)) for kind in AssetKind]
        self.mode.choices = anything + [(mode.value, label(mode)) for mode in StorageMode]
        self.sort.choices = [(sort.value, label(sort)) for sort in Sort]

    def wanted(self) -> Filter:
        """The filter that was asked for; where a field is at fault, it says so and counts not."""
        if not self.validate():
            self.status = 422
            return Filter()
        area = [self._read(field, parse_mu) for field in (self.area_from, self.area_to)]
        price = [self._read(field, parse_yuan) for field in (self.price_from, self.price_to)]
        for both, field in ((area, self.area_to), (price, self.price_to)):
            low, high = both
            if low is not None and high is not None and low > high:
                self.status, both[1] = 422, None
                self.add_error(field.name, _("This is less than where the range begins."))
        return Filter(
            town=self.town.data or "",
            kind=AssetKind(self.kind.data) if self.kind.data else None,
            mode=StorageMode(self.mode.data) if self.mode.data else None,
            area_from_dm2=area[0],
            area_to_dm2=area[1],
            price_from_fen=price[0],
            price_to_fen=price[1],
            taken=bool(self.taken.data),
        )

    def _read(self, field: StringField, parse: Parser) -> int | None:
        text = (field.data or "").strip()
        try:
            return parse(text, field=field.name) if text else None
        except Invalid as refusal:
            self.refuse(refusal)
            return None


def read_filter() -> tuple[FilterForm, Filter]:
    """The filter of this request's address, and its form."""
    form = FilterForm(request.args)
    form.offer_choices()
    return form, form.wanted()
