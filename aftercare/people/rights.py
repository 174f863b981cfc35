"""Every action a right can be given for, once. Which role may do what is data, installed from a handbook."""

from __future__ import annotations

from aftercare.texts import Text

ACTIONS: dict[str, Text] = {
    "customers.see": Text("查看客户", "See customers"),
    "customers.edit": Text("编辑客户", "Edit customers"),
    "customers.merge": Text("合并重复客户", "Merge duplicate customers"),
    "customers.reveal": Text("显示完整电话和地址", "Reveal phones and addresses"),
    "customers.erase": Text("删除客户个人信息", "Erase a customer's personal data"),
    "orders.see": Text("查看订单", "See orders"),
    "orders.edit": Text("编辑订单", "Edit orders"),
    "orders.price": Text("核定价格", "Set prices"),
    "orders.cancel": Text("取消订单", "Cancel orders"),
    "money.see": Text("查看账目", "See money"),
    "money.take": Text("收款付款", "Take and pay money"),
    "money.mend": Text("更正账目", "Mend money entries"),
    "cases.see": Text("查看工单", "See cases"),
    "cases.open": Text("开立工单", "Open cases"),
    "cases.act": Text("办理任务", "Work on tasks"),
    "cases.manage": Text("管理工单", "Manage cases"),
    "people.see": Text("查看人员", "See people"),
    "people.manage": Text("管理人员", "Manage people"),
    "settings.see": Text("查看设置", "See settings"),
    "settings.edit": Text("修改设置", "Change settings"),
    "handbook.see": Text("查看手册", "Read the handbook"),
    "handbook.load": Text("载入手册", "Load a handbook"),
    "handbook.dial": Text("调整条款力度", "Turn the dial of a clause"),
    "imports.run": Text("导入数据", "Run imports"),
    "exports.run": Text("导出数据", "Run exports"),
    "documents.print": Text("打印单据", "Print documents"),
    "documents.reissue": Text("补发单据", "Reissue documents"),
    "messages.send": Text("发送消息", "Send messages"),
    "audit.see": Text("查看操作记录", "See the audit trail"),
    "company.setup": Text("设置公司", "Set up the company"),
}

OWN, STORE, COMPANY = "own", "store", "company"
SCOPES: dict[str, Text] = {
    OWN: Text("仅本人", "own only"),
    STORE: Text("本门店", "own store"),
    COMPANY: Text("全公司", "whole company"),
}

# The one role of the product itself: somebody must be able to load the first handbook, which brings all others.
ADMINISTRATOR = "administrator"
ADMINISTRATOR_NAME = Text("系统管理员", "Administrator")
ADMINISTRATOR_MAY: tuple[str, ...] = (
    "people.see", "people.manage", "settings.see", "settings.edit", "handbook.see", "handbook.load", "handbook.dial",
    "imports.run", "exports.run", "audit.see", "company.setup",
)  # fmt: skip
