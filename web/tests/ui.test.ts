// What people do, in a real browser against a real server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { DESK, type Look, launch, signIn, visit } from "./browser";
import { Company, PASSWORD } from "./company";

const HOSTILE = `<script>alert(1)</script> "quoted" & 🫖 ñandú`;
let browser: Browser;
let company: Company;

before(async () => {
  company = await Company.start();
  browser = await launch();
  await company.product("TEA-1", HOSTILE, { barcodes: ["4006381333931"], category: "Drinks" });
  await company.product("CUP-1", "Blue cup", { category: "Kitchen" });
  await company.receive("LON", "TEA-1", 10);
  await company.receive("MAD", "TEA-1", 4);
  await company.receive("LON", "CUP-1", 7);
});

after(async () => {
  await browser?.close();
  await company?.end();
});

/** Opens a screen as the administrator, who must see no error of the page. */
async function open(path: string, look: Look = DESK): Promise<Page> {
  const context = await visit(browser, company.url(), look);
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(`the page failed: ${error.message}`));
  page.on("dialog", (dialog) => assert.fail(`a script ran: ${dialog.message()}`));
  await signIn(page, "admin", PASSWORD);
  if (path !== "/") await page.goto(path);
  await page.locator("h1").waitFor();
  return page;
}

test("a wrong password is told in both languages, the right one opens the page that was wanted", async () => {
  for (const [language, words] of [
    ["en", /wrong/],
    ["es", /correct/],
  ] as const) {
    const context = await visit(browser, company.url(), { ...DESK, language });
    const page = await context.newPage();
    await page.goto("/history");
    await page.locator("input[autocomplete=username]").fill("admin");
    await page.locator("input[autocomplete=current-password]").fill("not the password");
    await page.locator("button[type=submit]").click();
    await page.getByRole("alert").filter({ hasText: words }).waitFor();
    await page.locator("input[autocomplete=current-password]").fill(PASSWORD);
    await page.locator("button[type=submit]").click();
    await page
      .getByRole("heading", { name: language === "en" ? "History" : "Historial", level: 1 })
      .waitFor();
    await context.close();
  }
});

test("a new user must choose a password first", async () => {
  const body = {
    username: "nina",
    password: "a first password",
    grants: [{ role: "viewer", warehouses: [] }],
  };
  await company.post("/v1/users", { ...body, must_change_password: true });
  const context = await visit(browser, company.url());
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("Username").fill("nina");
  await page.locator("input[autocomplete=current-password]").fill(body.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Choose your own password").waitFor();
  await page.locator("input[autocomplete=current-password]").fill(body.password);
  for (const field of await page.locator("input[autocomplete=new-password]").all()) {
    await field.fill("a second password");
  }
  await page.getByRole("button", { name: "Change password" }).click();
  await page.locator("#screen").waitFor();
  assert.equal(await page.getByRole("link", { name: "Users" }).count(), 0, "a viewer manages no users");
  await context.close();
});

test("names are shown as they are and never run", async () => {
  const page = await open("/stock?warehouse=LON");
  await page.getByRole("link", { name: HOSTILE }).click();
  await page.getByRole("heading", { name: HOSTILE, level: 1 }).waitFor();
  await page.context().close();
});

test("a search and a filter stay in the address, and the export holds what is shown", async () => {
  const page = await open("/stock");
  await page.getByRole("searchbox").fill("nandu");
  await page.waitForURL(/q=nandu/);
  await page.getByText("2 rows").waitFor();
  await page.getByRole("combobox", { name: "Warehouse" }).or(page.getByLabel("Warehouse")).first().click();
  await page.getByRole("option", { name: /MAD/ }).click();
  await page.waitForURL(/warehouse=MAD/);
  await page.getByText("1 row", { exact: true }).waitFor();
  await page.reload();
  await page.getByText("1 row", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "CSV" }).click();
  const stream = await (await download).createReadStream();
  const text = (await stream.toArray()).join("");
  const lines = text.trim().split(/\r?\n/);
  assert.equal(lines.length, 2, text);
  assert.match(lines[1] ?? "", /MAD/);
  await page.context().close();
});

