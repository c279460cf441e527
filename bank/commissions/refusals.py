"""Refusals of commissions: asking, quoting, ties, choosing, visiting, and answering a result."""

from database.refusals import Conflict, Forbidden, Invalid


class NothingAsked(Invalid):
    """An appraisal is of assets, a plan of a project, a financing of the one or the other."""


class NotToBeAppraised(Conflict):
    """Its land may still change, or it is not in the bank for others: `deposit`, `stage`."""


class AgenciesMissing(Invalid):
    """Ask at least one agency, and none twice."""


class DeadlineUnsound(Invalid):
    """The days of a commission lie in the past, or not in their order: `earliest_on`."""


class NotDisputed(Conflict):
    """A second opinion is asked about a disputed result, and about what was appraised there."""


class FirstAgency(Invalid):
    """A second opinion comes from another agency than the first."""


class QuotingOver(Conflict):
    """The last day for quotes is past: `until`."""


class FeeUnsound(Invalid):
    """A fee is zero or more, and no more than the ledger holds."""


class DeliveryLate(Invalid):
    """The work would be done later than was asked, or on a day that is past: `latest_on`."""


class OfferWorse(Invalid):
    """An offer may be bettered, not worsened: `fee_fen`, `deliver_by` are those of the first."""


class TiesUndeclared(Invalid):
    """An agency declares that nothing ties it to the parties before it offers."""


class AgencyTied(Conflict):
    """Something ties the agency to a party of the commission: `party`."""


class QuotesOnItself(Conflict):
    """The client, or an owner, is the agency itself or somebody who works there: `party`."""


class TieDeclared(Conflict):
    """The same tie to the same party is declared already."""


class TieEnded(Conflict):
    """The tie has ended already."""


class CountysTie(Forbidden):
    """What the county declared, the county ends."""


class RecusedAlready(Conflict):
    """The appraiser keeps out of this commission already."""


class NotItsAppraiser(Invalid):
    """Nobody of that login appraises for an agency of this commission."""


class VoteNotNeeded(Conflict):
    """Only a collective's members vote on the choice of an agency."""


class VoteMissing(Conflict):
    """A collective's choice of this agency needs its members' vote first."""


class VoteDayUnsound(Invalid):
    """The vote lies ahead, or before the offer it is about: `earliest_on`."""


class NotOffered(Conflict):
    """The agency has made no offer, or has withdrawn it: `stage`."""


class ChoosingOver(Conflict):
    """The time to choose is over, or the offer's own last day is past: `until`."""


class NotTheClient(Forbidden):
    """Only who asked for the commission, or the office that did, may do this."""


class VisitDayUnsound(Invalid):
    """The visit lies ahead, or before the commission."""


class NotAPhoto(Invalid):
    """A site photo is a picture that was not handed in for another visit: `name`."""


class PhotosTooFew(Invalid):
    """A visit is recorded with its photos: `needed`, `found`."""


class NotVisitable(Invalid):
    """The commission is not for this asset."""


class AcceptedAlready(Conflict):
    """The result was accepted; what is accepted cannot be disputed."""


class AnsweringOver(Conflict):
    """Nobody answered in time, and silence is acceptance: `until`."""


class NotConcerned(Forbidden):
    """Only the client, or an owner of what was appraised, disputes a result."""


class PanelTooSmall(Invalid):
    """A panel has more members: `needed`, `found`."""


class SecondUnfit(Invalid):
    """That commission is no finished second opinion about this one."""


class NotOverdue(Conflict):
    """The agency is at work and has until `until`; only the agency may give it back before that."""


class NotAPlan(Conflict):
    """The commission does not ask for the plan of a project."""


class PhasesMissing(Invalid):
    """A plan has at least one phase, each with a name and its works: `phase`."""


class PhasesUnsound(Invalid):
    """A phase ends before it begins, or begins before the one before it ends: `phase`."""


class InvestmentUnsound(Invalid):
    """Investments are zero or more, and the phases' sum to the whole: `sum_fen`, `phase`."""


class NoFinancing(Conflict):
    """The commission does not ask for a financing."""


class PapersMissing(Invalid):
    """There is no document to deliver."""
