// What people see and do about other nodes, in a real browser; the states of the nodes are pretended.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Cluster } from "../src/api/types";
import { DESK, type Look, launch, signIn, visit } from "./browser";
import { Company, PASSWORD } from "./company";
import { clusterOf, json, logOf, nodeOf, operationOf, pretend } from "./pretend";

let browser: Browser;
let company: Company;

before(async () => {
  company = await Company.start();
  browser = await launch();
  await company.product("TEA-1", "Green tea");
  await company.product("CUP-1", "Blue cup");
  await company.receive("LON", "CUP-1", 7);
  await company.receive("LON", "TEA-1", 2);
  await company.receive("MAD", "TEA-1", 40);
});

after(async () => {
  await browser?.close();
  await company?.end();
});

/** London answers; Madrid is as a test says. */
function twoNodes(mad: Partial<Cluster["nodes"][number]>, log: Partial<Cluster["logs"][number]>): Cluster {
  return clusterOf({
    nodes: [nodeOf("lon", ["LON"], { heard_ms: 0 }), nodeOf("mad", ["MAD"], mad)],
    logs: [logOf("lon", { age_ms: 0, state: "own" }), logOf("mad", log)],
    commands_waiting: 0,
    dead_letters: 0,
  });
}
const MAD_IS_UP = twoNodes({}, { age_ms: 300 });
const MAD_IS_DOWN = twoNodes({ state: "down", heard_ms: 300_000 }, { age_ms: 300_000 });

async function open(path: string, cluster: Parameters<typeof pretend>[1], look: Look = DESK): Promise<Page> {
  const context = await visit(browser, company.url(), look);
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(`the page failed: ${error.message}`));
  await pretend(page, cluster);
  await signIn(page, "admin", PASSWORD);
  await page.goto(path);
  await page.locator("h1").waitFor();
  return page;
}

test("the cluster is told in an operator's words, in both languages", async () => {
  for (const [language, sentence] of [
    ["en", "lon follows mad: 3 entries, 0.2 s behind"],
    ["es", "lon sigue a mad: 3 asientos y 0,2 s de retraso"],
  ] as const) {
    const page = await open("/cluster", clusterOf(), { ...DESK, language });
    await page.getByText(sentence).waitFor();
    const rotterdam = page.getByRole("listitem", { name: "rot" });
    await rotterdam.getByText(language === "en" ? "down" : "caído").waitFor();
    await page.context().close();
  }
});

