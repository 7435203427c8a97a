"""Packs for the tests: one a zone would hand out, and ways to make it harder."""

from datetime import date

from yinfeng.bulletins.pack import Fact, FactGroup, Pack, PackedPlace
from yinfeng.core.text import Text

PLOT = (((112.4301, 39.3302), (112.4339, 39.3306), (112.4335, 39.3281), (112.4299, 39.3279)),)
ZONE = (((112.40, 39.31), (112.47, 39.312), (112.475, 39.35), (112.42, 39.355), (112.398, 39.34)),)

HALL = PackedPlace(
    id="B4",
    name="神电园区闲置硅酸钙板厂房",
    zone_name="神池经济技术开发区",
    kind=Text("厂房", "Building"),
    fit=Text(
        "面积、净高和行车都合适，电力差 500 kVA。", "Area, height and crane fit; power is 500 kVA short."
    ),
    groups=(
        FactGroup(
            Text("场地", "The place"),
            (
                Fact(Text("建筑面积", "Floor area"), Text("12,000 ㎡（18.0 亩）", "12,000 m² (18.0 mu)")),
                Fact(Text("规划用途", "Planned use"), Text("工业用地", "industrial land")),
                Fact(Text("净高", "Clear height"), "10.5 m"),
                Fact(Text("行车起重量", "Crane"), "10 t"),
                Fact(Text("地面荷载", "Floor load"), None),
                Fact(Text("火灾危险性类别", "Fire hazard class"), Text("丁类", "class D")),
            ),
        ),
        FactGroup(
            Text("公用配套", "Utilities"),
            (
                Fact(Text("可用电力", "Power"), "2,500 kVA", Text("差 500 kVA", "500 kVA short")),
                Fact(Text("可供水量", "Water"), Text("300 吨/天", "300 t/day")),
                Fact(Text("可供蒸汽", "Steam"), Text("4 吨/时", "4 t/h"), is_synthetic=True),
                Fact(Text("铁路专用线", "Rail siding"), Text("无", "no")),
            ),
        ),
    ),
    reasons=(
        Text("建筑面积 12,000 ㎡，需要 8,000–12,000 ㎡", "Floor area 12,000 m²; 8,000–12,000 m² needed"),
        Text("净高 10.5 m，高于所需的 8 m", "Clear height 10.5 m, above the 8 m needed"),
        Text("行车 10 t，满足需要", "A crane of 10 t, as needed"),
        Text("现有硅酸钙板生产线两条，可直接利用", "Two calcium silicate board lines stand ready for use"),
    ),
    shortfalls=(
        Text(
            "可用电力 2,500 kVA，需要 3,000 kVA，差 500 kVA",
            "Power 2,500 kVA, 3,000 kVA needed: 500 kVA short",
        ),
    ),
    terms=(
        Fact(Text("租金", "Rent"), Text("8 元/㎡·月", "8 yuan per m² and month")),
        Fact(Text("可交付日期", "Available from"), "2024-03-01"),
    ),
    verified_on=date(2024, 1, 15),
    leading_industries=(Text("新型建材", "new building materials"), Text("新能源", "new energy")),
    chain_neighbours=("神池县某粉煤灰综合利用公司", "朔州某电力公司"),
    is_synthetic=False,
    outline=PLOT,
    point=None,
)

PARCEL = PackedPlace(
    id="L2",
    name="东区二号地块",
    zone_name="神池经济技术开发区",
    kind=Text("地块", "Land parcel"),
    fit=Text("各项条件都满足。", "Every requirement is met."),
    groups=(
        FactGroup(
            Text("场地", "The place"),
            (
                Fact(Text("土地面积", "Land area"), Text("33,400 ㎡（50.1 亩）", "33,400 m² (50.1 mu)")),
                Fact(Text("规划用途", "Planned use"), Text("工业用地", "industrial land")),
            ),
        ),
        FactGroup(
            Text("公用配套", "Utilities"),
            (
                Fact(Text("可用电力", "Power"), "5,000 kVA"),
                Fact(Text("铁路专用线", "Rail siding"), Text("有", "yes")),
            ),
        ),
    ),
    reasons=(Text("土地面积 50.1 亩，需要 30–60 亩", "Land 50.1 mu; 30–60 mu needed"),),
    shortfalls=(),
    terms=(Fact(Text("地价", "Land price"), Text("15 万元/亩", "150,000 yuan per mu")),),
    verified_on=None,
    leading_industries=(Text("新型建材", "new building materials"),),
    chain_neighbours=(),
    is_synthetic=True,
    outline=None,
    point=(112.452, 39.341),
)

PACK = Pack(
    title=Text("新型墙材项目选址应答书", "Site response: new wall materials"),
    zone=Text("神池经济技术开发区管理委员会", "Shenchi Economic and Technological Development Zone"),
    made_on=date(2024, 3, 5),
    answers=Text("新型墙材项目投资方", "the investor in new wall materials"),
    need=(
        Fact(Text("行业", "Industry"), Text("C3024 轻质建筑材料制造", "C3024 light building materials")),
        Fact(Text("面积", "Area"), Text("8,000–12,000 ㎡", "8,000–12,000 m²")),
        Fact(Text("净高", "Clear height"), Text("不低于 8 m", "at least 8 m")),
        Fact(Text("电力", "Power"), "3,000 kVA"),
        Fact(Text("行车", "Crane"), "10 t"),
        Fact(Text("投产时间", "Start of production"), "2024-10"),
    ),
    places=(HALL, PARCEL),
    zone_outlines=(ZONE,),
    contact=(
        Text("招商服务中心", "Investment service centre"),
        "0350-0000000",
        "invest@zone.example",
    ),
    reference="YF-2024-0007",
    share_address="https://zone.example/s/Zx8Qm2w9Rk4T7bLpA1cVdg",
    share_expires_on=date(2024, 6, 5),
    seal=Text("审计链首 {head}", "Audit head {head}").format(head="3f9a" * 16),
)
