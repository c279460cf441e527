"""The names of choices in the reader's language: kinds, roles, purposes, results."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from flask_babel import LazyString, lazy_gettext as _

from bank.appraisals.checking import Standing
from bank.assets.tables import AssetKind, EvidenceKind, RightType
from bank.catalogue.browsing import Sort
from bank.deposits.tables import ConsentKind, ConstructionUse, Decision, StorageMode
from bank.files.tables import Visibility
from bank.imports.judging import Outcome
from bank.imports.tables import RowOutcome
from bank.land.bounds import Beyond, Side
from bank.land.checks import Effect, Layer, Result
from bank.land.files.exporting import Format
from bank.land.files.formats import Format as GivenFormat
from bank.land.files.matching import AreaUnit
from bank.land.tables import DivisionKind, Origin, ShapeReason
from bank.orders.tables import ReceiptPurpose
from bank.parties.tables import PartyKind, TokenScope
from bank.redlines.findings import Part
from bank.withdrawals.tables import Kind as WithdrawalKind
from bank.zones.conflicts import ZoneKind
from database.actor import Role
from ledger import model as ledger, receipt
from valuation.agencies.tables import AgencyKind, FeeBasis
from valuation.appraisals.recomputing import Part as Recomputing
from valuation.appraisals.tables import DivergenceStage, Reconciliation, SoleGround
from valuation.commissions.tables import Due, TieKind
from valuation.parameters.tables import ParameterKind

CHOICES: Final[dict[type[StrEnum], Mapping[StrEnum, LazyString]]] = {
    Standing: {
        Standing.IN_FORCE: _("It is in force"),
        Standing.ON_NOTICE: _("Its result is still on display"),
        Standing.EXPIRED: _("Its validity is over"),
        Standing.SUPERSEDED: _("A later report took its place"),
        Standing.SET_ASIDE: _("Set aside"),
        Standing.DISPUTED: _("Disputed"),
        Standing.UNDER_REVIEW: _("Under review"),
    },
    Recomputing: {
        Recomputing.VALUE: _("The value"),
        Recomputing.WORKING: _("The working"),
        Recomputing.INPUTS: _("The inputs"),
        Recomputing.REFUSED: _("The method refuses the inputs"),
        Recomputing.RECONCILIATION: _("The one value of all methods"),
    },
    Part: {
        Part.WHOLE: _("Whole"),
        Part.PARTIAL: _("In part"),
        Part.SLIVER: _("A sliver"),
    },
    RowOutcome: {
        RowOutcome.REFUSED: _("Row refused"),
        RowOutcome.REPAIRED: _("Row repaired"),
    },
    Outcome: {
        Outcome.TAKEN: _("would be taken"),
        Outcome.KNOWN: _("is known"),
        Outcome.REFUSED: _("would be refused"),
    },
    ParameterKind: {
        ParameterKind.RATE: _("Rates"),
        ParameterKind.COEFFICIENT: _("Coefficients"),
        ParameterKind.PRICE: _("Prices"),
        ParameterKind.COST: _("Costs"),
    },
    AreaUnit: {
        AreaUnit.SQUARE_METRE: _("square metres"),
        AreaUnit.MU: _("mu"),
        AreaUnit.HECTARE: _("hectares"),
    },
    AssetKind: {
        AssetKind.WOODLAND: _("Woodland"),
        AssetKind.HOUSE: _("Idle house"),
        AssetKind.CONSTRUCTION_LAND: _("Collective construction land"),
        AssetKind.WATER: _("Water"),
        AssetKind.FARMLAND: _("Farmland"),
        AssetKind.OLD_VILLAGE: _("Old village"),
    },
    RightType: {
        RightType.FOREST_CONTRACT: _("Right of contract over woodland"),
        RightType.FOREST_OPERATION: _("Right to operate woodland"),
        RightType.LAND_CONTRACT: _("Right of contract over farmland"),
        RightType.LAND_OPERATION: _("Right to operate farmland"),
        RightType.HOMESTEAD_USE: _("Right to use a homestead"),
        RightType.CONSTRUCTION_USE: _("Right to use collective construction land"),
        RightType.COLLECTIVE_OWNERSHIP: _("Collective ownership"),
        RightType.WATER_OPERATION: _("Right to operate water"),
    },
    EvidenceKind: {
        EvidenceKind.CERTIFICATE: _("Certificate of the right"),
        EvidenceKind.PHOTO: _("Photo of the place"),
        EvidenceKind.AGREEMENT: _("Written agreement"),
        EvidenceKind.MINUTES: _("Minutes of the meeting"),
        EvidenceKind.OTHER: _("Other document"),
    },
    StorageMode: {
        StorageMode.SHARE: _("Shares with dividends"),
        StorageMode.LEASE: _("Lease of the whole"),
        StorageMode.SWAP: _("Swap for equal value"),
    },
    ConstructionUse: {
        ConstructionUse.INDUSTRY: _("Industry"),
        ConstructionUse.COMMERCE: _("Commerce, tourism and leisure"),
        ConstructionUse.MIXED: _("Mixed or other use"),
        ConstructionUse.HOUSING: _("Rental housing"),
    },
    ConsentKind: {
        ConsentKind.HOUSEHOLD: _("Written agreement of the household"),
        ConsentKind.MEMBERS: _("Vote of the members' meeting"),
        ConsentKind.REPRESENTATIVES: _("Vote of the representatives"),
    },
    Decision: {
        Decision.OPEN: _("Waiting for a decision"),
        Decision.UPHELD: _("Objection upheld"),
        Decision.DISMISSED: _("Objection dismissed"),
    },
    TokenScope: {
        TokenScope.LAND_READ: _("Reading land"),
    },
    Format: {
        Format.GPKG: _("GeoPackage"),
        Format.GEOJSON: _("GeoJSON"),
        Format.SHP: _("Shapefile (zip)"),
        Format.XLSX: _("Spreadsheet (XLSX)"),
    },
    PartyKind: {
        PartyKind.PERSON: _("Person"),
        PartyKind.HOUSEHOLD: _("Household"),
        PartyKind.COLLECTIVE: _("Village collective"),
        PartyKind.COMPANY: _("Company"),
    },
    Role: {
        Role.OWNER: _("Owner"),
        Role.COLLECTIVE: _("Acting for a village collective"),
        Role.INVESTOR: _("Investor"),
        Role.APPRAISER: _("Appraiser"),
        Role.TOWNSHIP: _("Township officer"),
        Role.COUNTY: _("County officer"),
        Role.AUDITOR: _("Auditor"),
        Role.ADMINISTRATOR: _("Administrator"),
    },
    ReceiptPurpose: {
        ReceiptPurpose.ESCROW: _("Money held for an order"),
        ReceiptPurpose.REVENUE: _("Revenue of a project"),
        ReceiptPurpose.RENT: _("Rent"),
        ReceiptPurpose.ACCOUNT: _("Paid into one's own account"),
    },
    WithdrawalKind: {
        WithdrawalKind.COLLECTION: _("Collection for a project"),
        WithdrawalKind.RETURN: _("Return to the owner"),
        WithdrawalKind.PAYOUT: _("Payout of money"),
        WithdrawalKind.REFUND: _("Refund to the investor"),
    },
    TieKind: {
        TieKind.OWNS: _("Owns the party, or a part of it"),
        TieKind.OWNED: _("Belongs to the party"),
        TieKind.EMPLOYS: _("Employs or is employed"),
        TieKind.KIN: _("Kin of somebody there"),
        TieKind.OWES: _("Owes or is owed"),
        TieKind.OTHER: _("Another tie"),
    },
    Due: {
        Due.QUOTE: _("Give a quote"),
        Due.CHOICE: _("Choose an agency"),
        Due.DELIVERY: _("Deliver the work"),
        Due.ANSWER: _("Accept or dispute the result"),
        Due.OVERDUE: _("The work is overdue"),
    },
    AgencyKind: {
        AgencyKind.APPRAISAL: _("Appraisal agency"),
        AgencyKind.PLANNING: _("Planning agency"),
        AgencyKind.FINANCE: _("Financial institution"),
    },
    FeeBasis: {
        FeeBasis.FIXED: _("A price for the work"),
        FeeBasis.PER_MU: _("A price a mu"),
        FeeBasis.SHARE: _("A share of the value"),
    },
    Layer: {
        Layer.COUNTY: _("County boundary"),
        Layer.PARCELS: _("Other registered parcels"),
        Layer.PERMANENT_BASIC_FARMLAND: _("Permanent basic farmland"),
        Layer.ECOLOGICAL_RED_LINE: _("Ecological protection red line"),
        Layer.URBAN_BOUNDARY: _("Urban development boundary"),
    },
    ZoneKind: {
        ZoneKind.PERMANENT_BASIC_FARMLAND: _("Permanent basic farmland"),
        ZoneKind.ECOLOGICAL_RED_LINE: _("Ecological protection red line"),
        ZoneKind.URBAN_BOUNDARY: _("Urban development boundary"),
    },
    Effect: {
        Effect.FORBID: _("Forbidden"),
        Effect.WARN: _("Needs a look"),
        Effect.NONE: _("Nothing against it"),
    },
    Result: {
        Result.CLEAR: _("No conflict found"),
        Result.CONFLICT: _("In conflict"),
        Result.NOT_CHECKED: _("Not checked yet"),
    },
    GivenFormat: {
        GivenFormat.GEOPACKAGE: _("GeoPackage"),
        GivenFormat.SHAPEFILE: _("Shapefile"),
        GivenFormat.GEOJSON: _("GeoJSON"),
        GivenFormat.KML: _("KML"),
        GivenFormat.DXF: _("DXF drawing"),
        GivenFormat.XLSX: _("Excel workbook"),
        GivenFormat.CSV: _("CSV table"),
    },
    Origin: {
        Origin.DRAWN: _("Drawn on the map"),
        Origin.TYPED: _("Corners typed in"),
        Origin.IMPORTED: _("Imported from a file"),
        Origin.GENERATED: _("Made up for the demonstration"),
    },
    ShapeReason: {
        ShapeReason.REGISTERED: _("Registered"),
        ShapeReason.CORRECTED: _("Outline corrected"),
        ShapeReason.RESURVEYED: _("Surveyed anew"),
        ShapeReason.CLIPPED: _("Cut: a part of it was collected"),
    },
    Side: {
        Side.EAST: _("To the east"),
        Side.SOUTH: _("To the south"),
        Side.WEST: _("To the west"),
        Side.NORTH: _("To the north"),
    },
    Beyond: {
        Beyond.PARCEL: _("Another parcel"),
        Beyond.DIVISION: _("Boundary of a village or town"),
        Beyond.COUNTY_EDGE: _("The county's boundary"),
        Beyond.UNKNOWN: _("Land that is not registered"),
    },
    DivisionKind: {
        DivisionKind.COUNTY: _("County"),
        DivisionKind.TOWN: _("Township"),
        DivisionKind.VILLAGE: _("Village"),
    },
    Visibility: {
        Visibility.PRIVATE: _("Only you and those you act for"),
        Visibility.OFFICE: _("You and the officers"),
        Visibility.PUBLIC: _("Everyone"),
    },
    Sort: {
        Sort.NEWEST: _("Newest first"),
        Sort.AREA_UP: _("Smallest first"),
        Sort.AREA_DOWN: _("Largest first"),
        Sort.PRICE_UP: _("Lowest value first"),
        Sort.PRICE_DOWN: _("Highest value first"),
    },
    DivergenceStage: {
        DivergenceStage.OPEN: _("To be settled"),
        DivergenceStage.SETTLED: _("Settled"),
    },
    Reconciliation: {
        Reconciliation.SINGLE: _("The value by one method"),
        Reconciliation.MEAN: _("Mean"),
        Reconciliation.WEIGHTED: _("Weighted mean"),
        Reconciliation.MEDIAN: _("Median"),
        Reconciliation.MODE: _("Most frequent value"),
    },
    SoleGround: {
        SoleGround.LAW: _("A law or regulation says that one method may be used"),
        SoleGround.ONLY_APPLICABLE: _("Only this method is applicable to the asset"),
        SoleGround.CONDITIONS: _("Working conditions leave no other method to anyone in the trade"),
    },
    ledger.Act: {
        ledger.Act.POST: _("Posted"),
        ledger.Act.HOLD: _("Put on hold"),
        ledger.Act.SETTLE: _("Settled from a hold"),
        ledger.Act.VOID: _("Hold let go"),
        ledger.Act.EXPIRE: _("Hold ran out"),
        ledger.Act.OPEN_UNIT: _("Unit of the ledger opened"),
        ledger.Act.OPEN_ACCOUNT: _("Account of the ledger opened"),
        ledger.Act.FREEZE: _("Account frozen: nothing goes out"),
        ledger.Act.THAW: _("Account free again"),
        ledger.Act.CLOSE: _("Account closed for good"),
    },
    ledger.Standing: {
        ledger.Standing.OPEN: _("In use"),
        ledger.Standing.FROZEN: _("Frozen, nothing goes out"),
        ledger.Standing.CLOSED: _("Closed for good"),
    },
    receipt.Step: {
        receipt.Step.CONTENTS: _("The contents are those of the entry"),
        receipt.Step.SIZE: _("The path is meant for this checkpoint"),
        receipt.Step.INCLUSION: _("The path leads from the entry to the signed root"),
        receipt.Step.ORIGIN: _("Both checkpoints are of one log"),
        receipt.Step.CONSISTENCY: _("The newer log continues the older one"),
        receipt.Step.OLD_SIGNATURE: _("The older checkpoint is signed by the bank"),
        receipt.Step.SIGNATURE: _("The checkpoint is signed by the bank"),
    },
}