test("the command for a new node names what was typed", async () => {
  const page = await open("/cluster", clusterOf());
  await page.getByRole("button", { name: "Add a node" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name of the node").fill("mad");
  await form.getByText("There is a node of this name").waitFor();
  await form.getByLabel("Name of the node").fill("bcn");
  await form.getByLabel("New warehouse there").fill("bcn");
  await form.getByText("--node bcn").waitFor();
  await form.getByText("--warehouse BCN").waitFor();
  await page.context().close();
});

test("a warehouse is handed to another node", async () => {
  const page = await open("/cluster", clusterOf());
  let asked: unknown;
  await page.route("**/v1/warehouses/LON/hand-over", async (route) => {
    asked = route.request().postDataJSON();
    await json({ code: "LON", name: "London", version: 2 })(route);
  });
  await page.getByRole("button", { name: "Change who decides about LON" }).click();
  assert.ok(await page.getByRole("menuitem", { name: "Take over by force" }).isDisabled(), "lon is not gone");
  await page.getByRole("menuitem", { name: "Hand over" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("combobox").or(form.getByLabel("New owner")).first().click();
  await page.getByRole("option", { name: "mad" }).click();
  await form.getByRole("button", { name: "Hand over" }).click();
  await page.getByText("LON goes to mad").waitFor();
  assert.deepEqual(asked, { to: "mad" });
  await page.context().close();
});

test("a warehouse is taken by force only when somebody states that the old machine is stopped", async () => {
  const page = await open("/cluster", clusterOf());
  let asked: unknown;
  await page.route("**/v1/cluster/take-over", async (route) => {
    asked = route.request().postDataJSON();
    await json({ code: "ROT", name: "Rotterdam", version: 2 })(route);
  });
  await page.getByRole("button", { name: "Change who decides about ROT" }).click();
  await page.getByRole("menuitem", { name: "Take over by force" }).click();
  const form = page.getByRole("dialog");
  await form.getByText("up to position 977 of 977, 5 min old").waitFor();
  const take = form.getByRole("button", { name: "Take over ROT" });
  assert.ok(await take.isDisabled(), "nothing is stated");
  await form.getByLabel(/machine of rot is stopped/).check();
  assert.ok(await take.isDisabled(), "the code is not typed");
  await form.getByLabel("Type ROT to confirm").fill("rot");
  await take.click();
  await page.getByText("lon decides about ROT now").waitFor();
  assert.deepEqual(asked, { warehouse: "ROT", old_machine_is_stopped: true });
  await page.context().close();
});

test("a node that has lost its machine may come back, and the command for the new machine is shown", async () => {
  const page = await open("/cluster", clusterOf());
  const asked: string[] = [];
  await page.route("**/v1/cluster/nodes/*/replace", async (route) => {
    asked.push(new URL(route.request().url()).pathname);
    await route.fulfill({ status: 204 });
  });
  const mad = page.getByRole("listitem", { name: "mad" });
  await mad.getByText("up").waitFor();
  assert.equal(await mad.getByRole("button", { name: "Back on another machine" }).count(), 0, "mad is up");
  await page.getByRole("listitem", { name: "rot" }).getByRole("button", { name: "Back on another" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Let rot come back" }).click();
  await page.getByRole("dialog").getByText("--node rot").waitFor();
  assert.deepEqual(asked, ["/v1/cluster/nodes/rot/replace"]);
  await page.context().close();
});

test("a node that has left for good is shut out once it decides about nothing, after a question", async () => {
  let owns = ["MAD"];
  const page = await open("/cluster", () => twoNodes({ state: "down", heard_ms: 300_000, owns }, {}));
  const asked: string[] = [];
  await page.route("**/v1/cluster/nodes/*/remove", async (route) => {
    asked.push(new URL(route.request().url()).pathname);
    await route.fulfill({ status: 204 });
  });
  const mad = page.getByRole("listitem", { name: "mad" });
  await mad.getByRole("button", { name: "Back on another machine" }).waitFor();
  const leave = mad.getByRole("button", { name: "Has left for good" });
  assert.equal(await leave.count(), 0, "it decides about MAD");
  owns = [];
  await leave.click();
  await page.getByRole("dialog").getByRole("button", { name: "Shut mad out" }).click();
  await page.getByText("mad has left for good", { exact: true }).waitFor();
  assert.deepEqual(asked, ["/v1/cluster/nodes/mad/remove"]);
  await page.context().close();
});

test("figures of a warehouse stop looking live once its node is down, on a page that stays open", async () => {
  let cluster = MAD_IS_UP;
  const page = await open("/stock?q=tea", () => cluster);
  const row = page.getByRole("row").filter({ hasText: "MAD" });
  await row.waitFor();
  assert.equal(await page.getByText(/\d (s|min) old/).count(), 0, "a fresh figure is quiet");
  cluster = MAD_IS_DOWN;
  await row.getByText("5 min old").waitFor();
  const london = page.getByRole("row").filter({ hasText: "LON" });
  await london.getByText("live").waitFor();
  await page.goto("/products/TEA-1");
  await page.getByText("Old figures: MAD").waitFor();
  await page.getByText("incomplete").waitFor();
  await page.goto("/");
  await page.getByText(/mad has not been heard of for 5 min/).waitFor();
  await page.context().close();
});

test("what a warehouse lacks, others have, and a transfer can be asked for", async () => {
  const page = await open("/stock?q=cup&warehouse=MAD", MAD_IS_UP);
  const others = page.getByRole("list", { name: "Who has it" });
  await others.getByText("7 available").waitFor();
  await others.getByRole("link", { name: "Request transfer" }).click();
  await page.getByRole("heading", { name: "New transfer" }).waitFor();
  await page.getByText("7 available in LON").waitFor();
  assert.equal(await page.getByLabel("SKU").inputValue(), "CUP-1");
  await page.getByRole("textbox", { name: "Quantity" }).fill("2");
  await page.getByRole("button", { name: "Save as draft" }).click();
  await page.getByRole("heading", { name: "LON → MAD", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Dispatch", exact: true }).click();
  await page.getByRole("button", { name: "Receive", exact: true }).waitFor();
  await page.goto("/");
  await page.getByRole("heading", { name: "Goods to receive" }).waitFor();
  await page.getByRole("link", { name: "LON → MAD" }).click();
  await page.getByRole("button", { name: "Receive", exact: true }).waitFor();
  await page.context().close();
});

test("nothing is said about who else has it where a filter hides what a warehouse has", async () => {
  const page = await open("/stock?q=tea&warehouse=MAD&state=low", MAD_IS_UP);
  await page.getByText("Remove a filter").waitFor();
  assert.equal(await page.getByText("MAD has none of it").count(), 0);
  await page.context().close();
});

test("a shortage that another node tells of is told in the reader's language", async () => {
  const page = await open("/operations", clusterOf(), { ...DESK, language: "es" });
  await page.getByText("de BAG-0001 en MAD: se piden 5, hay 2,5").waitFor();
  await page.context().close();
});

test("a command for another node says that it waits, and says what became of it", async () => {
  const page = await open("/stock?q=cup", MAD_IS_DOWN);
  let operation = operationOf({ warehouse: "MAD", owner: "mad" });
  await page.route("**/v1/movements/batch", json({ id: operation.id, state: "queued" }, 202));
  await page.route(`**/v1/operations/${operation.id}`, (route) => json(operation)(route));
  await page.getByRole("button", { name: "Actions for CUP-1 in LON" }).click();
  await page.getByRole("menuitem", { name: "Receive" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Quantity").fill("3");
  await form.getByRole("button", { name: "Receive" }).click();
  const said = page.getByRole("alert").filter({ hasText: "waits for mad, which decides about MAD" });
  await said.waitFor();
  await said.getByRole("link", { name: "Show the operation" }).click();
  await page.getByText("is done once, even if you close this page").waitFor();
  operation = { ...operation, state: "done" };
  await page.getByRole("status").filter({ hasText: "mad has done it" }).waitFor();
  await page.getByRole("alert").filter({ hasText: "mad has done it" }).waitFor();
  await page.context().close();
});

test("a scan for another node's warehouse waits there and is booked once", async () => {
  const page = await open("/scan?warehouse=MAD", MAD_IS_DOWN);
  const keys = new Set<string | undefined>();
  let answers = 0;
  await page.route("**/v1/movements", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    keys.add(route.request().headers()["idempotency-key"]);
    if (answers++ < 2)
      return json({ id: "01920000-0000-7000-8000-00000000000a", state: "queued" }, 202)(route);
    return route.continue();
  });
  const before = await company.onHand("MAD", "TEA-1");
  const code = page.getByLabel("Scan or type a code");
  await code.fill("TEA-1");
  await code.press("Enter");
  await page.getByRole("button", { name: "Receive 1" }).click();
  await page.getByText("waits for its node").waitFor();
  await page.reload();
  await page.getByText("booked", { exact: true }).waitFor({ timeout: 15_000 });
  assert.equal(keys.size, 1, "one key for one scan");
  assert.equal(await company.onHand("MAD", "TEA-1"), before + 1);
  await page.context().close();
});

test("a dead letter is tried again or discarded after a question", async () => {
  const page = await open("/dead-letters", clusterOf());
  const asked: string[] = [];
  await page.route("**/v1/dead-letters/**", async (route) => {
    asked.push(`${route.request().method()} ${new URL(route.request().url()).pathname}`);
    await route.fulfill({ status: 204 });
  });
  await page.getByText("unknown field 17").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("It is tried again").waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.getByText("The letter is discarded").waitFor();
  assert.deepEqual(asked, ["POST /v1/dead-letters/letter-1/requeue", "DELETE /v1/dead-letters/letter-1"]);
  await page.context().close();
});

test("what an old owner booked is posted again or discarded after a question", async () => {
  const page = await open("/reconcile", clusterOf());
  const asked: string[] = [];
  await page.route("**/v1/reconcile/*/*", async (route) => {
    asked.push(new URL(route.request().url()).pathname);
    await json({ id: "x", warehouse: "ROT", state: "posted" })(route);
  });
  const receipt = page.getByRole("group", { name: "Receipt 24 BAG-0001" });
  await receipt.getByRole("button", { name: "Post again" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Post again" }).click();
  await page.getByText("It is posted", { exact: true }).waitFor();
  const issue = page.getByRole("group", { name: "Issue 3 BAG-0003" });
  await issue.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.getByText("It is discarded", { exact: true }).waitFor();
  assert.deepEqual(asked, ["/v1/reconcile/rot.1.978/post", "/v1/reconcile/rot.1.979/discard"]);
  await page.context().close();
});

test("another node's database opens at that node's address", async () => {
  const page = await open("/explorer", clusterOf());
  await page.getByRole("button", { name: "Database of lon" }).click();
  const mad = page.getByRole("menuitem", { name: "mad" });
  assert.equal(await mad.getAttribute("href"), "https://mad.example:8080/explorer");
  await page.getByRole("menuitem", { name: "rot (down)" }).waitFor();
  await page.context().close();
});

test("the explorer shows a table and its file holds what is shown, without formulas", async () => {
  const page = await open("/explorer", clusterOf());
  await page.getByRole("button", { name: "balance" }).click();
  const asked = page.waitForRequest("**/v1/explorer/query");
  await page.getByRole("button", { name: "Show balance" }).click();
  assert.deepEqual((await asked).postDataJSON(), { sql: 'SELECT * FROM "balance"', limit: 200 });
  await page.getByRole("cell", { name: "BAG-0003" }).waitFor();
  await page.getByText("there are more: raise the limit").waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV", exact: true }).click();
  const stream = await (await download).createReadStream();
  const text = (await stream.toArray()).join("");
  assert.match(text, /MAD,BAG-0003,-4,'=cmd\(\)/);
  await page.context().close();
});

test("the questions to begin with are answered by a real database, and all rows come as a file", async () => {
  const page = await open("/explorer", clusterOf());
  await page.unroute("**/v1/explorer/query");
  await page.unroute("**/v1/explorer/tables");
  for (const name of ["What is on the road", "Products without a barcode", "Stock of every product"]) {
    await page.reload();
    await page.getByRole("button", { name }).click();
    await page.getByText(/^\d+ rows?$/).waitFor();
  }
  await page.getByRole("cell", { name: "MAD" }).first().waitFor();
  await page.getByLabel("Rows at most").fill("1");
  await page.getByRole("button", { name: "Run" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "All rows as CSV" }).click();
  const text = (await (await (await download).createReadStream()).toArray()).join("");
  assert.match(text, /^sku,warehouse,on_hand\r?\n/);
  assert.match(text, /TEA-1,MAD,\d/);
  assert.match(text, /TEA-1,LON,\d/);
  await page.context().close();
});
