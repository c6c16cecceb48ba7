// From the last key to the rows that match.
import type { Page } from "playwright-core";
import { nameOf, skuOf } from "./company";
import { type Figure, milliseconds, quantile } from "./figures";

const SEARCHES = 30;
const KEY_MS = 60;

/** Types a text into the search field, and waits for the one row that it means. */
async function search(page: Page, text: string, sku: string): Promise<number> {
  const field = page.getByRole("searchbox");
  await field.fill("");
  await page.waitForURL((url) => !url.searchParams.has("q"));
  await field.pressSequentially(text, { delay: KEY_MS });
  return page.evaluate(async (wanted) => {
    const typed = performance.now();
    for (;;) {
      const rows = document.querySelectorAll("[role=rowgroup] [role=row]");
      if (rows.length === 1 && rows[0]?.textContent?.includes(wanted)) return performance.now() - typed;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, sku);
}

export async function typing(page: Page, products: number): Promise<Figure[]> {
  const times: number[] = [];
  for (let at = 0; at < SEARCHES; at++) {
    // One that is in the first warehouse alone, whose number begins no other: a single row matches.
    const which = products / 2 + (((at * 7919) % (products / 20)) * 10 + 3);
    times.push(await search(page, nameOf(which), skuOf(which)));
  }
  const label = `Typing to result, ${products.toLocaleString("en")} products, ${SEARCHES} searches`;
  return [
    [`${label}: median`, milliseconds(quantile(times, 0.5))],
    [`${label}: worst`, milliseconds(Math.max(...times))],
  ];
}
