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
