"""Writes the sample order book."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from aftercare import clock
from aftercare.errors import Refused

NAME = "sample-orderbook"
HELP = "write an invented order book with the faults people make (xlsx, csv, and a list of the faults)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=1, help="the same seed writes the same files")
    parser.add_argument("--orders", type=int, default=520, help="orders in the order book, 60 to 5000")
    parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD the orders lead up to (default: today)")
    parser.add_argument("--out", type=Path, required=True, help="folder the files go to")


def run(arguments: argparse.Namespace) -> int:
    from aftercare.simulation.orderbook import order_book
    from aftercare.simulation.workbooks import files

    if not 60 <= arguments.orders <= 5000:
        raise Refused.because("sample.orders", "订单数应在 60 到 5000 之间。", "Orders must be between 60 and 5000.")
    today = arguments.today or clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    made, manifest = files(order_book(arguments.seed, today, arguments.orders), arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (arguments.out / name).write_bytes(data)
    manifest["today"] = today.isoformat()
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (arguments.out / "manifest.json").write_text(text + "\n", encoding="utf-8")
    for name, data in made.items():
        print(f"{name}  {len(data) // 1024} kB")
    return 0
