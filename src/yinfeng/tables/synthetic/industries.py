"""Industries of made-up zones: classes of GB/T 4754-2017 with what they make and how."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Industry:
    """One class and what its projects are like."""

    code: str
    weight: float
    """Share of projects, up to a factor."""
    fire_classes: tuple[str, ...]
    """Fire hazard classes of production, each as likely."""
    products: tuple[str, ...]
    processes: tuple[str, ...]


INDUSTRIES: Final = (
    Industry("C1371", 2, ("bing", "ding"), ("脱水蔬菜", "蔬菜罐头"), ("清洗", "烘干")),
    Industry("C1432", 3, ("bing", "ding"), ("速冻食品", "速冻面米"), ("成型", "速冻")),
    Industry("C2110", 2, ("bing",), ("木质家具",), ("切割", "涂装")),
    Industry("C2614", 3, ("jia", "yi"), ("有机化学原料",), ("合成", "精馏")),
    Industry("C2641", 2, ("jia", "bing"), ("工业涂料",), ("混配", "研磨")),
    Industry("C2720", 3, ("bing", "ding"), ("化学药品制剂",), ("制粒", "压片")),
    Industry("C2922", 3, ("bing",), ("塑料管材", "塑料型材"), ("挤出", "切割")),
    Industry("C3024", 5, ("ding", "wu"), ("硅酸钙板", "石膏装饰板"), ("制浆", "成坯", "蒸养")),
    Industry("C3031", 4, ("wu",), ("建筑砌块", "烧结砖"), ("成坯", "蒸养")),
    Industry("C3130", 3, ("ding",), ("冷轧钢带", "不锈钢板材"), ("轧制", "退火")),
    Industry("C3252", 3, ("ding",), ("铝型材", "铝板带"), ("挤出", "退火")),
    Industry("C3311", 6, ("ding", "wu"), ("钢结构件", "钢制门窗"), ("切割", "焊接", "涂装")),
    Industry("C3360", 2, ("ding", "bing"), ("金属表面处理件",), ("电镀", "热处理")),
    Industry("C3484", 7, ("ding", "wu"), ("机械零部件", "法兰锻件"), ("锻造", "机加工")),
    Industry("C3511", 5, ("ding",), ("煤矿机械", "液压支架"), ("机加工", "焊接")),
    Industry("C3525", 3, ("ding", "wu"), ("冲压模具", "注塑模具"), ("机加工", "热处理")),
    Industry("C3670", 6, ("ding", "wu"), ("汽车零部件", "汽车座椅"), ("冲压", "焊接")),
    Industry("C3825", 5, ("ding",), ("光伏组件", "光伏支架"), ("层压", "装配")),
    Industry("C3831", 3, ("bing", "ding"), ("电线电缆",), ("拉丝", "挤出")),
    Industry("C3841", 4, ("bing", "yi"), ("锂离子电池",), ("涂布", "装配")),
    Industry("C3911", 3, ("ding",), ("服务器整机",), ("贴片", "装配")),
    Industry("C3982", 4, ("bing", "ding"), ("印制电路板",), ("电镀", "贴片")),
    Industry("C4220", 2, ("bing", "wu"), ("再生塑料颗粒",), ("破碎", "造粒")),
    Industry("G5920", 2, ("bing",), ("通用仓储服务",), ("仓储",)),
    Industry("I6550", 2, ("ding", "wu"), ("数据存储服务",), ("装配",)),
    Industry("M7320", 2, ("ding", "wu"), ("工程试验服务",), ("机加工",)),
)

DIVISIONS: Final = tuple(sorted({industry.code[:3] for industry in INDUSTRIES}))

BY_PRODUCTS: Final = {"D4411": ("粉煤灰", "脱硫石膏"), "B0610": ("煤矸石",), "C3130": ("钢渣",)}
"""What firms of a class have on offer beside their products."""
