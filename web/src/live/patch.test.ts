import { expect, test } from "vitest";
import type { StockRow } from "../api/types";
import { note, patched } from "./patch";

const row: StockRow = {
  warehouse: "MAD",
  sku: "TEA-1",
  name: "Green tea",
  on_hand: 4,
  reserved: 0,
  on_hold: 0,
  available: 4,
  incoming: 0,
  version: 3,
  age_ms: 200,
  is_live: true,
};
const figures = { warehouse: "MAD", sku: "TEA-1", on_hand: 9, available: 8, version: 4 };

test("newer figures take the place of older ones, and of nothing else", () => {
  const next = patched(row, note(new Map(), figures));
  expect(next).toEqual({ ...row, on_hand: 9, available: 8, version: 4 });
});

test("a row stays the same object where nothing is newer, so that it is not drawn again", () => {
  expect(patched(row, note(new Map(), { ...figures, version: 3 }))).toBe(row);
  expect(patched(row, note(new Map(), { ...figures, warehouse: "LON" }))).toBe(row);
  expect(patched(row, new Map())).toBe(row);
});
