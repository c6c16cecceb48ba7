#!/usr/bin/env python3
"""Checks an import of the real wholesaler's file against a computation of its own.

Reads the file and the import's report with nothing but Python's standard library, works out by the data set's own
conventions what every SKU must have done in every warehouse, and compares that with what a running server says:

- every row of the file is either posted or in the report, none is in both, and the server has as many movements;
- per SKU and warehouse the issues, returns and adjustments add up to the same;
- opening stock is the least with which no stock goes below zero, row by row;
- the stock on hand is opening stock plus all of that.

The server must have imported this file once and nothing else. Exits with 1 and names the first difference.

    acopio import --profile examples/profiles/online-retail.toml --report report.csv online-retail.csv.gz
    python3 xtask/data/check_retail.py online-retail.csv.gz report.csv --server http://127.0.0.1:8080 --token TOKEN
"""

import argparse
import collections
import csv
import gzip
import io
import os
import sys
import urllib.request

WAREHOUSES = {"United Kingdom": "LON", "EIRE": "DUB", "Spain": "MAD", "Portugal": "MAD", "Italy": "MAD"}
ELSEWHERE = "ROT"
REPORT_COLUMNS = ["row", "column", "value", "reason"]
# What a text may begin with that a spreadsheet would take for a formula: our CSV puts an apostrophe before it.
FORMULA_STARTS = ("'=", "'+", "'-", "'@")


class Difference(Exception):
    """The first thing that is not as it must be."""


def main():
    arguments = parse_arguments()
    try:
        reported = read_report(arguments.report)
        expected = read_file(arguments.file, reported)
        seen = read_movements(arguments)
        compare(expected, seen)
        compare_stock(expected, read_stock(arguments))
    except Difference as difference:
        sys.exit(f"error: {difference}")
    rows = sum(len(changes) for changes in expected.values())
    openings = sum(1 for changes in expected.values() if least_opening(changes))
    print(f"{rows} rows posted, {len(reported)} in the report, {len(expected)} stocks, {openings} openings: all agree")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="online-retail.csv.gz, or the same unpacked")
    parser.add_argument("report", help="the report that the import has written")
    parser.add_argument("--server", default=os.environ.get("ACOPIO_SERVER", "http://127.0.0.1:8080"))
    parser.add_argument("--token", default=os.environ.get("ACOPIO_TOKEN", ""))
    return parser.parse_args()


def read_report(path):
    """The lines of the file that are not posted."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if rows.fieldnames != REPORT_COLUMNS:
            raise Difference(f"the report has the columns {rows.fieldnames}, not {REPORT_COLUMNS}")
        reported = set()
        for row in rows:
            if not row["reason"]:
                raise Difference(f"the report gives no reason for row {row['row']}")
            reported.add(int(row["row"]))
    return reported


def read_file(path, reported):
    """What each row that is posted must change: (SKU, warehouse) to a list of (kind, change), in the file's order."""
    opened = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    changes = collections.defaultdict(list)
    unknown = set(reported)
    with opened as file:
        rows = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
        line = 1  # the header's
        for row in rows:
            begins, line = line + 1, rows.line_num
            if begins in reported:
                unknown.discard(begins)
                continue
            key = (row["StockCode"].strip().upper(), WAREHOUSES.get(row["Country"], ELSEWHERE))
            changes[key].append(effect(row["InvoiceNo"], int(row["Quantity"])))
    if unknown:
        raise Difference(f"the report names row {min(unknown)}, which the file does not have")
    return changes


def effect(invoice, quantity):
    """Positive: goods leave. Negative on a cancellation: they come back. Any other negative: a write-off."""
    if quantity > 0:
        return "issue", -quantity
    if invoice.startswith("C"):
        return "return", -quantity
    return "adjustment", quantity


def least_opening(changes):
    """The least stock with which a history never goes below zero."""
    stock = lowest = 0
    for _, change in changes:
        stock += change
        lowest = min(lowest, stock)
    return -lowest


def get(arguments, path):
    """The rows of a CSV file of the server."""
    request = urllib.request.Request(arguments.server.rstrip("/") + path)
    request.add_header("Authorization", f"Bearer {arguments.token}")
    with urllib.request.urlopen(request) as answer:
        yield from csv.DictReader(io.TextIOWrapper(answer, encoding="utf-8-sig", newline=""))


def key_of(row):
    sku = row["sku"]
    return (sku[1:] if sku.startswith(FORMULA_STARTS) else sku), row["warehouse"]


def read_movements(arguments):
    """What the server has posted: (SKU, warehouse) to sums and counts by kind, openings as a kind of their own."""
    seen = collections.defaultdict(lambda: collections.defaultdict(lambda: [0, 0]))
    for row in get(arguments, "/v1/movements.csv"):
        kind, quantity = row["kind"], int(row["quantity"])
        if row["reason"] == "opening":
            kind = "opening"
        elif kind == "issue":
            quantity = -quantity
        total = seen[key_of(row)][kind]
        total[0] += quantity
        total[1] += 1
    return seen


def read_stock(arguments):
    return {key_of(row): int(row["on_hand"]) for row in get(arguments, "/v1/stock.csv")}


def compare(expected, seen):
    for key in sorted(expected.keys() | seen.keys()):
        wanted = collections.defaultdict(lambda: [0, 0])
        for kind, change in expected.get(key, []):
            wanted[kind][0] += change
            wanted[kind][1] += 1
        opening = least_opening(expected.get(key, []))
        if opening:
            wanted["opening"] = [opening, 1]
        found = seen.get(key, {})
        for kind in sorted(wanted.keys() | found.keys()):
            (total, count), (has, has_count) = wanted[kind], found.get(kind, [0, 0])
            if (total, count) != (has, has_count):
                raise Difference(
                    f"{kind} of {key[0]} in {key[1]}: the file has {count} that change stock by {total}, "
                    f"the server {has_count} by {has}"
                )


def compare_stock(expected, stock):
    for key, changes in sorted(expected.items()):
        wanted = least_opening(changes) + sum(change for _, change in changes)
        if stock.get(key) != wanted:
            raise Difference(f"stock of {key[0]} in {key[1]}: must be {wanted}, the server has {stock.get(key)}")
    for key, on_hand in sorted(stock.items()):
        if key not in expected and on_hand != 0:
            raise Difference(f"stock of {key[0]} in {key[1]}: must not be there, the server has {on_hand}")


if __name__ == "__main__":
    main()
