# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Amazon side for people: a page that shows what the simulator holds."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import Any

PAGE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
STATUS_CLASS = {"DONE": "ok", "FATAL": "bad", "CANCELLED": "bad"}
ORDER_CLASS = {"SHIPPED": "ok", "CANCELLED": "bad"}
SEVERITY_CLASS = {"ERROR": "bad", "WARNING": "wait"}


def render(state: dict[str, Any]) -> str:
    """Return the page.

    :param state: time, speed, sellers, listings, orders, feeds, reports, faults,
        journal, operations, kinds
    """
    return PAGE.substitute(
        time=escape(state["time"][:19].replace("T", " ")),
        speed=f"{state['speed']:g}",
        listings=_listings(state["listings"]),
        orders=_orders(state["orders"]),
        feeds=_feeds(state["feeds"]),
        reports=_reports(state["reports"]),
        faults=_faults(state["faults"]),
        operations=_options(state["operations"]),
        kinds=_options(state["kinds"]),
        journal=_journal(state["journal"]),
        sellers=_sellers(state["sellers"]),
    )


def _options(names: list[str]) -> str:
    every = {"*": "every operation"}
    return "".join(
        f"<option value='{escape(name)}'>{escape(every.get(name, name))}</option>"
        for name in names
    )


def _table(names: list[str], rows: list[list[str]], empty: str) -> str:
    if not rows:
        return f"<p class='empty'>{escape(empty)}</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _mark(text: str, kind: str) -> str:
    return f"<span class='{kind}'>{escape(text)}</span>"


def _listings(listings: list[dict[str, Any]]) -> str:
    rows = [
        [
            _code(item["sku"]),
            escape(item["marketplace"]),
            escape(_value(item, "item_name")),
            escape(_value(item, "brand")),
            _code(item["asin"]),
            _code(_value(item, "externally_assigned_product_identifier")),
            escape(_value(item, "condition_type").replace("_", " ")),
            _badges(item),
        ]
        for item in listings
    ]
    names = ["SKU", "Shop", "Title", "Brand", "ASIN", "Identifier", "Condition"]
    return _table([*names, "Status"], rows, "Nothing is listed yet.")


def _value(item: dict[str, Any], name: str) -> str:
    found = item["attributes"].get(name) or [{}]
    return str(found[0].get("value") or "")


def _badges(item: dict[str, Any]) -> str:
    buyable = "BUYABLE" in item["status"]
    status = _mark("buyable" if buyable else "shown only", "ok" if buyable else "wait")
    issues = [
        _mark(issue["message"], SEVERITY_CLASS.get(issue["severity"], ""))
        for issue in item["issues"]
    ]
    return "<br>".join([status, *issues])


def _orders(orders: list[dict[str, Any]]) -> str:
    rows = [
        [
            _code(order["order_id"]),
            escape(order["seller"]),
            escape(order["marketplace"]),
            _moment(order["created_time"]),
            _mark(order["status"], ORDER_CLASS.get(order["status"], "wait")),
            escape(order["fulfilled_by"]),
            escape(order["seller_order_id"] or ""),
            "<br>".join(
                f"{item['quantity']} × {_code(item['sku'])}" for item in order["items"]
            ),
        ]
        for order in orders
    ]
    names = ["Order", "Seller", "Shop", "Created", "Status", "Ships", "Own number"]
    return _table([*names, "Items"], rows, "Nobody has ordered yet.")


def _feeds(feeds: list[dict[str, Any]]) -> str:
    rows = [
        [
            _code(feed["feedId"]),
            escape(feed["seller"]),
            escape(feed["feedType"]),
            _moment(feed["createdTime"]),
            _status(feed["processingStatus"]),
            str(feed["messages"] or ""),
            _mark(str(feed["refused"]), "bad") if feed.get("refused") else "",
            _report_link(feed),
        ]
        for feed in feeds
    ]
    names = ["Feed", "Seller", "Type", "Created", "Status", "Messages", "Refused"]
    return _table([*names, "Report"], rows, "No feed was submitted yet.")


def _status(status: str) -> str:
    return _mark(status, STATUS_CLASS.get(status, "wait"))


def _reports(reports: list[dict[str, Any]]) -> str:
    rows = [
        [
            _code(report["reportId"]),
            escape(report["seller"]),
            escape(report["reportType"]),
            _moment(report["dataStartTime"]),
            _moment(report["dataEndTime"]),
            _moment(report["createdTime"]),
            _status(report["processingStatus"]),
            _code(report.get("reportScheduleId") or ""),
        ]
        for report in reports
    ]
    names = ["Report", "Seller", "Type", "From", "Until", "Created", "Status"]
    return _table([*names, "Schedule"], rows, "No report was made yet.")


def _report_link(feed: dict[str, Any]) -> str:
    if not feed.get("resultFeedDocumentId"):
        return ""
    return f"<a href='/_admin/feeds/{escape(feed['feedId'])}/report'>show</a>"


def _faults(faults: list[dict[str, Any]]) -> str:
    rows = [
        [
            escape(fault["operation"]),
            escape(fault["kind"]),
            f"{fault['used']} of {fault['times']}",
            escape(fault["seller_id"] or "every seller"),
            f"<button data-fault='{fault['fault_id']}'>Clear</button>",
        ]
        for fault in faults
    ]
    names = ["Operation", "Fault", "Used", "Seller", ""]
    return _table(names, rows, "All goes well.")


def _journal(entries: list[dict[str, Any]]) -> str:
    rows = [
        [
            _moment(entry["time"]),
            escape(entry["operation"]),
            f"<code class='long'>{entry['method']} {escape(entry['path'])}</code>",
            _answer(entry["status"]),
            escape(entry["fault"] or ""),
            _mark(f"{entry['request_bytes']} / {entry['response_bytes']}", "bytes"),
            escape(entry["summary"]),
        ]
        for entry in entries
    ]
    names = ["Time", "Operation", "Request", "Status", "Fault", "Bytes", "Summary"]
    return _table(names, rows, "No request came in yet.")


def _moment(text: str) -> str:
    return f"<time>{escape(text[:19].replace('T', ' '))}</time>"


def _answer(status: int | None) -> str:
    if status is None:
        return _mark("no answer", "bad")
    return _mark(str(status), "ok" if status < 300 else "bad")


def _sellers(sellers: list[dict[str, Any]]) -> str:
    rows = [
        [
            escape(s["name"]),
            _code(s["seller_id"]),
            escape(s["shops"]),
            escape(s["roles"]),
        ]
        for s in sellers
    ]
    names = ["Name", "Merchant ID", "Sells in", "Roles of the app"]
    return _table(names, rows, "No sellers.")
