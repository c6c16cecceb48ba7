// Puts what has happened into what is already on the screen, newer over older, without asking the server again.
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Page, ProductStock, Quantity, StockRow } from "../api/types";

export interface LiveEvent {
  name:
    | "movement"
    | "hold"
    | "release"
    | "alert_raised"
    | "alert_resolved"
    | "alert_handled"
    | "reorder_rule"
    | "product"
    | "category"
    | "warehouse"
    | "import"
    | "transfer"
    | "settings";
  data: {
    warehouse?: string;
    sku?: string;
    version?: number;
    on_hand?: Quantity;
    reserved?: Quantity;
    on_hold?: Quantity;
    available?: Quantity;
  };
}

/** The newest figures by SKU, then by warehouse: most rows are done with after one look-up. */
export type Newest = Map<string, Map<string, LiveEvent["data"]>>;

/** Notes figures as the newest ones of their place. */
export function note(newest: Newest, data: LiveEvent["data"]): Newest {
  const { sku = "", warehouse = "" } = data;
  const places = newest.get(sku) ?? new Map();
  return newest.set(sku, places.set(warehouse, data));
}

/** Which lists have to be read again after an event, for it says too little to patch them. */
const STALE_AFTER: Partial<Record<LiveEvent["name"], string[][]>> = {
  movement: [["movements"], ["statistics"], ["operations"]],
  hold: [["holds"], ["product-stock"]],
  release: [["holds"], ["product-stock"]],
  alert_raised: [["alerts"]],
  alert_resolved: [["alerts"]],
  alert_handled: [["alerts"]],
  reorder_rule: [["rules"]],
  product: [["product"], ["products"]],
  category: [["categories"]],
  warehouse: [["warehouses"]],
  transfer: [["transfers"], ["product-stock"]],
  import: [["imports"], ["stock"]],
  settings: [["settings"], ["statistics"]],
};

/** Applies a batch of events to the cache. */
export function applyEvents(queries: QueryClient, events: LiveEvent[]): void {
  const newest: Newest = new Map();
  const stale = new Map<string, string[]>();
  for (const { name, data } of events) {
    for (const key of STALE_AFTER[name] ?? []) stale.set(key.join(), key);
    if (data.version === undefined || data.available === undefined) continue;
    note(newest, data);
  }
  if (newest.size > 0) patchStock(queries, newest);
  for (const key of stale.values()) refresh(queries, key);
}

/** A row with the newer figures; the same object where nothing is newer, so that it is not drawn again. */
export function patched(row: StockRow, newest: Newest): StockRow {
  const data = newest.get(row.sku)?.get(row.warehouse);
  if (!data || (data.version ?? 0) <= row.version) return row;
  const { on_hand, reserved, on_hold, available, version } = data;
  const given = Object.entries({ on_hand, reserved, on_hold, available, version });
  return { ...row, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}

function patchStock(queries: QueryClient, newest: Newest) {
  queries.setQueriesData<InfiniteData<Page<StockRow>>>({ queryKey: ["stock", "list"] }, (data) => {
    if (!data) return data;
    let changed = false;
    const pages = data.pages.map((page) => {
      let pageChanged = false;
      const items = page.items.map((row) => {
        const next = patched(row, newest);
        if (next !== row) pageChanged = true;
        return next;
      });
      changed ||= pageChanged;
      return pageChanged ? { ...page, items } : page;
    });
    return changed ? { ...data, pages } : data;
  });
  // The sums are the server's: a product that is looked at is read again.
  queries.setQueriesData<ProductStock>({ queryKey: ["product-stock"] }, (data) => {
    if (!data) return data;
    const items = data.items.map((row) => patched(row, newest));
    return items.some((row, at) => row !== data.items[at]) ? { ...data, items } : data;
  });
  queries.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === "product-stock" && newest.has(queryKey[1] as string),
  });
}

const REFRESH_MS = 1000;
const pending = new Set<string>();

/** Reads lists again, at most once a second each, however much happens. */
function refresh(queries: QueryClient, key: string[]) {
  const name = key.join();
  if (pending.has(name)) return;
  pending.add(name);
  setTimeout(() => {
    pending.delete(name);
    queries.invalidateQueries({ queryKey: key });
  }, REFRESH_MS);
}
