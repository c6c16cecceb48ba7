// Starts what browser tests need: Debian's Chromium, and somebody who is signed in.
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

const PATIENCE_MS = 10_000;

export function hasBrowser(): boolean {
  return existsSync(CHROMIUM);
}

export function launch(...more: string[]): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-dev-shm-usage", ...more];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

export interface Look {
  width: number;
  height: number;
  scheme: "light" | "dark";
  language: "en" | "es";
}

export const DESK: Look = { width: 1280, height: 800, scheme: "light", language: "en" };

/** A browser of its own, as somebody sees it who comes for the first time. */
export async function visit(browser: Browser, url: string, look: Look = DESK): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    locale: look.language,
    serviceWorkers: "block",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

export async function signIn(page: Page, username: string, password: string): Promise<void> {
  await page.goto("/");
  await page.locator("input[autocomplete=username]").fill(username);
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.locator("button[type=submit]").click();
  await page.locator("#screen").waitFor();
}
