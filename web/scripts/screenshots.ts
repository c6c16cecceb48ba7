// Takes pictures of the main screens at two widths, light and dark:
//   ACOPIO_PASSWORD=… npm run screenshots -- FOLDER [name of a screen]
import { mkdirSync } from "node:fs";
import { DESK, type Look, launch, signIn, visit } from "../tests/browser";

const [folder = "screenshots", only] = process.argv.slice(2);
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
  ["account", "/account"],
];
const LOOKS: [string, Look][] = [
  ["desk-light", DESK],
  ["desk-dark", { ...DESK, scheme: "dark", language: "es" }],
  ["phone-light", { width: 375, height: 760, scheme: "light", language: "es" }],
  ["phone-dark", { width: 375, height: 760, scheme: "dark", language: "en" }],
];
const SETTLED_MS = 900;

mkdirSync(folder, { recursive: true });
const browser = await launch();
for (const [look, how] of LOOKS) {
  const context = await visit(browser, server, how);
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && console.log(look, message.text()));
  page.on("pageerror", (error) => console.log(look, "page error", error.message));
  if (!only || only === "sign-in") {
    await page.goto("/");
    await page.locator("input[autocomplete=username]").waitFor();
    await page.screenshot({ path: `${folder}/sign-in-${look}.png` });
  }
  await signIn(page, "admin", password);
  for (const [name, path] of SCREENS) {
    if (only && only !== name) continue;
    await page.goto(path);
    await page.locator("h1").waitFor();
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: `${folder}/${name}-${look}.png` });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) console.log(`${name}-${look}: ${wide} px too wide`);
  }
  await context.close();
}
await browser.close();
