import { expect, test } from "vitest";
import { csvOf } from "./csv";

test("cells are quoted where they must be, and nothing is left out", () => {
  const text = csvOf(
    ["sku", "name"],
    [
      ["TEA-1", 'green "sencha", 1 kg'],
      ["CUP\n2", null],
    ],
  );
  expect(text).toBe('\uFEFFsku,name\r\nTEA-1,"green ""sencha"", 1 kg"\r\n"CUP\n2",\r\n');
});

test("a text never becomes a formula, a number stays one", () => {
  expect(csvOf(["a"], [["=1+1"], ["-2"], [-2], ["@x"]])).toBe("\uFEFFa\r\n'=1+1\r\n'-2\r\n-2\r\n'@x\r\n");
});
