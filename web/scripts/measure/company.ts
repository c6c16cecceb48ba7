// The company that is measured: as many products as asked for, each with stock in two warehouses.
import type { Company } from "../../tests/company";

const LINES = 10_000;
const POLL_MS = 500;
const COLOURS = ["red", "blue", "green", "white", "black", "yellow", "oak", "steel"];
const THINGS = [
  "bag",
  "cup",
  "lamp",
  "chair",
  "towel",
  "basket",
  "candle",
  "clock",
  "frame",
  "mug",
  "rug",
  "vase",
];
const SIZES = ["small", "large", "tall", "round", "square", "folding", "jumbo", "travel"];

const of = (words: string[], at: number) => words[at % words.length] ?? "";
export const skuOf = (at: number) => `M-${String(at).padStart(6, "0")}`;
export const nameOf = (at: number) =>
  `${of(SIZES, Math.floor(at / 7))} ${of(COLOURS, at)} ${of(THINGS, Math.floor(at / 3))} no ${at}`;

function catalogue(count: number): string {
  const rows = Array.from(
    { length: count },
    (_, at) => `${skuOf(at)},${nameOf(at)},${of(THINGS, Math.floor(at / 3))}`,
  );
  return `${["sku,name,category", ...rows].join("\n")}\n`;
}

const PROFILE = `name = "measure"
kind = "products"
[fields]
sku = "sku"
name = "name"
category = "category"
`;

async function importProducts(company: Company, count: number) {
  const form = new FormData();
  form.append("profile", PROFILE);
  form.append("file", new Blob([catalogue(count)], { type: "text/csv" }), "catalogue.csv");
  const headers = { authorization: `Bearer ${company.token}`, "idempotency-key": "measure-catalogue" };
  const response = await fetch(`${company.url()}/v1/imports`, { method: "POST", body: form, headers });
  const { id } = await response.json();
  await until(company, id, "checked");
  await company.post(`/v1/imports/${id}/commit`, {});
  await until(company, id, "committed");
}

async function until(company: Company, id: string, state: string) {
  for (;;) {
    const now = await company.get(`/v1/imports/${id}`);
    if (now.state === state) return;
    if (now.state === "failed") throw new Error(`the import failed: ${now.detail}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Makes the products, and receives some of each in the first warehouse, of every tenth in the second. */
export async function fill(company: Company, count: number): Promise<void> {
  await importProducts(company, count);
  for (const [warehouse, step] of [
    ["LON", 1],
    ["MAD", 10],
  ] as const) {
    const all = Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);
    for (let from = 0; from < all.length; from += LINES) {
      const movements = all.slice(from, from + LINES).map((at) => ({
        kind: "receipt",
        warehouse,
        sku: skuOf(at),
        quantity: 1 + (at % 90),
      }));
      await company.post("/v1/movements/batch", { movements, atomic: false });
    }
  }
}