test("a movement that somebody else posts is seen within two seconds", async () => {
  const page = await open("/stock?q=Blue");
  await page.getByText("Live", { exact: true }).waitFor();
  const figure = page.getByRole("button", { name: /Correct CUP-1 in LON/ });
  const before = await company.onHand("LON", "CUP-1");
  await company.receive("LON", "CUP-1", 100);
  await figure.filter({ hasText: String(before + 100) }).waitFor({ timeout: 2000 });
  await page.context().close();
});

test("of two who edit the same figure the second is told", async () => {
  const page = await open("/stock?q=Blue");
  await page.route("**/v1/events", (route) => route.abort());
  await page.reload();
  await page.getByRole("button", { name: /Correct CUP-1 in LON/ }).click();
  await company.receive("LON", "CUP-1", 1);
  const there = await company.onHand("LON", "CUP-1");
  await page.getByLabel("Counted quantity").fill("50");
  await page.keyboard.press("Enter");
  const told = page.getByRole("dialog");
  await told.getByText(`CUP-1 is ${there} now`).waitFor();
  assert.equal(await company.onHand("LON", "CUP-1"), there, "nothing is booked unasked");
  await told.getByRole("button", { name: "Book my count" }).click();
  await page.getByText("CUP-1 is now 50").waitFor();
  assert.equal(await company.onHand("LON", "CUP-1"), 50);
  await page.context().close();
});

test("a product is made with a category of one's own, and a code in use is told while typing", async () => {
  const page = await open("/products/new");
  await page.getByLabel(/^SKU/).fill("TEA-1");
  await page.getByText(/In use:/).waitFor();
  await page.getByLabel(/^SKU/).fill("POT-9");
  await page.getByLabel(/^Name/).fill("Tea pot");
  await page.getByRole("combobox", { name: "Category" }).or(page.getByLabel("Category")).first().click();
  await page.getByRole("option", { name: "Other…" }).click();
  await page.getByLabel("New category").fill("Pots");
  await page.getByLabel("Barcodes").fill("4006381333931");
  await page.getByRole("button", { name: "Create product" }).click();
  await page.getByRole("alert").filter({ hasText: "4006381333931" }).waitFor();
  assert.equal(await page.getByLabel(/^Name/).inputValue(), "Tea pot", "values stay");
  await page.getByLabel("Barcodes").fill("");
  await page.getByRole("button", { name: "Create product" }).click();
  await page.getByRole("heading", { name: "Tea pot", level: 1 }).waitFor();
  const { items } = await company.get("/v1/categories");
  assert.ok(items.some(({ name }: { name: string }) => name === "Pots"));
  await page.context().close();
});

