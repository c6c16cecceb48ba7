// Every screen is clean for people who see, hear or move otherwise, by the rules that a program can check.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { DESK, launch, signIn, visit } from "./browser";
import { Company, PASSWORD } from "./company";
import { OPERATIONS, pretend } from "./pretend";

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
  "/audit",
  "/settings",
  "/account",
  "/no-such-page",
];
/** What there is to see of other nodes; the states of these are pretended. */
const CLUSTER_PATHS = [
  "/",
  "/stock?q=tea",
  "/stock?q=tea&warehouse=MAD",
  "/products/TEA-1",
  "/cluster",
  "/operations",
  `/operations/${OPERATIONS[0]?.id}`,
  "/dead-letters",
  "/reconcile",
  "/conflicts",
  "/explorer",
];
/** Dialogs of the cluster screen: what is clicked to open each. */
const DIALOGS = [
  [/Add a node/],
  [/decides about LON/, /Hand over/],
  [/decides about ROT/, /Take over/],
  [/Back on another machine/],
] as const;
const SETTLED_MS = 600;

let browser: Browser;
let company: Company;

before(async () => {
  company = await Company.start();
  browser = await launch();
  await company.product("TEA-1", "Green tea", { barcodes: ["4006381333931"] });
  await company.receive("LON", "TEA-1", 10);
  await company.receive("LON", "TEA-1", 5);
  await company.ask("PUT", "/v1/warehouses/LON/reorder-rules/TEA-1", { minimum: 20, target: 50 });
});

after(async () => {
  await browser?.close();
  await company?.end();
});

/** What axe finds on the page as it is now, and whether it is too wide. */
async function faults(page: Page, name: string): Promise<string[]> {
  await page.waitForTimeout(SETTLED_MS);
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: the script has put it there
    const { violations } = await (window as any).axe.run({
      rules: {
        region: { enabled: false },
        // The library gives each dialog a head of its own, which is none of the page.
        "landmark-no-duplicate-banner": { enabled: false },
        "landmark-unique": { enabled: false },
      },
    });
    // biome-ignore lint/suspicious/noExplicitAny: as above
    return violations.map(({ id, nodes }: any) => `${id}: ${nodes[0].html.slice(0, 160)}`);
  });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return [
    ...violations.map((text: string) => `${name} ${text}`),
    ...(0 < wide ? [`${name} is ${wide} px too wide`] : []),
  ];
}

async function openDialog(page: Page, clicks: readonly RegExp[]) {
  await page.goto("/cluster");
  for (const name of clicks) {
    await page.getByRole("button", { name }).or(page.getByRole("menuitem", { name })).first().click();
  }
  await page.getByRole("dialog").waitFor();
}

for (const [scheme, width] of [
  ["light", 1280],
  ["dark", 375],
] as const) {
  test(`no screen has what axe finds, ${scheme} at ${width} px, and none asks another server`, async () => {
    const context = await visit(browser, company.url(), { ...DESK, scheme, width });
    const page = await context.newPage();
    const elsewhere: string[] = [];
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(company.url()))
        elsewhere.push(request.url());
    });
    await signIn(page, "admin", PASSWORD);
    const found: string[] = [];
    const look = async (paths: string[]) => {
      for (const path of paths) {
        await page.goto(path);
        found.push(...(await faults(page, path)));
      }
    };
    await look(PATHS);
    await pretend(page);
    await look(CLUSTER_PATHS);
    for (const clicks of DIALOGS) {
      await openDialog(page, clicks);
      found.push(...(await faults(page, String(clicks.at(-1)))));
    }
    assert.deepEqual(found, []);
    assert.deepEqual(elsewhere, []);
    await context.close();
  });
}
