// The whole table from top to bottom, and how even its frames are.
import type { Page } from "playwright-core";
import { type Figure, milliseconds, quantile } from "./figures";

const FRAMES = 600;
const STEP_PIXELS = 900;

/** Scrolls to the end until there is nothing more to read; how many rows there are then. */
async function readAll(page: Page): Promise<{ rows: number; ms: number }> {
  return page.evaluate(async () => {
    const box = document.querySelector(".stock-box") as HTMLElement;
    const begin = performance.now();
    while (box.getAttribute("aria-rowcount") === "-1") {
      box.scrollTop = box.scrollHeight;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { rows: Number(box.getAttribute("aria-rowcount")), ms: performance.now() - begin };
  });
}

/** How long each frame took while the table was scrolled by many rows a frame. */
async function frames(page: Page): Promise<number[]> {
  return page.evaluate(
    async ([count, step]) => {
      const box = document.querySelector(".stock-box") as HTMLElement;
      box.scrollTop = 0;
      const times: number[] = [];
      let before = await new Promise<number>(requestAnimationFrame);
      for (let at = 0; at < (count ?? 0); at++) {
        box.scrollTop += step ?? 0;
        const now = await new Promise<number>(requestAnimationFrame);
        times.push(now - before);
        before = now;
      }
      return times;
    },
    [FRAMES, STEP_PIXELS],
  );
}

export async function scroll(page: Page): Promise<Figure[]> {
  await page.goto("/stock");
  await page.getByRole("row").nth(3).waitFor();
  const { rows, ms } = await readAll(page);
  const times = await frames(page);
  const label = `Scrolling ${rows.toLocaleString("en")} rows, ${STEP_PIXELS} pixels a frame`;
  return [
    [`Reading all ${rows.toLocaleString("en")} rows by scrolling`, milliseconds(ms)],
    [`${label}: median frame`, milliseconds(quantile(times, 0.5))],
    [`${label}: 95 of 100 frames below`, milliseconds(quantile(times, 0.95))],
    [`${label}: longest frame`, milliseconds(Math.max(...times))],
  ];
}
