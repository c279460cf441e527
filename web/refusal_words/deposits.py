"""The sentences of refusals: deposits."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "wrong_depositor": (
        _("You cannot deposit “%(kind)s” in this name. Choose another kind, or act for its owner."),
        _("You cannot deposit this in this name. Choose another kind, or act for its owner."),
    ),
    "wrong_right": (
        _("“%(type)s” does not fit this land or its holder. Choose the right on the certificate."),
        _("This right does not fit this land or its holder. Choose the one on the certificate."),
    ),
    "certificate_missing": (_("Write the certificate's number as it stands on the paper."),),
    "right_expired": (
        _("The right over deposit %(deposit)s ended on %(ends_on)s, so it cannot go on."),
        _("The right ended on %(ends_on)s. Renew it first, then deposit the land."),
        _("The right has ended. Renew it first, then deposit the land."),
    ),
    "end_missing": (_("Write the day on which the right ends; it stands on the certificate."),),
    "mode_missing": (_("Something about how you want to be paid is missing. Fill it in."),),
    "mode_missing.rent": (_("Write the rent you ask for a year."),),
    "mode_missing.swap_wish": (_("Say what you would like in exchange."),),
    "mode_missing.use": (_("Say what the construction land is to be used for."),),
    "term_over_cap": (
        _("The law allows %(cap)s years at most (%(source)s). Write a term within that."),
        _("The term is longer than the law allows. Write a shorter one."),
    ),
    "term_beyond_right": (
        _("The right ends on %(ends_on)s. Choose a term that ends before it."),
        _("The right ends before the term does. Choose a shorter term."),
    ),
    "overlaps_deposit": (
        _("It overlaps parcel %(code)s by %(overlap_dm2)s. Move the outline, or ask the township."),
        _("The outline overlaps land that is in the bank. Move it, or ask the township."),
    ),
    "parcel_taken": (
        _("Parcel %(code)s belongs to another asset. Choose another one, or ask the township."),
        _("This parcel belongs to another asset. Choose another one, or ask the township."),
    ),
    "evidence_missing": (_("The certificate is missing. Add a photo or scan of it."),),
    "consent_missing": (
        _("The household's agreement or the collective's vote is missing. Add the signed paper."),
    ),
    "wrong_consent": (
        _("A collective votes, a household agrees in writing. Choose the one that fits."),
    ),
    "wrong_consent.held_on": (_("This day is yet to come. Write the day it was signed or held."),),
    "answers_missing": (
        _("Still to be answered: %(missing)s. Fill it in, then go on."),
        _("The application is not complete. Fill in what is missing."),
    ),
    "not_on_notice": (
        _("The public notice is not running, so no objection can be raised. Call the township."),
    ),
    "grounds_missing": (_("Write the reason, so that others can understand it."),),
    "notice_running": (
        _("The public notice runs until %(until)s. Go on after that."),
        _("The public notice is not over yet. Go on after it."),
    ),
    "objection_open": (
        _("Objection %(objection)s is open. Decide it first."),
        _("An objection is open. Decide it first."),
    ),
    "objection_decided": (_("This objection was decided before. Reload the page to see how."),),
    "land_conflict": (
        _(
            "%(conflict_dm2)s of it lie in a zone that forbids this: %(layer)s, %(zone)s. Mend the"
            " outline, or send it back."
        ),
        _("%(conflict_dm2)s of it are in conflict: %(layer)s. Mend the outline, or send it back."),
        _("The land check found a conflict: %(layer)s. Mend the outline, or send it back."),
        _("The land check found a conflict. Mend the outline, or send it back."),
    ),
    "no_appraisal": (_("No appraisal is in force today. Commission one first."),),
    "appraisal_lasts": (
        _("The appraisal is good until %(until)s. Commission another when that is near."),
        _("The appraisal is good for a while yet. Commission another when it ends."),
    ),
    "appraisal_under_way": (
        _("An agency is appraising it already: commission %(commission)s. Wait for its result."),
        _("An agency is appraising it already. Wait for its result."),
    ),
}
