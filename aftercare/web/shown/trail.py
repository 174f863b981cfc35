"""What the trace calls its deeds and things, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from aftercare.texts import Text

DEEDS: Mapping[str, Text] = {
    "people.sign_in": Text("登录", "Signed in"),
    "people.end_sessions": Text("退出所有登录", "Ended all sessions"),
    "people.password": Text("设置密码", "Set a password"),
    "people.invite": Text("发出首次登录链接", "Made a link to sign in"),
    "people.reset": Text("发出重设密码链接", "Made a link for a new password"),
    "people.add": Text("加入人员", "Entered a person"),
    "people.change": Text("修改人员", "Changed a person"),
    "people.roles": Text("修改角色", "Changed roles"),
    "people.leave": Text("登记休假", "Entered leave"),
    "people.leave_end": Text("结束休假", "Ended leave"),
    "people.leaver": Text("登记离职", "Entered a leaver"),
    "people.stand_in": Text("安排代班", "Arranged a stand-in"),
    "people.swap": Text("换班", "Swapped a shift"),
    "people.permissions": Text("装入权限", "Installed rights"),
    "token.create": Text("建立程序密钥", "Made a key for a program"),
    "token.revoke": Text("吊销程序密钥", "Revoked a key"),
    "company.setup": Text("设立公司", "Set up the company"),
    "company.change": Text("修改公司资料", "Changed the company"),
    "store.add": Text("增加门店", "Added a store"),
    "store.calendar": Text("修改营业时间", "Changed hours"),
    "store.closing_day": Text("登记停业日", "Entered a closing day"),
    "store.closing_day_removed": Text("取消停业日", "Took a closing day back"),
    "customers.create": Text("新建客户", "Entered customers"),
    "customers.change": Text("修改客户", "Changed a customer"),
    "customers.reveal": Text("查看完整信息", "Revealed what is masked"),
    "customers.mark": Text("标记客户", "Marked a customer"),
    "customers.merge": Text("合并客户", "Merged two entries"),
    "customers.merge_undo": Text("撤销合并", "Undid a merge"),
    "customers.phone_add": Text("增加电话", "Added a phone"),
    "customers.address_add": Text("增加地址", "Added an address"),
    "customers.relate": Text("建立关系", "Entered a relation"),
    "customers.unrelate": Text("取消关系", "Removed a relation"),
    "customers.erase": Text("删除个人信息", "Erased personal data"),
    "orders.create": Text("新建订单", "Entered orders"),
    "orders.change": Text("修改订单", "Changed an order"),
    "orders.cancel": Text("取消订单", "Cancelled an order"),
    "orders.product": Text("修改商品", "Changed a product"),
    "orders.price_list": Text("装入价格表", "Loaded a price list"),
    "money.payment": Text("收款", "Took a payment"),
    "money.payments": Text("导入收款", "Entered past payments"),
    "money.refund": Text("退款", "Gave money back"),
    "money.mend": Text("更正账目", "Mended an entry"),
    "documents.issue": Text("开具单据", "Issued a paper"),
    "documents.supersede": Text("重开单据", "Replaced a paper"),
    "documents.reissue": Text("补发单据", "Issued a lost copy again"),
    "documents.void": Text("作废单据", "Voided a paper"),
    "documents.unvoid": Text("恢复单据", "Made a paper valid again"),
    "documents.printer": Text("设置打印机", "Set up a printer"),
    "imports.start": Text("上传文件", "Uploaded a file"),
    "imports.apply": Text("开始导入", "Began an import"),
    "imports.done": Text("完成导入", "Finished an import"),
    "exports.register": Text("导出登记表", "Exported a register"),
    "exports.money": Text("导出账目", "Exported money"),
    "messages.release": Text("放行消息", "Released messages"),
    "handbook.load": Text("载入手册", "Loaded a handbook"),
    "setting.change": Text("修改手册数值", "Changed a figure of the handbook"),
    "dial.turn": Text("调整条款力度", "Turned a dial"),
}
# kind -> (route, what it is called)
THINGS: Mapping[str, tuple[str, Text]] = {
    "person": ("person", Text("人员", "Person")),
    "customer": ("customer", Text("客户", "Customer")),
    "order": ("order", Text("订单", "Order")),
    "case": ("case", Text("工单", "Case")),
    "document": ("paper", Text("单据", "Paper")),
    "import": ("import", Text("导入", "Import")),
    "product": ("product", Text("商品", "Product")),
    "printer": ("", Text("打印机", "Printer")),
    "store": ("", Text("门店", "Store")),
    "entry": ("", Text("账目", "Entry")),
    "price_list": ("", Text("价格表", "Price list")),
    "clause": ("", Text("条款", "Clause")),
    "handbook": ("", Text("手册", "Handbook")),
}


class Line:
    """One row of the trace."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.deed = DEEDS.get(row["action"], row["action"])
        self.refused = row["result"] != "done"
        route, self.thing = THINGS.get(row["kind"], ("", row["kind"]))
        self.url = reverse(route, args=[row["what"]]) if route and row["what"] else ""

    @property
    def data(self) -> str:
        """The rest of it as name=value, short."""
        return " ".join(f"{name}={_short(value)}" for name, value in self.row["data"].items())[:400]


def _short(value: Any) -> str:
    if isinstance(value, list | tuple):
        head = ",".join(_short(one) for one in value[:5])
        return f"[{head}{f',… {len(value)}' if len(value) > 5 else ''}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{_short(one)}" for name, one in value.items()) + "}"
    return str(value)
