import { expect, test } from "vitest";
import { deviceOf } from "./device";

test("a browser is named with its system, by what it is and not by what it descends from", () => {
  const chrome =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
  expect(deviceOf(chrome)).toBe("Chrome · Linux");
  expect(
    deviceOf(`${chrome.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64")} Edg/140.0.0.0`),
  ).toBe("Edge · Windows");
  const phone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1";
  expect(deviceOf(phone)).toBe("Safari · iPhone");
  expect(deviceOf("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0")).toBe(
    "Firefox · Android",
  );
});

test("a program keeps the name that it gives itself", () => {
  expect(deviceOf("acopio 0.1.0 on lon-desk")).toBe("acopio 0.1.0 on lon-desk");
  expect(deviceOf("Mozilla/5.0 (unknown)")).toBe("Mozilla/5.0 (unknown)");
});
