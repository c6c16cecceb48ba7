// Lists that come in pages, and small ones that are read whole.
import { type InfiniteData, infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, call } from "./client";
import { remember } from "./remember";
import type { AlertState, AuditQuery, MovementQuery, Page, StockQuery, TransferQuery } from "./types";

/** The first page is there at once; the others come before they are scrolled to. */
const FIRST_ROWS = 200;
const PAGE_ROWS = 1000;
const WHOLE_LIST_ROWS = 1000;

type Fetch<T> = (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;

/** A list whose pages are read one after the other. */
export function paged<T>(key: readonly unknown[], fetchPage: Fetch<T>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<T>) => page.next_cursor ?? undefined,
    placeholderData: (before: InfiniteData<Page<T>, string | undefined> | undefined) => before,
  });
}

export const stockList = (query: Omit<StockQuery, "limit" | "cursor">) =>
  paged(["stock", "list", query], (cursor, signal) =>
    call(
      api.GET("/v1/stock", {
        params: { query: { ...query, limit: cursor ? PAGE_ROWS : FIRST_ROWS, cursor } },
        signal,
      }),
    ),
  );

export const movementList = (query: Omit<MovementQuery, "limit" | "cursor">) =>
  paged(["movements", "list", query], (cursor, signal) =>
    call(api.GET("/v1/movements", { params: { query: { ...query, limit: 100, cursor } }, signal })),
  );

export const alertList = (query: { state?: AlertState; warehouse?: string; sku?: string }) =>
  paged(["alerts", "list", query], (cursor, signal) =>
    call(api.GET("/v1/alerts", { params: { query: { ...query, limit: 100, cursor } }, signal })),
  );

export const ruleList = (query: { warehouse?: string; sku?: string }) =>
  paged(["rules", "list", query], (cursor, signal) =>
    call(api.GET("/v1/reorder-rules", { params: { query: { ...query, limit: 100, cursor } }, signal })),
  );

export const holdList = (query: { warehouse?: string; sku?: string; state?: "held" | "released" }) =>
  paged(["holds", "list", query], (cursor, signal) =>
    call(api.GET("/v1/holds", { params: { query: { ...query, limit: 100, cursor } }, signal })),
  );

export const transferList = (query: Omit<TransferQuery, "limit" | "cursor">) =>
  paged(["transfers", "list", query], (cursor, signal) =>
    call(api.GET("/v1/transfers", { params: { query: { ...query, limit: 50, cursor } }, signal })),
  );

export const auditList = (query: AuditQuery) =>
  paged(["audit", query], (cursor, signal) =>
    call(api.GET("/v1/audit", { params: { query: { ...query, limit: 50, cursor } }, signal })),
  );

export const importList = () =>
  paged(["imports", "list"], (cursor, signal) =>
    call(api.GET("/v1/imports", { params: { query: { limit: 50, cursor } }, signal })),
  );

export const userList = () =>
  paged(["users", "list"], (cursor, signal) =>
    call(api.GET("/v1/users", { params: { query: { limit: 100, cursor } }, signal })),
  );

export const warehouses = () =>
  queryOptions({
    queryKey: ["warehouses"],
    queryFn: ({ signal }) =>
      remember("warehouses", () => call(api.GET("/v1/warehouses", { signal })).then((page) => page.items)),
    staleTime: 60_000,
  });

export const categories = () =>
  queryOptions({
    queryKey: ["categories"],
    queryFn: ({ signal }) => call(api.GET("/v1/categories", { signal })).then((page) => page.items),
    staleTime: 60_000,
  });

/** A product's stock in every warehouse. */
export const productStock = (sku: string) =>
  queryOptions({
    queryKey: ["product-stock", sku],
    queryFn: ({ signal }) => call(api.GET("/v1/products/{sku}/stock", { params: { path: { sku } }, signal })),
  });

/** The shortages that are not over, whole: what marks rows as low. */
export const shortages = () =>
  queryOptions({
    queryKey: ["alerts", "unresolved"],
    queryFn: ({ signal }) =>
      call(
        api.GET("/v1/alerts", {
          params: { query: { state: "unresolved", limit: WHOLE_LIST_ROWS } },
          signal,
        }),
      ),
    staleTime: 30_000,
  });

/** All rows of the pages that have been read. */
export function rowsOf<T>(data: InfiniteData<Page<T>> | undefined): T[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