test("an edit on top of somebody else's is told and keeps both", async () => {
  await company.product("JAR-1", "Jar");
  const page = await open("/products/JAR-1");
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel(/^Name/).fill("Big jar");
  await company.ask("PATCH", "/v1/products/JAR-1", { description: "of glass" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Somebody else changed this product").waitFor();
  await page.getByRole("button", { name: "Take over the other changes" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Big jar", level: 1 }).waitFor();
  const product = await company.get("/v1/products/JAR-1");
  assert.deepEqual([product.name, product.description], ["Big jar", "of glass"]);
  await page.context().close();
});

test("scans made without a connection survive a reload and are sent once", async () => {
  const page = await open("/scan?warehouse=MAD");
  const before = await company.onHand("MAD", "TEA-1");
  const code = page.getByLabel("Scan or type a code");
  const scan = async (text: string) => {
    await code.fill(text);
    await code.press("Enter");
  };
  await scan("4006381333931");
  await page.getByRole("button", { name: "Receive 1" }).waitFor();
  await page.context().setOffline(true);
  await scan("4006381333931");
  await scan("4006381333931");
  await page.getByRole("button", { name: "Receive 3" }).click();
  await page.getByText("waits", { exact: true }).waitFor();
  await page.route("**/v1/movements", (route) => route.abort());
  await page.context().setOffline(false);
  await page.reload();
  await page.getByText("waits", { exact: true }).waitFor();
  // Twice the answer is lost after the server has decided.
  let lost = 0;
  await page.unroute("**/v1/movements");
  await page.route("**/v1/movements", async (route) => {
    if (2 <= lost++) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await page.getByText("booked", { exact: true }).waitFor({ timeout: 20_000 });
  assert.equal(await company.onHand("MAD", "TEA-1"), before + 3);
  await page.getByRole("button", { name: /^Undo/ }).click();
  await page.getByText("undone", { exact: true }).waitFor();
  assert.equal(await company.onHand("MAD", "TEA-1"), before);
  await page.context().close();
});

test("goods are sent from one warehouse to another, and what is missing stays on the road", async () => {
  await company.product("BOX-1", "Box");
  await company.receive("LON", "BOX-1", 20);
  const page = await open("/transfers/new?from=LON&to=MAD&sku=BOX-1");
  await page.getByRole("textbox", { name: "Quantity" }).fill("5");
  await page.getByRole("button", { name: "Save as draft" }).click();
  await page.getByRole("heading", { name: "LON → MAD", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Dispatch", exact: true }).click();
  await page.getByRole("button", { name: "Receive", exact: true }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Accepted").fill("3");
  await form.getByLabel("Missing").fill("2");
  await form.getByRole("button", { name: "Receive" }).click();
  await page.getByText("Partly received").first().waitFor();
  assert.deepEqual([await company.onHand("LON", "BOX-1"), await company.onHand("MAD", "BOX-1")], [15, 3]);
  await page.getByRole("button", { name: "Settle missing" }).click();
  await form.getByLabel("Found").fill("1");
  await form.getByLabel("Lost").fill("1");
  await form.getByRole("button", { name: "Settle missing" }).click();
  await page.getByText("Closed").first().waitFor();
  assert.equal(await company.onHand("MAD", "BOX-1"), 4);
  await page.context().close();
});

test("goods move to another warehouse by scanning, and are on the road to it", async () => {
  await company.product("MUG-7", "Mug");
  await company.receive("LON", "MUG-7", 9);
  const page = await open("/scan?warehouse=LON&mode=move");
  await page.getByText("Choose where the goods go").waitFor();
  await page.goto("/scan?warehouse=LON&mode=move&to=MAD");
  const code = page.getByLabel("Scan or type a code");
  for (let scans = 0; scans < 2; scans++) {
    await code.fill("MUG-7");
    await code.press("Enter");
  }
  await page.getByRole("button", { name: "Move 2" }).click();
  await page.getByText("booked", { exact: true }).first().waitFor();
  assert.equal(await company.onHand("LON", "MUG-7"), 7);
  await page.getByRole("link", { name: "Transfer of Mug" }).click();
  await page.getByRole("heading", { name: "LON → MAD", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Receive", exact: true }).waitFor();
  await page.context().close();
});

test("an unknown code stops, a refusal is red", async () => {
  const page = await open("/scan?warehouse=LON&mode=issue");
  const code = page.getByLabel("Scan or type a code");
  await code.fill("no-such-code");
  await code.press("Enter");
  await page.getByRole("alert").filter({ hasText: "Unknown code" }).waitFor();
  await code.fill("TEA-1");
  await code.press("Enter");
  await page.getByRole("textbox", { name: "Quantity" }).fill("99999");
  await page.getByRole("button", { name: "Issue 99999" }).click();
  await page.getByText("Not enough stock", { exact: false }).waitFor();
  await page.context().close();
});

test("a session that ends elsewhere leads to the sign-in page and back", async () => {
  const page = await open("/alerts");
  await page.evaluate(() => fetch("/v1/sessions/current", { method: "DELETE" }));
  await page.getByRole("link", { name: "History" }).first().click();
  await page.getByLabel("Username").waitFor();
  await page.getByLabel("Username").fill("admin");
  await page.locator("input[autocomplete=current-password]").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "History", level: 1 }).waitFor();
  await page.context().close();
});

test("a page that is open follows again after the server was restarted", async () => {
  const page = await open("/stock?q=Blue");
  await page.getByText("Live", { exact: true }).waitFor();
  await company.restart(1500);
  await company.receive("LON", "CUP-1", 3);
  const now = await company.onHand("LON", "CUP-1");
  const figure = page.getByRole("button", { name: /Correct CUP-1 in LON/ });
  await figure.filter({ hasText: String(now) }).waitFor({ timeout: 20_000 });
  await page.context().close();
});
