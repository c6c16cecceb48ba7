// What a page keeps after an hour of a busy company's events, which come faster here than in life.
import type { CDPSession, Page } from "playwright-core";
import type { Company } from "../../tests/company";
import { skuOf } from "./company";
import { type Figure, megabytes } from "./figures";

/** Two movements a second, for an hour. */
const EVENTS = 7200;
const BATCH = 60;
const PAUSE_MS = 150;

async function heap(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize;
}

export async function memory(page: Page, company: Company, products: number): Promise<Figure[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  await page.goto("/stock");
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByRole("row").nth(3).waitFor();
  const before = await heap(session);
  for (let done = 0; done < EVENTS; done += BATCH) {
    const movements = Array.from({ length: BATCH }, (_, at) => ({
      kind: "receipt",
      warehouse: "LON",
      // Half of them touch what is on the screen.
      sku: skuOf(at % 2 === 0 ? (done + at) % 200 : (done * 31 + at) % products),
      quantity: 1,
    }));
    await company.post("/v1/movements/batch", { movements, atomic: false });
    await page.waitForTimeout(PAUSE_MS);
  }
  await page.waitForTimeout(2000);
  const after = await heap(session);
  return [
    ["Memory of the stock table (JavaScript heap), at first", megabytes(before)],
    [`Memory after ${EVENTS.toLocaleString("en")} live movements (an hour at 2 a second)`, megabytes(after)],
  ];
}
