// Finds the product that somebody scanned or typed the code of.
import { api, call } from "./client";
import { ApiProblem } from "./problem";
import type { Product } from "./types";

/** The product with exactly this SKU or barcode; nothing where there is none. */
export async function findByCode(code: string): Promise<Product | undefined> {
  const wanted = code.trim();
  if (!wanted) return undefined;
  const page = await call(api.GET("/v1/products", { params: { query: { q: wanted, limit: 20 } } }));
  const same = (text: string) => text.toLowerCase() === wanted.toLowerCase();
  return page.items.find((product) => product.barcodes.some(same) || same(product.sku));
}

/** The product of a SKU, or nothing. */
export async function findBySku(sku: string): Promise<Product | undefined> {
  try {
    return await call(api.GET("/v1/products/{sku}", { params: { path: { sku } } }));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined;
    throw error;
  }
}
