"""The bundle (资源包): what an investor puts together, what it would cost, and ordering it."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session as cookie, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bank.appraisals.worth import agreed, find_worth
from bank.calendar import grace_ends
from bank.catalogue import browsing, bundling
from bank.catalogue.tables import Bundle, BundleItem
from bank.deposits.lifecycle import Stage
from bank.deposits.parts import shape_of_part
from bank.deposits.tables import StorageMode
from bank.money import parse_yuan
from bank.orders import placing
from bank.orders.tables import Order, OrderLine
from bank.refusals import NoSuchRecord
from bank.rules import whole as whole_number
from web.bundle_summary import bundled_card, check_row, summary_of
from web.clock import now, today
from web.forms import acting, page, submitting
from web.investing import investing_party
from web.pages.bundle_forms import OfferForm, OrderForm
from web.pages.taken_land import map_of_bundle
from web.permissions import actor, investor_required, safe_next
from web.rehearsal import rehearsing
from web.session import request_session

bp = Blueprint("bundles", __name__, url_prefix="/bundle")

DRAFT = "order"
"""What was typed of an order waits here, in the signed cookie, until the order is placed."""


@bp.get("")
@investor_required
def show() -> ResponseReturnValue:
    """The open bundle: its deposits, what each costs, and what they cost together."""
    bundle = _find_bundle()
    return render_template(
        "bundles/show.html", summary=summary_of(bundle), map=map_of_bundle(bundle)
    )


@bp.post("/add")
@investor_required
def add() -> ResponseReturnValue:
    """Put a deposit in."""
    deposit_id = _posted_deposit()
    back = safe_next(request.form.get("next"), url_for(".show"))
    party = investing_party()
    with acting() as session:
        bundle = bundling.open_bundle(session, party_id=party.id, actor=actor(), at=now())
        bundling.add(session, bundle.id, deposit_id=deposit_id, actor=actor(), at=now())
        flash(_("It is in your bundle now."), "success")
    return redirect(back)


@bp.post("/remove")
@investor_required
def remove() -> ResponseReturnValue:
    """Take a deposit out."""
    deposit_id = _posted_deposit()
    bundle = _find_bundle()
    if bundle is not None:
        with acting() as session:
            bundling.remove(session, bundle.id, deposit_id=deposit_id, actor=actor())
            flash(_("It is no longer in your bundle."), "success")
    return redirect(url_for(".show"))


@bp.post("/whole")
@investor_required
def whole() -> ResponseReturnValue:
    """Want all of a deposit that the red line cuts."""
    deposit_id = _posted_deposit()
    bundle = _find_bundle()
    if bundle is not None:
        with acting() as session:
            bundling.take_whole(session, bundle.id, deposit_id=deposit_id, actor=actor())
            flash(_("All of it is in your bundle now."), "success")
    return redirect(url_for(".show"))


@bp.post("/refill")
@investor_required
def refill() -> ResponseReturnValue:
    """Put what an ended order had in the bundle again, with its offers, as far as it is free."""
    ended = _own_order(_uuid(request.form.get("order_id")))
    party = investing_party()
    with acting() as session:
        bundle = bundling.open_bundle(session, party_id=party.id, actor=actor(), at=now())
        free = [line for line in ended.lines if line.deposit.stage is Stage.STORED]
        for line in free:
            bundling.add(
                session,
                bundle.id,
                deposit_id=line.deposit_id,
                actor=actor(),
                at=now(),
                line=shape_of_part(line.part) if line.part else None,
            )
            if line.swap_offer:
                bundling.offer_swap(
                    session,
                    bundle.id,
                    deposit_id=line.deposit_id,
                    offer=line.swap_offer,
                    offer_fen=min(line.swap_offer_fen, _worth(line)),
                    actor=actor(),
                    at=now(),
                )
        flash(
            _(
                "Back in your bundle: %(count)s of %(all)s.",
                count=len(free),
                all=len(ended.lines),
            ),
            "success",
        )
    return redirect(url_for(".show"))


@bp.route("/offer/<uuid:deposit_id>", methods=["GET", "POST"])
@investor_required
def offer(deposit_id: UUID) -> ResponseReturnValue:
    """Say what is given for a deposit that wants a swap."""
    bundle = _find_bundle()
    item = _item_of(bundle, deposit_id)
    if bundle is None or item is None or item.deposit.mode is not StorageMode.SWAP:
        raise NoSuchRecord("no such swap in the bundle")
    row = browsing.rows_of(request_session(), [deposit_id])[deposit_id]
    form = OfferForm(
        swap_offer=item.swap_offer,
        swap_offer_fen=f"{item.swap_offer_fen / 100:.2f}" if item.swap_offer else "",
    )
    if form.sent():
        with submitting(form) as session:
            bundling.offer_swap(
                session,
                bundle.id,
                deposit_id=deposit_id,
                offer=form.swap_offer.data or "",
                offer_fen=parse_yuan(form.swap_offer_fen.data or "", field="swap_offer_fen"),
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            flash(_("Your offer is kept."), "success")
            return redirect(url_for(".show"))
    wish = item.deposit.swap_wish
    return page("bundles/offer.html", form, card=bundled_card(row), wish=wish)


@bp.route("/order", methods=["GET", "POST"])
@investor_required
def order() -> ResponseReturnValue:
    """Name the project; what the order would be refused for is said here already."""
    bundle = _find_bundle()
    if bundle is None or not bundle.items:
        return redirect(url_for(".show"))
    form = OrderForm(data=_draft())
    if form.sent():
        with submitting(form) as session, rehearsing(session):
            _place(session, bundle.id, form)
        if form.accepted:
            cookie[DRAFT] = {"name": form.name.data, "purpose": form.purpose.data}
            cookie[DRAFT] |= {"capital": form.capital.data}
            return redirect(url_for(".check"))
    return _order_page(form)


@bp.route("/order/check", methods=["GET", "POST"])
@investor_required
def check() -> ResponseReturnValue:
    """What the investor commits to, on one page; sending it places the order."""
    draft = _draft()
    form = OrderForm(data=draft)
    if form.is_submitted():
        with submitting(form) as session:
            placed = _place(session, _uuid(form.bundle_id.data), form)
        if form.accepted:
            cookie.pop(DRAFT, None)
            return redirect(url_for(".ordered", order_id=placed.id))
        return _order_page(form)
    bundle = _find_bundle()
    if bundle is None or not bundle.items or not draft:
        return redirect(url_for(".show"))
    form.bundle_id.data = str(bundle.id)
    summary = summary_of(bundle)
    capital_fen = parse_yuan(draft["capital"], field="capital")
    return page(
        "bundles/check.html",
        form,
        map=map_of_bundle(bundle),
        draft=draft,
        summary=summary,
        capital_fen=capital_fen,
        amount_fen=summary["due_fen"] + capital_fen,
        lines=[check_row(item) for item in summary["items"]],
        days=(days := whole_number("order.reservation.days", today())),
        until=now() + timedelta(days=days),
        minutes=whole_number("grace.minutes", today()),
    )


@bp.get("/ordered/<uuid:order_id>")
@investor_required
def ordered(order_id: UUID) -> ResponseReturnValue:
    """The order is placed: its number, what happens next, and the way back."""
    found = _own_order(order_id)
    until = grace_ends(found.placed_at)
    return render_template("bundles/ordered.html", order=found, until=until, in_grace=now() < until)


def _worth(line: OrderLine) -> int:
    worth = find_worth(request_session(), line.deposit, at=now()) or agreed(line.deposit)
    return worth.split(line.part)[0]


def _own_order(order_id: UUID) -> Order:
    order = placing.get_order(request_session(), order_id)
    if order.party_id not in actor().parties:
        raise NoSuchRecord("no such order")
    return order


def _place(session: Session, bundle_id: UUID, form: OrderForm) -> Order:
    return placing.place(
        session,
        bundle_id,
        name=form.name.data or "",
        purpose=form.purpose.data or "",
        capital_fen=parse_yuan(form.capital.data or "", field="capital"),
        actor=actor(),
        at=now(),
        key=form.key.data or "",
    )


def _order_page(form: OrderForm) -> ResponseReturnValue:
    """The order's form; deposits that others were faster to order are named on it."""
    bundle = _find_bundle()
    return page("bundles/order.html", form, summary=summary_of(bundle), map=map_of_bundle(bundle))


def _draft() -> dict[str, str]:
    return dict(cookie.get(DRAFT, {}))


def _find_bundle() -> Bundle | None:
    return bundling.find_open(request_session(), investing_party().id)


def _item_of(bundle: Bundle | None, deposit_id: UUID) -> BundleItem | None:
    items = bundle.items if bundle else []
    return next((item for item in items if item.deposit_id == deposit_id), None)


def _posted_deposit() -> UUID:
    return _uuid(request.form.get("deposit_id"))


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise NoSuchRecord("no such record") from None
