"""Refusals of deposits: what is missing, what the law forbids, and what stands in the way."""

from database.refusals import Conflict, Invalid


class WrongDepositor(Invalid):
    """This kind of party cannot deposit this kind of asset."""


class WrongRight(Invalid):
    """This right cannot stand over this kind of asset, or not for this holder."""


class CertificateMissing(Invalid):
    """The certificate's number is needed."""


class RightExpired(Invalid):
    """The right has ended already, or ends today."""


class EndMissing(Invalid):
    """This right always has an end; its day is needed."""


class ModeMissing(Invalid):
    """A storage mode needs its own particulars."""


class TermOverCap(Invalid):
    """The law allows fewer years: `cap`, `source`."""


class TermBeyondRight(Invalid):
    """The term would outlast the right: `ends_on`."""


class OverlapsDeposit(Conflict):
    """The polygon overlaps one that the bank has already: `code`, `overlap_dm2`."""


class ParcelTaken(Conflict):
    """The parcel belongs to another asset."""


class EvidenceMissing(Invalid):
    """A document of this kind is needed."""


class ConsentMissing(Invalid):
    """The household's agreement or the collective's vote is needed."""


class WrongConsent(Invalid):
    """A collective decides by vote, a household by its own written agreement."""


class AnswersMissing(Invalid):
    """The application is not complete: `missing` names what is not answered yet."""


class NotOnNotice(Conflict):
    """Objections can be raised only while the notice runs."""


class GroundsMissing(Invalid):
    """An objection or a decision needs its grounds."""


class NoticeRunning(Conflict):
    """The notice is not over yet: `until`."""


class ObjectionOpen(Conflict):
    """An open objection stops the deposit: `objection`."""


class ObjectionDecided(Conflict):
    """The objection was decided before."""


class LandConflict(Conflict):
    """The land check found what forbids the deposit: `layer`, `conflict_dm2`, `zone`."""


class NoAppraisal(Conflict):
    """No appraisal is in force on this day."""


class AppraisalLasts(Conflict):
    """The appraisal holds for longer than the rule's days still: `until`."""


class PartOutdated(Conflict):
    """The deposit's land has changed since the part was cut: `deposit`."""


class AppraisalUnderWay(Conflict):
    """An agency is appraising it already: `commission`."""
