// What people type into the form of a product, as texts, and what is sent of it.
import i18n from "i18next";
import type { Product } from "../../api/types";
import { typed } from "../stock/QuickEdit";

export interface Values {
  name: string;
  description: string;
  category: string;
  barcodes: string;
  price: string;
  cost: string;
}

export const EMPTY: Values = { name: "", description: "", category: "", barcodes: "", price: "", cost: "" };

/** A figure to be edited: all its digits, with the reader's own sign before the decimals. */
function decimal(value: string | number | null | undefined): string {
  const sign = new Intl.NumberFormat(i18n.language).format(1.5).charAt(1);
  return value == null ? "" : String(value).replace(".", sign);
}

export function valuesOf(product: Product): Values {
  return {
    name: product.name,
    description: product.description,
    category: product.category ?? "",
    barcodes: product.barcodes.join(" "),
    price: decimal(product.price),
    cost: decimal(product.cost),
  };
}

const list = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

/** What a field becomes in the request. */
function sent(name: keyof Values, text: string): unknown {
  if (name === "barcodes") return list(text);
  if (name === "description") return text;
  if (name === "price" || name === "cost") return text.trim() === "" ? null : typed(text);
  return text.trim() === "" ? null : text.trim();
}

/** The fields that differ from what they were: nobody overwrites what they did not touch. */
export function changes(before: Values, now: Values): Record<string, unknown> {
  const names = Object.keys(now) as (keyof Values)[];
  return Object.fromEntries(
    names.filter((name) => before[name] !== now[name]).map((name) => [name, sent(name, now[name])]),
  );
}
