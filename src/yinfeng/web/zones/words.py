"""How actions and kinds of things are named to people, on refusals, the page of rights and the trail."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from yinfeng.core.text import Text
from yinfeng.tables.schema import LEDGER_LABEL

KIND_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        **{ledger: LEDGER_LABEL[ledger] for ledger in LEDGER_LABEL},
        "files": Text("文件", "Files"),
        "leads": Text("线索", "Leads"),
        "deals": Text("撮合", "Brokered deals"),
        "visits": Text("走访", "Visits"),
        "runs": Text("落位方案", "Placement runs"),
        "imports": Text("导入", "Imports"),
        "audit": Text("审计记录", "Audit trail"),
        "users": Text("用户与权限", "Users and rights"),
        "settings": Text("系统设置", "Settings"),
        "views": Text("保存的视图", "Saved views"),
        "merges": Text("企业合并", "Merges of firms"),
        "shares": Text("分享链接", "Share links"),
    }
)

ACTION_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        # what the policy decides on
        "view": Text("查看", "View"),
        "add": Text("新增", "Add"),
        "change": Text("修改", "Change"),
        "delete": Text("删除", "Delete"),
        "import": Text("导入", "Import"),
        "export": Text("导出", "Export"),
        "export_all": Text("全部导出", "Export all"),
        "release": Text("公开发布", "Release to the public"),
        "decide": Text("决定", "Decide"),
        "merge": Text("合并", "Merge"),
        "restore": Text("恢复、撤销", "Restore, undo"),
        "comment": Text("批注", "Comment"),
        # what else the trail tells of
        "undo": Text("撤销", "Undo"),
        "refused": Text("被拒绝", "Refused"),
        "login": Text("登录", "Login"),
        "login_failed": Text("登录失败", "Failed login"),
        "locked": Text("失败过多而锁定", "Locked after failures"),
        "logout": Text("退出", "Logout"),
        "timed_out": Text("超时退出", "Timed out"),
        "confirm_failed": Text("再次确认密码失败", "Failed confirmation"),
        "password_changed": Text("修改密码", "Password changed"),
        "password_reset": Text("重置密码", "Password reset"),
        "sessions_ended": Text("结束登录", "Sessions ended"),
        "deactivated": Text("停用", "Deactivated"),
        "activated": Text("启用", "Activated"),
        "granted": Text("授予角色", "Role granted"),
        "withdrawn": Text("收回角色", "Role withdrawn"),
        "accept": Text("采纳", "Accept"),
        "visit": Text("走访", "Visit"),
        "outcome": Text("登记走访结果", "Visit’s outcome"),
        "reserve": Text("预留", "Reserve"),
        "cancel": Text("取消", "Cancel"),
        "start": Text("开始", "Start"),
        "upload": Text("上传", "Upload"),
        "download": Text("下载", "Download"),
        "bulk": Text("批量修改", "Bulk change"),
        "answer": Text("方案完成", "Plan ready"),
        "follow": Text("跟进", "Followed"),
        "project": Text("立项", "Made a project"),
        "forget": Text("删去个人信息", "Personal data cleared"),
        "end": Text("提前结束", "Ended early"),
        "sign": Text("签约", "Signed"),
        "deal_to_ask": Text("待询产权人", "Owner to be asked"),
        "deal_asked": Text("已询产权人", "Owner asked"),
        "deal_terms": Text("谈条件", "Terms"),
        "deal_signed": Text("撮合签约", "Deal signed"),
        "deal_refused": Text("产权人不同意", "Owner refused"),
        "deal_withdrawn": Text("撮合撤回", "Deal withdrawn"),
    }
)


def kind_label(kind: str) -> Text:
    """Name a kind of thing."""
    return KIND_LABEL.get(kind, Text(kind, kind))


def action_label(action: str) -> Text:
    """Name an action."""
    return ACTION_LABEL.get(action, Text(action, action))
