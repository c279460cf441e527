"""The names of choices, stages and acts in the reader's language."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from flask_babel import LazyString, lazy_gettext as _

from bank.deposits import lifecycle as deposits
from bank.income import lifecycle as income
from bank.jobs import lifecycle as jobs
from bank.orders import lifecycle as orders
from bank.projects import lifecycle as projects
from bank.withdrawals import lifecycle as withdrawals
from valuation.agencies import lifecycle as agencies
from valuation.appraisals import lifecycle as appraisals
from valuation.commissions import lifecycle as commissions
from web.choice_labels import CHOICES

STAGES: Final[dict[type[StrEnum], Mapping[StrEnum, LazyString]]] = {
    deposits.Stage: {
        deposits.Stage.DRAFT: _("Application not submitted yet"),
        deposits.Stage.SUBMITTED: _("Submitted, waiting for the township"),
        deposits.Stage.CHECKED: _("Checked by the township"),
        deposits.Stage.CONSENTED: _("Consent on record"),
        deposits.Stage.ON_NOTICE: _("On public notice"),
        deposits.Stage.CLEARED: _("Notice over, waiting to be stored"),
        deposits.Stage.STORED: _("Stored"),
        deposits.Stage.RESERVED: _("Reserved by an order"),
        deposits.Stage.PLEDGED: _("Frozen by a pledge"),
        deposits.Stage.COLLECTED: _("Collected for a project"),
        deposits.Stage.RETURNED: _("Returned to the owner"),
        deposits.Stage.REFUSED: _("Application refused"),
    },
    projects.Stage: {
        projects.Stage.SUBMITTED: _("Project submitted"),
        projects.Stage.IN_REVIEW: _("In joint review"),
        projects.Stage.APPROVED: _("Project approved"),
        projects.Stage.COLLECTING: _("Being collected"),
        projects.Stage.OPERATING: _("Operating"),
        projects.Stage.CLOSED: _("Project closed"),
        projects.Stage.REFUSED: _("Project refused"),
        projects.Stage.CANCELLED: _("Project cancelled"),
    },
    orders.Stage: {
        orders.Stage.OPEN: _("Order being placed"),
        orders.Stage.RESERVED: _("Reserved, waiting for the money"),
        orders.Stage.ESCROWED: _("Money held in escrow"),
        orders.Stage.CONFIRMED: _("Order confirmed"),
        orders.Stage.FULFILLED: _("Order fulfilled"),
        orders.Stage.CANCELLED: _("Order cancelled"),
        orders.Stage.EXPIRED: _("Reservation expired"),
    },
    orders.PartStage: {
        orders.PartStage.ASKED: _("Waits for the owner"),
        orders.PartStage.AGREED: _("Owner agreed"),
        orders.PartStage.DECLINED: _("Owner keeps it"),
        orders.PartStage.DROPPED: _("No longer asked for"),
        orders.PartStage.COLLECTED: _("Part collected"),
    },
    income.RevenueStage: {
        income.RevenueStage.REPORTED: _("Reported, waiting for the money"),
        income.RevenueStage.RECEIVED: _("Money received"),
        income.RevenueStage.WITHDRAWN: _("Report taken back"),
    },
    income.RoundStage: {
        income.RoundStage.OPENED: _("Round opened"),
        income.RoundStage.COMPUTED: _("Plan computed"),
        income.RoundStage.NOTICED: _("Plan on display"),
        income.RoundStage.CONFIRMED: _("Plan confirmed, waiting to be paid"),
        income.RoundStage.PAID: _("Paid out"),
        income.RoundStage.CANCELLED: _("Round cancelled"),
    },
    withdrawals.Stage: {
        withdrawals.Stage.REQUESTED: _("Requested, waiting for the first officer"),
        withdrawals.Stage.CHECKED: _("Checked, waiting for the second officer"),
        withdrawals.Stage.CONFIRMED: _("Confirmed by two officers"),
        withdrawals.Stage.EXECUTED: _("Carried out"),
        withdrawals.Stage.REFUSED: _("Withdrawal refused"),
        withdrawals.Stage.TAKEN_BACK: _("Request taken back"),
    },
    agencies.Stage: {
        agencies.Stage.DRAFT: _("Being filled in"),
        agencies.Stage.SUBMITTED: _("Waiting for the county"),
        agencies.Stage.ADMITTED: _("In the list"),
        agencies.Stage.SUSPENDED: _("Suspended"),
        agencies.Stage.REFUSED: _("Not admitted"),
        agencies.Stage.REMOVED: _("Removed from the list"),
    },
    commissions.Stage: {
        commissions.Stage.REQUESTED: _("Waiting for quotes"),
        commissions.Stage.QUOTED: _("Quotes to choose from"),
        commissions.Stage.ENGAGED: _("Agency engaged"),
        commissions.Stage.DELIVERED: _("Result delivered"),
        commissions.Stage.ACCEPTED: _("Result accepted"),
        commissions.Stage.DISPUTED: _("Result disputed"),
        commissions.Stage.OVERTURNED: _("Result overturned"),
        commissions.Stage.WITHDRAWN: _("Commission withdrawn"),
        commissions.Stage.LAPSED: _("Lapsed without an engagement"),
    },
    commissions.QuoteStage: {
        commissions.QuoteStage.ASKED: _("Asked for a quote"),
        commissions.QuoteStage.OFFERED: _("Quote given"),
        commissions.QuoteStage.DECLINED: _("Quote declined"),
        commissions.QuoteStage.CHOSEN: _("Quote chosen"),
        commissions.QuoteStage.LEFT: _("Another was chosen"),
    },
    appraisals.Stage: {
        appraisals.Stage.DRAFT: _("Appraisal in draft"),
        appraisals.Stage.CONCLUDED: _("Waiting for internal review"),
        appraisals.Stage.REVIEWED: _("Reviewed, to be signed"),
        appraisals.Stage.SIGNED: _("Signed by one appraiser"),
        appraisals.Stage.ISSUED: _("Appraisal issued"),
        appraisals.Stage.SUPERSEDED: _("Superseded by a newer appraisal"),
        appraisals.Stage.SET_ASIDE: _("Set aside after a review"),
        appraisals.Stage.WITHDRAWN: _("Appraisal withdrawn"),
    },
    jobs.Stage: {
        jobs.Stage.WAITING: _("Waiting for its turn"),
        jobs.Stage.RUNNING: _("At work"),
        jobs.Stage.DONE: _("Work finished"),
        jobs.Stage.FAILED: _("Work failed"),
        jobs.Stage.CANCELLED: _("Work stopped"),
    },
}

ACTS: Final[dict[type[StrEnum], Mapping[StrEnum, LazyString]]] = {
    deposits.Act: {
        deposits.Act.BEGIN: _("Application begun"),
        deposits.Act.SUBMIT: _("Application submitted"),
        deposits.Act.TAKE_BACK: _("Application taken back"),
        deposits.Act.SEND_BACK: _("Sent back to be mended"),
        deposits.Act.REFUSE: _("Application was refused"),
        deposits.Act.CHECK: _("Checked by the township office"),
        deposits.Act.CONSENT: _("Consent recorded"),
        deposits.Act.POST: _("Public notice posted"),
        deposits.Act.CLEAR: _("Public notice ended"),
        deposits.Act.STORE: _("Stored in the bank"),
        deposits.Act.REVALUE: _("Valued anew"),
        deposits.Act.RESERVE: _("Reserved for an order"),
        deposits.Act.RELEASE: _("Free again"),
        deposits.Act.FREEZE: _("Frozen for a pledge"),
        deposits.Act.COLLECT: _("Collected"),
        deposits.Act.COLLECT_PART: _("Collected in part"),
        deposits.Act.RETURN: _("Returned"),
    },
    projects.Act: {
        projects.Act.SUBMIT: _("Project was submitted"),
        projects.Act.TAKE_BACK: _("Project taken back"),
        projects.Act.CANCEL: _("Project was cancelled"),
        projects.Act.REVIEW: _("Joint review begun"),
        projects.Act.APPROVE: _("Project was approved"),
        projects.Act.REFUSE: _("Project was refused"),
        projects.Act.COLLECT: _("Collection requested"),
        projects.Act.OPERATE: _("Operation begun"),
        projects.Act.CLOSE: _("Project was closed"),
    },
    orders.Act: {
        orders.Act.RESERVE: _("Deposits reserved"),
        orders.Act.ESCROW: _("Money complete and held"),
        orders.Act.ACCEPT: _("Swap accepted by the owner"),
        orders.Act.DECLINE: _("Swap declined by the owner"),
        orders.Act.CHANGE: _("Land of the order changed"),
        orders.Act.CONFIRM: _("Order was confirmed"),
        orders.Act.FULFIL: _("Order was fulfilled"),
        orders.Act.REOPEN: _("Order reopened"),
        orders.Act.CANCEL: _("Order was cancelled"),
        orders.Act.EXPIRE: _("Reservation ran out"),
    },
    orders.PartAct: {
        orders.PartAct.ASK: _("Owner asked for a part"),
        orders.PartAct.AGREE: _("Owner let the part go"),
        orders.PartAct.TAKE_BACK: _("Owner took her word back"),
        orders.PartAct.DECLINE: _("Owner kept the part"),
        orders.PartAct.DROP: _("Part no longer asked for"),
        orders.PartAct.COLLECT: _("Part was collected"),
    },
    income.RevenueAct: {
        income.RevenueAct.REPORT: _("Revenue reported"),
        income.RevenueAct.TAKE_BACK: _("Revenue report taken back"),
        income.RevenueAct.RECEIVE: _("Revenue received"),
    },
    income.RoundAct: {
        income.RoundAct.OPEN: _("Round was opened"),
        income.RoundAct.COMPUTE: _("Plan was computed"),
        income.RoundAct.NOTICE: _("Plan put on display"),
        income.RoundAct.CONFIRM: _("Plan confirmed"),
        income.RoundAct.PAY: _("Dividends paid"),
        income.RoundAct.CANCEL: _("Round was cancelled"),
    },
    withdrawals.Act: {
        withdrawals.Act.REQUEST: _("Withdrawal requested"),
        withdrawals.Act.TAKE_BACK: _("Withdrawal taken back"),
        withdrawals.Act.CHECK: _("Checked by the first officer"),
        withdrawals.Act.CONFIRM: _("Confirmed by the second officer"),
        withdrawals.Act.EXECUTE: _("Withdrawal carried out"),
        withdrawals.Act.REFUSE: _("Withdrawal was refused"),
    },
    agencies.Act: {
        agencies.Act.BEGIN: _("Agency's application begun"),
        agencies.Act.SUBMIT: _("Agency's application handed in"),
        agencies.Act.SEND_BACK: _("Agency's application sent back"),
        agencies.Act.ADMIT: _("Agency admitted"),
        agencies.Act.REFUSE: _("Agency not admitted"),
        agencies.Act.SUSPEND: _("Agency suspended"),
        agencies.Act.RESTORE: _("Agency restored"),
        agencies.Act.REMOVE: _("Agency removed"),
    },
    commissions.QuoteAct: {
        commissions.QuoteAct.ASK: _("Agency was asked"),
        commissions.QuoteAct.OFFER: _("Agency gave its quote"),
        commissions.QuoteAct.DECLINE: _("Agency declined"),
        commissions.QuoteAct.CHOOSE: _("Quote was chosen"),
        commissions.QuoteAct.LEAVE: _("Quote was passed over"),
    },
    commissions.Act: {
        commissions.Act.REQUEST: _("Quotes were asked for"),
        commissions.Act.QUOTE: _("A quote came in"),
        commissions.Act.ENGAGE: _("Agency was engaged"),
        commissions.Act.DELIVER: _("Report was delivered"),
        commissions.Act.ACCEPT: _("Result was accepted"),
        commissions.Act.DISPUTE: _("Result was disputed"),
        commissions.Act.UPHOLD: _("Result was upheld"),
        commissions.Act.OVERTURN: _("Result was overturned"),
        commissions.Act.WITHDRAW: _("Commission was withdrawn"),
        commissions.Act.LAPSE: _("Commission lapsed"),
    },
    appraisals.Act: {
        appraisals.Act.DRAFT: _("Appraisal drafted"),
        appraisals.Act.CONCLUDE: _("Value concluded"),
        appraisals.Act.SEND_BACK: _("Sent back by the reviewer"),
        appraisals.Act.REVIEW: _("Reviewed within the agency"),
        appraisals.Act.SIGN: _("Appraisal signed"),
        appraisals.Act.ISSUE: _("Appraisal was issued"),
        appraisals.Act.SUPERSEDE: _("Superseded"),
        appraisals.Act.SET_ASIDE: _("Set aside"),
        appraisals.Act.WITHDRAW: _("Appraisal was withdrawn"),
    },
    jobs.Act: {
        jobs.Act.CLAIM: _("Work begun"),
        jobs.Act.TAKE_OVER: _("Work taken over"),
        jobs.Act.PROGRESS: _("Work moved on"),
        jobs.Act.RELEASE: _("Work given back"),
        jobs.Act.FINISH: _("Work was finished"),
        jobs.Act.FAIL: _("Work was given up"),
        jobs.Act.CANCEL: _("Work was stopped"),
    },
}

LABELS: Final = CHOICES | STAGES | ACTS
"""By class first: equal values of two classes are equal texts, and each has its own name."""

SENTENCES: Final[Mapping[deposits.Stage, LazyString]] = {
    deposits.Stage.DRAFT: _("Not submitted yet. Finish the application, then submit it."),
    deposits.Stage.SUBMITTED: _("Submitted. The township checks it next."),
    deposits.Stage.CHECKED: _("The township has checked it. Consent is confirmed next."),
    deposits.Stage.CONSENTED: _("Consent is on record. The public notice comes next."),
    deposits.Stage.ON_NOTICE: _(
        "On public notice. When it ends with no open objection, the land can be stored."
    ),
    deposits.Stage.CLEARED: _(
        "The notice is over. Once it is appraised, the county puts it in store."
    ),
    deposits.Stage.STORED: _("In the bank and in the catalogue. Investors can order it now."),
    deposits.Stage.RESERVED: _("An investor has reserved it. Review and collection come next."),
    deposits.Stage.PLEDGED: _("Frozen by a pledge. It is free again when the pledge is released."),
    deposits.Stage.COLLECTED: _("Collected for a project. Income comes as the contract says."),
    deposits.Stage.RETURNED: _("Returned to you. You can deposit it again at any time."),
    deposits.Stage.REFUSED: _("Refused. Read the reason; you can apply anew when it is mended."),
}


def label(member: StrEnum) -> LazyString:
    """The name of a choice, stage or act, put into the reader's language when it is shown."""
    return LABELS[type(member)][member]


def stage_sentence(stage: deposits.Stage) -> LazyString:
    """What a deposit's stage means, and what comes next for its owner."""
    return SENTENCES[stage]
