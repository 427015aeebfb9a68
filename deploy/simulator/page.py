# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Amazon side for people: a page that shows what the simulator holds."""

from __future__ import annotations

from html import escape
from typing import Any

STYLE = """
body{font:14px/1.5 system-ui,sans-serif;margin:0;background:#f3f4f6;color:#1f2933}
header{background:#232f3e;color:#fff;padding:14px 28px;display:flex;gap:24px;
align-items:baseline}header h1{font-size:19px;margin:0}header span{color:#cbd2d9}
main{padding:20px 28px;display:grid;gap:20px}section{background:#fff;border-radius:8px;
padding:16px 20px;box-shadow:0 1px 3px #0002;overflow-x:auto}
h2{font-size:15px;margin:0 0 10px}
table{border-collapse:collapse;width:100%}th{text-align:left;color:#616e7c;font-weight:600}
th,td{padding:5px 10px 5px 0;border-bottom:1px solid #e4e7eb;vertical-align:top}
.ok{color:#0a7d38}.bad{color:#b42318}.wait{color:#9a6700}code{font-size:12px}
form{display:flex;gap:8px;flex-wrap:wrap;margin-top:12px}input,select,button{font:inherit;
padding:4px 8px;border:1px solid #cbd2d9;border-radius:5px}
button{background:#232f3e;color:#fff}
p.empty{color:#7b8794;margin:0}
"""
SCRIPT = """
setInterval(()=>{if(!document.querySelector('form:focus-within'))location.reload()},5000);
document.querySelector('#fault').onsubmit=async e=>{e.preventDefault();
const f=Object.fromEntries(new FormData(e.target));f.times=+f.times;
await fetch('/_admin/faults',{method:'POST',body:JSON.stringify(f)});location.reload()};
document.querySelector('#clear').onclick=async()=>{
await fetch('/_admin/faults',{method:'DELETE'});location.reload()};
"""


def render(state: dict[str, Any]) -> str:
    """Return the page.

    :param state: time, speed, sellers, listings, feeds, faults, journal, operations,
        kinds
    """
    parts = [
        _section("Listings", _listings(state["listings"])),
        _section("Feeds", _feeds(state["feeds"])),
        _section("Faults", _faults(state)),
        _section("Last requests", _journal(state["journal"])),
        _section("Sellers", _sellers(state["sellers"])),
    ]
    head = (
        f"<header><h1>Amazon simulator</h1><span>{escape(state['time'])}</span>"
        f"<span>speed &times;{state['speed']:g}</span></header>"
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f"<title>Amazon simulator</title><style>{STYLE}</style></head><body>{head}"
        f"<main>{''.join(parts)}</main><script>{SCRIPT}</script></body></html>"
    )


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _table(names: list[str], rows: list[list[str]], empty: str) -> str:
    if not rows:
        return f"<p class='empty'>{escape(empty)}</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _listings(listings: list[dict[str, Any]]) -> str:
    rows = [
        [
            f"<code>{escape(item['sku'])}</code>",
            escape(item["marketplace"]),
            escape(_value(item, "item_name")),
            escape(_value(item, "brand")),
            f"<code>{escape(item['asin'])}</code>",
            escape(_value(item, "externally_assigned_product_identifier")),
            escape(_value(item, "condition_type")),
            escape(", ".join(item["status"])),
        ]
        for item in listings
    ]
    names = [
        "SKU",
        "Shop",
        "Title",
        "Brand",
        "ASIN",
        "Identifier",
        "Condition",
        "Status",
    ]
    return _table(names, rows, "Nothing is listed yet.")


def _value(item: dict[str, Any], name: str) -> str:
    found = item["attributes"].get(name) or [{}]
    return str(found[0].get("value") or "")


def _feeds(feeds: list[dict[str, Any]]) -> str:
    classes = {"DONE": "ok", "FATAL": "bad", "CANCELLED": "bad"}
    rows = [
        [
            f"<code>{feed['feedId']}</code>",
            escape(feed["seller"]),
            escape(feed["feedType"]),
            escape(feed["createdTime"]),
            f"<span class='{classes.get(feed['processingStatus'], 'wait')}'>"
            f"{escape(feed['processingStatus'])}</span>",
            str(feed["messages"] or ""),
        ]
        for feed in feeds
    ]
    names = ["Feed", "Seller", "Type", "Created", "Status", "Messages"]
    return _table(names, rows, "No feed was submitted yet.")


def _faults(state: dict[str, Any]) -> str:
    rows = [
        [
            escape(fault["operation"]),
            escape(fault["kind"]),
            f"{fault['used']} of {fault['times']}",
            escape(fault["seller_id"] or "every seller"),
        ]
        for fault in state["faults"]
    ]
    table = _table(["Operation", "Fault", "Used", "Seller"], rows, "All goes well.")
    operations = "".join(f"<option>{escape(n)}</option>" for n in state["operations"])
    kinds = "".join(f"<option>{escape(n)}</option>" for n in state["kinds"])
    return (
        f"{table}<form id='fault'><select name='operation'>{operations}</select>"
        f"<select name='kind'>{kinds}</select>"
        "<input name='times' type='number' value='1' min='1' style='width:70px'>"
        "<button>Let it fail</button>"
        "<button type='button' id='clear'>Clear all</button>"
        "</form>"
    )


def _journal(entries: list[dict[str, Any]]) -> str:
    rows = [
        [
            escape(entry["time"]),
            escape(entry["operation"]),
            escape(f"{entry['method']} {entry['path']}"),
            _status(entry["status"]),
            escape(entry["fault"] or ""),
            f"{entry['request_bytes']} / {entry['response_bytes']}",
        ]
        for entry in reversed(entries)
    ]
    names = ["Time", "Operation", "Request", "Status", "Fault", "Bytes in / out"]
    return _table(names, rows, "No request came in yet.")


def _status(status: int | None) -> str:
    if status is None:
        return "<span class='bad'>no answer</span>"
    return f"<span class='{'ok' if status < 300 else 'bad'}'>{status}</span>"


def _sellers(sellers: list[dict[str, Any]]) -> str:
    rows = [
        [
            escape(s["name"]),
            f"<code>{escape(s['seller_id'])}</code>",
            escape(s["shops"]),
        ]
        for s in sellers
    ]
    return _table(["Name", "Merchant ID", "Sells in"], rows, "No sellers.")
