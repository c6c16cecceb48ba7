// Products that were scanned before, kept so that their codes are known without a connection.
import { findByCode } from "../../api/find";
import type { Product } from "../../api/types";

const KEPT_AT = "acopio.known";
const KEPT = 2000;

export interface Known {
  sku: string;
  name: string;
  unit: string;
  codes: string[];
}

function kept(): Known[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AT) ?? "[]");
  } catch {
    return [];
  }
}

function keep({ sku, name, unit, barcodes }: Product): Known {
  const known = { sku, name, unit: unit.name, codes: [sku, ...barcodes] };
  const others = kept().filter((other) => other.sku !== sku);
  localStorage.setItem(KEPT_AT, JSON.stringify([known, ...others].slice(0, KEPT)));
  return known;
}

/** The product of a code: what the server says, and without it what was known; nothing where it is unknown. */
export async function lookUp(code: string): Promise<Known | undefined> {
  try {
    const product = await findByCode(code);
    return product && keep(product);
  } catch (error) {
    const wanted = code.trim().toLowerCase();
    const before = kept().find(({ codes }) => codes.some((text) => text.toLowerCase() === wanted));
    if (before) return before;
    throw error;
  }
}
