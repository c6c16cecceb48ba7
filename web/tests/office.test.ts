// What people do in the office: imports from the file to the undo, and who may enter in their name.
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
  await company.product("TEA-1", "Green tea");
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

/** Chooses a file of movements and lets it be checked. */
async function upload(page: Page, name: string, lines: string[]) {
  await page.goto("/imports");
  await page.getByRole("button", { name: "Import a file" }).click();
  const file = { name, mimeType: "text/csv", buffer: Buffer.from(`${lines.join("\n")}\n`) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByText("Movements", { exact: true }).click();
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await page.getByText("Checked", { exact: true }).waitFor();
}

const HEADER = "sku,warehouse,quantity,reference";

test("a file is checked, its errors are told by line, it is posted, and undone", async () => {
  const page = await open("/imports");
  await page.getByText("Nothing imported yet").waitFor();
  const good = "TEA-1,LON,5,delivery 1";
  await upload(page, "week-9.csv", [HEADER, good, "TEA-1,LON,many,delivery 2", "TEA-1,NOWHERE,3,delivery 3"]);
  const wrong = page.getByRole("row");
  await wrong.filter({ hasText: "many" }).filter({ hasText: "3" }).waitFor();
  await wrong.filter({ hasText: "NOWHERE" }).filter({ hasText: "4" }).waitFor();
  assert.equal(await company.onHand("LON", "TEA-1"), 0, "a check posts nothing");

  await page.getByRole("button", { name: "Post 1 row" }).click();
  await page.getByRole("button", { name: "Undo import" }).waitFor();
  assert.equal(await company.onHand("LON", "TEA-1"), 5);

  await upload(page, "week-9-again.csv", [HEADER, good]);
  assert.ok(
    await page.getByRole("button", { name: "Post 0 rows" }).isDisabled(),
    "the same row is posted once",
  );
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.getByRole("heading", { name: "Imports", level: 1 }).waitFor();

  await page.getByRole("link", { name: "week-9.csv" }).click();
  await page.getByRole("button", { name: "Undo import" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Undo import" }).click();
  await page.getByText("Undone", { exact: true }).waitFor();
  assert.equal(await company.onHand("LON", "TEA-1"), 0);
  await page.context().close();
});

test("a file that is none is refused with a reason", async () => {
  const page = await open("/imports");
  await page.getByRole("button", { name: "Import a file" }).click();
  const file = {
    name: "photo.xlsx",
    mimeType: "application/octet-stream",
    buffer: Buffer.from("no workbook"),
  };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByRole("button", { name: "Edit as profile" }).click();
  await page.getByLabel("Profile").fill('name = "x"\nkind = "products"\n[fields]\nsku = "A"\nname = "B"\n');
  await page.getByRole("button", { name: "Check the file" }).click();
  const refused = page.getByRole("alert").or(page.getByText("Failed", { exact: true }));
  await refused.first().waitFor();
  await page.context().close();
});

test("a session is ended from another one, and leads to the sign-in page there", async () => {
  const phone = await open("/history");
  const desk = await open("/account");
  const others = desk.getByRole("button", { name: /^End / });
  await others.first().waitFor();
  // The one that was opened last before this one is the phone's; all but this one are ended.
  for (let left = await others.count(); 0 < left; left--) {
    await others.first().click();
    await desk.getByText("The session is ended").first().waitFor();
    await desk.waitForFunction(
      (most) => document.querySelectorAll("[aria-label^='End ']").length < most,
      left,
    );
  }
  await desk.getByText("this one").waitFor();
  // Its page asks every few seconds how the nodes are, and so hears of it without a click.
  await phone.getByLabel("Username").waitFor();
  await phone.context().close();
  await desk.context().close();
});

test("a token is shown once, opens the API, and does not once it is ended", async () => {
  const page = await open("/account");
  await page.getByLabel("What it is for").fill("till 4");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByText("it is shown once").waitFor();
  const token = ((await page.locator("pre").textContent()) ?? "").trim();
  const enter = () =>
    fetch(`${company.url()}/v1/users/me`, { headers: { authorization: `Bearer ${token}` } }).then(
      ({ status }) => status,
    );
  assert.equal(await enter(), 200);
  await page.reload();
  await page.getByRole("button", { name: "End till 4" }).click();
  assert.equal(await page.getByText("it is shown once").count(), 0);
  await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
  await page.getByRole("button", { name: "End till 4" }).waitFor({ state: "detached" });
  assert.equal(await enter(), 401);
  await page.context().close();
});
