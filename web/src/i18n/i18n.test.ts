import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import en from "./en.json";
import es from "./es.json";

/** All keys with what each text takes. */
function shape(words: Record<string, Record<string, string>>): string[] {
  return Object.entries(words).flatMap(([group, texts]) =>
    Object.entries(texts).map(([name, text]) => {
      const takes = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, value]) => value).sort();
      return `${group}.${name}(${takes})`;
    }),
  );
}

test("both languages have the same texts, which take the same values", () => {
  expect(shape(es)).toEqual(shape(en));
});

test("whatever the ledger refuses is told in words", () => {
  const source = readFileSync("../crates/ledger/src/refusal.rs", "utf8");
  const codes = [...source.matchAll(/= "([a-z_]+)" on "/g)].map(([, code]) => code ?? "");
  expect(codes.length).toBeGreaterThan(40);
  expect(codes.filter((code) => !(code in en.problem))).toEqual([]);
});

test("whatever table may be explored is told in words", () => {
  const source = readFileSync("../crates/store/src/sqlite/explorable.rs", "utf8");
  const tables = [...source.matchAll(/table\("(\w+)", "|\bname: "(\w+)"/g)].map(([, a, b]) => a ?? b ?? "");
  expect(tables.length).toBeGreaterThan(20);
  expect(tables.filter((name) => !(name in en.table))).toEqual([]);
});
