// Measures the web interface against a server of its own, and prints the table that docs/web.md keeps:
//   npm run measure -- [number of products]
import { launch, signIn, visit } from "../tests/browser";
import { Company, PASSWORD } from "../tests/company";
import { fill } from "./measure/company";
import type { Figure } from "./measure/figures";
import { load } from "./measure/load";
import { memory } from "./measure/memory";
import { scroll } from "./measure/scroll";
import { typing } from "./measure/typing";

const PRODUCTS = 100_000;
const LONG_MS = 120_000;

const products = Number(process.argv[2] ?? PRODUCTS);
const company = await Company.start();
const browser = await launch();
const say = (figures: Figure[]) => {
  for (const [name, value] of figures) console.log(`| ${name} | ${value} |`);
};
try {
  await fill(company, products);
  console.log("| What | Figure |\n|---|---:|");
  say(await load(browser, company));
  const context = await visit(browser, company.url());
  context.setDefaultTimeout(LONG_MS);
  const page = await context.newPage();
  await signIn(page, "admin", PASSWORD);
  await page.goto("/stock");
  await page.getByRole("row").nth(3).waitFor();
  say(await typing(page, products));
  say(await scroll(page));
  say(await memory(page, company, products));
} finally {
  await browser.close();
  await company.end();
}
