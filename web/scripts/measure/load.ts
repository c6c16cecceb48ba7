// The first visit: what comes over the wire, and when the page can be used on a slow machine.
import type { Browser, CDPSession, Page } from "playwright-core";
import { DESK, signIn, visit } from "../../tests/browser";
import { type Company, PASSWORD } from "../../tests/company";
import { type Figure, kilobytes, milliseconds } from "./figures";

const SLOWER = 4;
const QUIET_MS = 1000;

interface Wire {
  bytes: number;
  requests: number;
}

async function wireOf(session: CDPSession): Promise<Wire> {
  const wire = { bytes: 0, requests: 0 };
  await session.send("Network.enable");
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    wire.bytes += encodedDataLength;
    wire.requests += 1;
  });
  return wire;
}

/** Notes long tasks from the first moment of a page. */
const WATCH = `
  window.lastLongTask = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.lastLongTask = entry.startTime + entry.duration;
  }).observe({ type: "longtask", buffered: true });
`;

declare global {
  interface Window {
    lastLongTask: number;
  }
}

/** When the page was drawn and nothing kept it busy any more: since navigation began. */
async function interactive(page: Page): Promise<number> {
  // No function has a name in here: the page has not what the compiler puts around those.
  return page.evaluate(async (quiet) => {
    const drawn = performance.now();
    while (performance.now() - Math.max(drawn, window.lastLongTask) < quiet) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return Math.max(drawn, window.lastLongTask);
  }, QUIET_MS);
}

export async function load(browser: Browser, company: Company): Promise<Figure[]> {
  const context = await visit(browser, company.url(), DESK);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const wire = await wireOf(session);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.addInitScript(WATCH);
  await page.goto("/stock");
  await page.locator("input[autocomplete=username]").waitFor();
  const signInMs = await interactive(page);
  const first = { ...wire };
  await signIn(page, "admin", PASSWORD);
  const whole = { ...wire };
  await page.goto("/stock");
  await page.getByRole("row").nth(3).waitFor();
  const stockMs = await interactive(page);
  await context.close();
  return [
    ["Sign-in page, first visit: over the wire", kilobytes(first.bytes)],
    ["Sign-in page, first visit: requests", String(first.requests)],
    [`Sign-in page, first visit: can be used after (CPU ${SLOWER} × slower)`, milliseconds(signInMs)],
    ["Up to the home screen: over the wire", kilobytes(whole.bytes)],
    ["Up to the home screen: requests", String(whole.requests)],
    [`Stock table, later visit: can be used after (CPU ${SLOWER} × slower)`, milliseconds(stockMs)],
  ];
}
