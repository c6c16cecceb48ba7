// Every screen is clean for people who see, hear or move otherwise, by the rules that a program can check.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { DESK, launch, signIn, visit } from "./browser";
import { Company, PASSWORD } from "./company";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const PATHS = [
  "/",
  "/stock",
  "/products/TEA-1",
  "/products/new",
  "/labels?skus=TEA-1",
  "/scan?warehouse=LON",
  "/transfers",
  "/transfers/new",
  "/history",
  "/holds",
  "/alerts",
  "/rules",
  "/imports",
  "/categories",
  "/warehouses",
  "/users",
  "/account",
  "/no-such-page",
];
const SETTLED_MS = 600;

let browser: Browser;
let company: Company;

before(async () => {
  browser = await launch();
  company = await Company.start();
  await company.product("TEA-1", "Green tea", { barcodes: ["4006381333931"] });
  await company.receive("LON", "TEA-1", 10);
  await company.receive("LON", "TEA-1", 5);
  await company.ask("PUT", "/v1/warehouses/LON/reorder-rules/TEA-1", { minimum: 20, target: 50 });
});

after(async () => {
  await browser?.close();
  await company?.end();
});

for (const [scheme, width] of [
  ["light", 1280],
  ["dark", 375],
] as const) {
  test(`no screen has what axe finds, ${scheme} at ${width} px, and none asks another server`, async () => {
    const context = await visit(browser, company.url, { ...DESK, scheme, width });
    const page = await context.newPage();
    const elsewhere: string[] = [];
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(company.url))
        elsewhere.push(request.url());
    });
    await signIn(page, "admin", PASSWORD);
    const found: string[] = [];
    for (const path of PATHS) {
      await page.goto(path);
      await page.waitForTimeout(SETTLED_MS);
      await page.evaluate(AXE);
      const violations = await page.evaluate(async () => {
        // biome-ignore lint/suspicious/noExplicitAny: the script has put it there
        const { violations } = await (window as any).axe.run({ rules: { region: { enabled: false } } });
        // biome-ignore lint/suspicious/noExplicitAny: as above
        return violations.map(({ id, nodes }: any) => `${id}: ${nodes[0].html.slice(0, 160)}`);
      });
      found.push(...violations.map((text: string) => `${path} ${text}`));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (0 < wide) found.push(`${path} is ${wide} px too wide`);
    }
    assert.deepEqual(found, []);
    assert.deepEqual(elsewhere, []);
    await context.close();
  });
}
