"""The standing words of an appraisal report, in Chinese as agencies write them."""

from collections.abc import Mapping
from typing import Final

from bank.assets.tables import AssetKind, RightType
from bank.deposits.tables import StorageMode
from bank.land.bounds import Beyond, Side
from valuation.appraisals.tables import Reconciliation, SoleGround

KINDS: Final[Mapping[AssetKind, str]] = {
    AssetKind.WOODLAND: "林地",
    AssetKind.HOUSE: "闲置农房",
    AssetKind.CONSTRUCTION_LAND: "集体建设用地",
    AssetKind.WATER: "水域",
    AssetKind.FARMLAND: "农田",
    AssetKind.OLD_VILLAGE: "旧村落",
}
RIGHTS: Final[Mapping[RightType, str]] = {
    RightType.FOREST_CONTRACT: "林地承包经营权",
    RightType.FOREST_OPERATION: "林地经营权",
    RightType.LAND_CONTRACT: "土地承包经营权",
    RightType.LAND_OPERATION: "土地经营权",
    RightType.HOMESTEAD_USE: "宅基地使用权",
    RightType.CONSTRUCTION_USE: "集体建设用地使用权",
    RightType.COLLECTIVE_OWNERSHIP: "集体所有权",
    RightType.WATER_OPERATION: "水域经营权",
}
PURPOSES: Final[Mapping[StorageMode, str]] = {
    StorageMode.SHARE: "作价入股",
    StorageMode.LEASE: "整体租赁",
    StorageMode.SWAP: "等值置换",
}
SIDES: Final[Mapping[Side, str]] = {
    Side.EAST: "东至",
    Side.SOUTH: "南至",
    Side.WEST: "西至",
    Side.NORTH: "北至",
}
BEYOND: Final[Mapping[Beyond, str]] = {
    Beyond.PARCEL: "相邻宗地",
    Beyond.DIVISION: "村（镇）界",
    Beyond.COUNTY_EDGE: "县界",
    Beyond.UNKNOWN: "未登记土地",
}
RECONCILIATIONS: Final[Mapping[Reconciliation, str]] = {
    Reconciliation.SINGLE: "以所采用方法的评估结果为评估结论",
    Reconciliation.MEAN: "取各方法评估结果的算术平均值",
    Reconciliation.WEIGHTED: "取各方法评估结果的加权平均值",
    Reconciliation.MEDIAN: "取各方法评估结果的中位数",
    Reconciliation.MODE: "取各方法评估结果的众数",
}
GROUNDS: Final[Mapping[SoleGround, str]] = {
    SoleGround.LAW: "法律、行政法规规定可以采用一种评估方法。",
    SoleGround.ONLY_APPLICABLE: "评估对象仅满足一种评估方法的适用条件。",
    SoleGround.CONDITIONS: "因操作条件限制，只能采用一种评估方法。",
}

VALUE_TYPE: Final = "市场价值"
VALUE_TYPE_MEANING: Final = (
    "市场价值是指自愿买方和自愿卖方在各自理性行事且未受任何强迫的情况下，评估对象在评估基准日进行正常"
    "公平交易的价值估计数额。"
)
LAWS: Final = ("AAL", "CC", "LAL", "LAR", "RCEO", "ZJC")
"""Laws that every report rests on, by their abbreviations in the rulebook."""
LAWS_OF: Final[Mapping[AssetKind, tuple[str, ...]]] = {
    AssetKind.WOODLAND: ("FL", "RLC"),
    AssetKind.FARMLAND: ("RLC",),
    AssetKind.WATER: ("RLC",),
}
STANDARDS: Final = (
    "《资产评估基本准则》",
    "《资产评估执业准则——资产评估报告》",
    "《资产评估执业准则——资产评估方法》",
)
DECLARATION: Final = (
    "本资产评估报告依据资产评估基本准则、资产评估执业准则和职业道德准则编制。",
    "委托人或者其他评估报告使用人应当按照法律、行政法规规定和本报告载明的使用范围使用本报告；违反上述规定"
    "使用的，评估机构及其评估专业人员不承担责任。",
    "本报告仅供委托人、产权持有人、评估委托合同约定的其他使用人和法律、行政法规规定的使用人使用；除此之外，"
    "其他任何机构和个人不能成为本报告的使用人。",
    "使用人应当正确理解评估结论。评估结论不等同于评估对象可实现价格，不应当被认为是对评估对象可实现价格的"
    "保证。",
    "评估机构及其评估专业人员坚持独立、客观和公正的原则，遵守法律、行政法规和资产评估准则，并对所出具的报告"
    "依法承担责任。",
    "签字评估专业人员与评估对象、委托人和产权持有人没有现存或者预期的利益关系，对其不存在偏见。",
)
PROCEDURE: Final = (
    "接受委托：明确评估目的、评估对象和范围、评估基准日，经利益冲突核查后与委托人订立评估委托合同。",
    "现场调查与收集资料：核对权属证明、四至和面积，查看评估对象的现状和利用情况。",
    "评定估算：选择评估方法和参数，由系统按所列公式计算并保存每一步的数据。",
    "内部审核：由未参与起草的同事复核，两名评估专业人员分别签名后出具报告。",
)
ASSUMPTIONS: Final = (
    "交易假设：假定评估对象处于交易过程中，评估专业人员根据其交易条件模拟市场进行估价。",
    "公开市场假设：假定评估对象在充分竞争的市场上自愿、公平地交易。",
    "持续使用假设：假定评估对象在剩余权利期限内按现状用途持续、合法使用。",
    "委托人和产权持有人提供的资料真实、合法、完整，权属清楚，除本报告披露者外无抵押、查封等权利限制。",
    "国家和地方的法律、政策及社会经济环境在有效期内不发生重大不利变化，不考虑不可抗力的影响。",
)
LIMITS: Final = (
    "本报告只能用于载明的评估目的和用途，由载明的使用人使用。",
    "评估结论在有效期内使用；超过有效期，或者评估对象的面积、权属、用途发生变化的，应当重新评估。",
    "未经委托人和产权持有人同意，不得将本报告的内容向第三方提供或者公开，法律、行政法规另有规定的除外。",
    "本报告的文件摘要（SHA-256）已记入银行公开账本。以核验页面显示的状态和文件摘要为准，文件内容有任何改动"
    "即不能通过核验。",
)
NO_REMARKS: Final = "评估对象的评估参数和计算过程随本报告保存，任何时候可以依所存参数重新计算核对。"
