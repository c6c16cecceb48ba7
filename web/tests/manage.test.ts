// What administrators and the office look after: the audit, and what holds for the company.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { DESK, launch, signIn, visit } from "./browser";
import { Company, PASSWORD } from "./company";

let browser: Browser;
let company: Company;

before(async () => {
  company = await Company.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await company?.end();
});

async function open(path: string): Promise<Page> {
  const context = await visit(browser, company.url(), DESK);
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(`the page failed: ${error.message}`));
  await signIn(page, "admin", PASSWORD);
  await page.goto(path);
  await page.locator("h1").waitFor();
  return page;
}

test("the audit tells who changed what, what it was before, and what was refused", async () => {
  await company.product("CUP-7", "Cup");
  await company.ask("PATCH", "/v1/products/CUP-7", { name: "Mug", price: "2.50" });
  await assert.rejects(
    company.post("/v1/movements", { kind: "issue", warehouse: "LON", sku: "CUP-7", quantity: 3 }),
  );
  const page = await open("/");
  await page.getByRole("link", { name: "Audit" }).click();
  const refused = page.getByRole("group", { name: "Refusal" }).first();
  await refused.getByText("Not enough stock of CUP-7 in LON").waitFor();

  const record = page.getByRole("searchbox", { name: "Record, as product/A-1" });
  await record.fill("product/CUP-7");
  await page.waitForURL(/subject=product/);
  const deeds = page.getByRole("group", { name: "Product product/CUP-7" });
  await deeds.nth(1).waitFor();
  assert.equal(await deeds.count(), 2);
  await deeds.first().getByText("Name: Cup → Mug").waitFor();
  await deeds.first().getByText("Price: 2.50").waitFor();
  await deeds.last().getByText("Created").waitFor();
  await deeds.first().getByRole("link", { name: "CUP-7" }).click();
  await page.waitForURL(/products\/CUP-7/);

  await page.goto("/audit?actor=nobody");
  await page.getByText("Nothing was done").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("button", { name: "Export" }).click();
  const file = await page.getByRole("menuitem", { name: "CSV" }).getAttribute("href");
  assert.match(file ?? "", /^\/v1\/audit\.csv/);
  await page.context().close();
});

test("the company's name, currency and time zone are set, and seen where they belong", async () => {
  await company.product("JAR-1", "Jar", { price: "3.50" });
  const page = await open("/settings");
  await page.getByRole("textbox", { name: "Name of the company" }).fill("Ñandú & Sons");
  await page.getByRole("combobox", { name: "Currency" }).fill("EUR");
  await page.getByRole("option", { name: "EUR · Euro" }).click();
  await page.getByRole("combobox", { name: "Time zone" }).fill("Europe/Mad");
  await page.getByRole("option", { name: "Europe/Madrid" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The settings are saved").waitFor();
  await page.getByRole("link", { name: "Ñandú & Sons: Home" }).waitFor();
  assert.equal(await page.title(), "Settings · Ñandú & Sons");
  const { version: _, ...saved } = await company.get("/v1/settings");
  const expected = { company_name: "Ñandú & Sons", currency: "EUR", time_zone: "Europe/Madrid" };
  assert.deepEqual(saved, { ...expected, alerts_count_incoming: false });

  // What somebody else sets is seen without a reload.
  await company.ask("PATCH", "/v1/settings", { company_name: "Ñandú" });
  await page.getByRole("link", { name: "Ñandú: Home" }).waitFor();
  await page.goto("/products/JAR-1");
  await page.getByText("€3.50").waitFor();
  await page.goto("/labels?skus=JAR-1");
  await page.locator(".labels").getByText("Ñandú").waitFor();
  await company.ask("PATCH", "/v1/settings", { company_name: null, currency: null, time_zone: "UTC" });
  await page.context().close();
});

test("the home screen counts movements per day and shows how many products are available", async () => {
  await company.product("PEN-1", "Pen");
  await company.receive("MAD", "PEN-1", 4);
  const page = await open("/");
  const count = () => company.get("/v1/statistics/movements?step=day&steps=1");
  const { items, available } = await count();
  const receipts = page.getByText("Receipts today").locator("..");
  await receipts.getByText(String(items[0].receipt), { exact: true }).waitFor();
  await page.getByRole("heading", { name: "Movements in 30 days" }).waitFor();
  const levels = page.getByRole("heading", { name: "Products available" }).locator("../..");
  for (const { warehouse } of available) await levels.getByText(warehouse, { exact: true }).waitFor();

  await company.receive("MAD", "PEN-1", 1);
  await receipts.getByText(String(items[0].receipt + 1), { exact: true }).waitFor();
  await page.context().close();
});

test("a product is retired for a reason, which the audit tells", async () => {
  await company.product("OLD-1", "Old thing");
  const page = await open("/products/OLD-1");
  await page.getByRole("button", { name: "Retire" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Why it is retired" }).fill("nobody buys it");
  await dialog.getByRole("button", { name: "Retire" }).click();
  await page.getByRole("button", { name: "Bring back" }).waitFor();
  await page.goto("/audit?subject=product/OLD-1");
  await page
    .getByRole("group", { name: "Product product/OLD-1" })
    .first()
    .getByText("nobody buys it")
    .waitFor();
  await page.context().close();
});
