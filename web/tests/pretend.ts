// A cluster as it may be seen, put between the page and a server that works by itself: for states of nodes that a test
// cannot wait for, as a node that is down since five minutes. The types hold it to what servers really answer.
import type { Page, Route } from "playwright-core";
import type {
  Cluster,
  ClusterLog,
  ClusterNode,
  Conflict,
  DeadLetter,
  ExplorerResult,
  ExplorerTable,
  Operation,
  Void,
} from "../src/api/types";

const AT = "2026-03-02T09:30:00.000Z";

export function nodeOf(name: string, owns: string[], more: Partial<ClusterNode> = {}): ClusterNode {
  const address = `https://${name}.example:8080`;
  return { name, incarnation: 1, state: "up", version: "0.1.0", address, owns, heard_ms: 300, ...more };
}

export function logOf(node: string, more: Partial<ClusterLog> = {}): ClusterLog {
  return {
    node,
    incarnation: 1,
    position: 1204,
    head: 1204,
    behind: 0,
    age_ms: 300,
    state: "current",
    ...more,
  };
}

/** Three nodes: London answers, Madrid is a little behind, Rotterdam has been down for five minutes. */
export function clusterOf(more: Partial<Cluster> = {}): Cluster {
  return {
    node: "lon",
    company: "6f1d3c52-8a07-4c11-9d3e-0b8f5a1c7e20",
    fabric: { connected: true, round_trip_us: 1240, last_error: null, published: 8117 },
    nodes: [
      nodeOf("lon", ["LON"], { heard_ms: 0 }),
      nodeOf("mad", ["MAD"], { skew_ms: 2300 }),
      nodeOf("rot", ["ROT"], { state: "down", heard_ms: 300_000, last_error: "no answer" }),
    ],
    logs: [
      logOf("lon", { position: 8117, head: 8117, age_ms: 0, state: "own" }),
      logOf("mad", { position: 1201, head: 1204, behind: 3, age_ms: 200, state: "behind" }),
      logOf("rot", { position: 977, head: 977, age_ms: 300_000 }),
    ],
    commands_waiting: 2,
    dead_letters: 1,
    ...more,
  };
}

export function operationOf(more: Partial<Operation> = {}): Operation {
  return {
    id: "01920000-0000-7000-8000-000000000001",
    command: "move",
    warehouse: "ROT",
    owner: "rot",
    actor: "admin",
    actor_id: "01910000-0000-7000-8000-000000000001",
    key: "k1",
    state: "queued",
    accepted_at: AT,
    expires_at: "2026-03-09T09:30:00.000Z",
    ...more,
  };
}

export const OPERATIONS: Operation[] = [
  operationOf(),
  operationOf({ id: "01920000-0000-7000-8000-000000000002", command: "dispatch_transfer" }),
  operationOf({ id: "01920000-0000-7000-8000-000000000003", warehouse: "MAD", owner: "mad", state: "done" }),
  operationOf({
    id: "01920000-0000-7000-8000-000000000004",
    warehouse: "MAD",
    owner: "mad",
    state: "refused",
    problem: {
      type: "urn:acopio:problem:insufficient_stock",
      title: "insufficient stock",
      status: 409,
      code: "insufficient_stock",
      detail: "insufficient stock of BAG-0001 in MAD: asked 5, available 2.5",
      values: { warehouse: "MAD", sku: "BAG-0001", asked: "5", available: "2.5" },
    },
  }),
];

export const LETTERS: DeadLetter[] = [
  {
    id: "letter-1",
    from: "mad",
    laid_aside_at: AT,
    deliveries: 5,
    reason: "the command is of a later version: unknown field 17",
    body: '{"command":"move","warehouse":"LON","sku":"BAG-0001","quantity":4}',
  },
];

export const VOIDS: Void[] = [
  {
    id: "rot.1.978",
    warehouse: "ROT",
    kind: "receipt",
    sku: "BAG-0001",
    quantity: 24,
    actor: "marta",
    stamp: AT,
    entries: 1,
    state: "open",
  },
  {
    id: "rot.1.979",
    warehouse: "ROT",
    kind: "issue",
    sku: "BAG-0003",
    quantity: 3,
    actor: "marta",
    stamp: AT,
    entries: 2,
    state: "open",
  },
];

export const CONFLICTS: Conflict[] = [
  {
    id: "product/BAG-0001/name",
    kind: "product",
    record: "BAG-0001",
    field: "name",
    sides: [
      { node: "mad", stamp: "2026-03-02T09:29:12.000Z", value: "Red jumbo bag", counts: false },
      { node: "lon", stamp: AT, value: "Jumbo bag, red", counts: true },
    ],
  },
];

export const TABLES: ExplorerTable[] = [
  {
    name: "balance",
    about: "Stock in thousandths.",
    columns: [
      { name: "warehouse", type: "TEXT" },
      { name: "sku", type: "TEXT" },
      { name: "on_hand", type: "INTEGER" },
    ],
  },
  { name: "product", about: "Products.", columns: [{ name: "sku", type: "TEXT" }] },
];

export const RESULT: ExplorerResult = {
  columns: ["warehouse", "sku", "on_hand", "reason"],
  rows: [
    ["LON", "BAG-0001", 1200, null],
    ["MAD", "BAG-0003", -4, "=cmd()"],
  ],
  truncated: true,
  elapsed_ms: 3,
};

const json =
  (body: unknown, status = 200) =>
  (route: Route) =>
    route.fulfill({ status, contentType: "application/json", body: JSON.stringify(body) });

/** Answers for the cluster instead of the server. What a test cares about it routes itself, afterwards. */
export async function pretend(page: Page, cluster: Cluster | (() => Cluster) = clusterOf()): Promise<void> {
  const now = () => (typeof cluster === "function" ? cluster() : cluster);
  await page.route("**/v1/cluster", (route) => json(now())(route));
  await page.route(/\/v1\/operations(\?|$)/, json({ items: OPERATIONS, next_cursor: null }));
  for (const operation of OPERATIONS) await page.route(`**/v1/operations/${operation.id}`, json(operation));
  await page.route(/\/v1\/dead-letters(\?|$)/, json({ items: LETTERS, next_cursor: null }));
  await page.route(/\/v1\/reconcile(\?|$)/, json({ items: VOIDS, next_cursor: null }));
  await page.route(/\/v1\/conflicts(\?|$)/, json({ items: CONFLICTS, next_cursor: null }));
  await page.route("**/v1/explorer/tables", json({ items: TABLES }));
  await page.route("**/v1/explorer/query", json(RESULT));
}

export { json };
