// Takes pictures of the main screens at two widths, light and dark; those about nodes of a cluster that is pretended:
//   ACOPIO_PASSWORD=… npm run screenshots -- FOLDER [names of screens]
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { DESK, type Look, launch, signIn, visit } from "../tests/browser";
import { OPERATIONS, pretend } from "../tests/pretend";

const [folder = "screenshots", ...only] = process.argv.slice(2);
const isWanted = (name: string) => only.length === 0 || only.includes(name);
const server = process.env.ACOPIO_SERVER ?? "http://127.0.0.1:8080";
const password = process.env.ACOPIO_PASSWORD ?? "";
const SCREENS: [string, string][] = [
  ["home", "/"],
  ["stock", "/stock"],
  ["stock-low", "/stock?q=red&state=low"],
  ["stock-none", "/stock?q=nothing-has-this-name"],
  ["product", "/products/BAG-0001"],
  ["new", "/products/new"],
  ["labels", "/labels?skus=BAG-0001%2CBAG-0003"],
  ["scan", "/scan?warehouse=LON"],
  ["transfers", "/transfers"],
  ["transfer-new", "/transfers/new?from=LON&sku=BAG-0001"],
  ["history", "/history"],
  ["holds", "/holds"],
  ["alerts", "/alerts"],
  ["rules", "/rules"],
  ["imports", "/imports"],
  ["categories", "/categories"],
  ["warehouses", "/warehouses"],
  ["users", "/users"],
  ["audit", "/audit"],
  ["settings", "/settings"],
  ["account", "/account"],
];
const CLUSTER_SCREENS: [string, string][] = [
  ["home-trouble", "/"],
  ["stock-old", "/stock?q=bag"],
  ["stock-not-here", "/stock?q=BAG-0002&warehouse=ROT"],
  ["product-old", "/products/BAG-0001"],
  ["cluster", "/cluster"],
  ["operations", "/operations"],
  ["operation", `/operations/${OPERATIONS[0]?.id}`],
  ["dead-letters", "/dead-letters"],
  ["reconcile", "/reconcile"],
  ["conflicts", "/conflicts"],
  ["explorer", "/explorer"],
];
const LOOKS: [string, Look][] = [
  ["desk-light", DESK],
  ["desk-dark", { ...DESK, scheme: "dark", language: "es" }],
  ["phone-light", { width: 375, height: 760, scheme: "light", language: "es" }],
  ["phone-dark", { width: 375, height: 760, scheme: "dark", language: "en" }],
];
const SETTLED_MS = 900;

async function shoot(page: Page, look: string, screens: [string, string][]) {
  for (const [name, path] of screens) {
    if (!isWanted(name)) continue;
    await page.goto(path);
    await page.locator("h1").waitFor();
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: `${folder}/${name}-${look}.png` });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) console.log(`${name}-${look}: ${wide} px too wide`);
  }
}

mkdirSync(folder, { recursive: true });
const browser = await launch();
for (const [look, how] of LOOKS) {
  const context = await visit(browser, server, how);
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && console.log(look, message.text()));
  page.on("pageerror", (error) => console.log(look, "page error", error.message));
  if (isWanted("sign-in")) {
    await page.goto("/");
    await page.locator("input[autocomplete=username]").waitFor();
    await page.screenshot({ path: `${folder}/sign-in-${look}.png` });
  }
  await signIn(page, "admin", password);
  await shoot(page, look, SCREENS);
  await pretend(page);
  await shoot(page, look, CLUSTER_SCREENS);
  await context.close();
}
await browser.close();
