// Commands that wait until the server has answered them: kept in the browser's database with their keys, so that a
// reload or a lost connection loses none and sends none twice.
import { type DBSchema, openDB } from "idb";
import { useSyncExternalStore } from "react";
import { type Later, waits } from "../../api/accepted";
import { api, command, outcome } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import type { MovementRequest, Quantity } from "../../api/types";

/** Goods that leave for another warehouse at once: a transfer that is sent with them. */
export interface Move {
  kind: "move";
  warehouse: string;
  to: string;
  sku: string;
  quantity: Quantity;
  reference?: string;
}

export interface Scan {
  /** Its idempotency key, in the order of time. */
  key: string;
  user: string;
  name: string;
  body: MovementRequest | Move;
  /** `waiting` in this browser, `queued` at the server for the node that decides, or decided. */
  state: "waiting" | "queued" | "done" | "refused" | "undone";
  id?: string;
  /** The transfer that a move has become. */
  transfer?: string;
  on_hand?: Quantity;
  problem?: { code: string; detail?: string; status: number };
}

interface Schema extends DBSchema {
  scans: { key: string; value: Scan };
}

const KEPT = 200;
const AGAIN_MS = 3000;
const LOCK = "acopio.scans";

const database = openDB<Schema>("acopio", 1, {
  upgrade: (db) => void db.createObjectStore("scans", { keyPath: "key" }),
});

let scans: Scan[] = [];
const watchers = new Set<() => void>();
// Other tabs of this browser draw the same list.
const channel = new BroadcastChannel("acopio.scans");
channel.onmessage = () => void load();

async function load() {
  const all = (await (await database).getAll("scans")).toReversed();
  scans = all;
  for (const watcher of watchers) watcher();
}

async function put(scan: Scan) {
  await (await database).put("scans", scan);
  await load();
  channel.postMessage(null);
}

/** Keeps a command, then sends it and all that wait. It is safe once this returns. */
export async function post(scan: Omit<Scan, "state">): Promise<void> {
  await put({ ...scan, state: "waiting" });
  void drain();
}

/** Sends what waits, in order, from one tab at a time. */
export async function drain(): Promise<void> {
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    for (;;) {
      const next = (await (await database).getAll("scans")).find(({ state }) => state === "waiting");
      if (!next || !(await send(next))) break;
    }
    await askForQueued();
  });
  await prune();
}

/** Asks what became of what waits at the server: the same request again learns it. In order, warehouse by warehouse. */
async function askForQueued() {
  const queued = (await (await database).getAll("scans")).filter(({ state }) => state === "queued");
  const undecided = new Set<string>();
  for (const scan of queued) {
    const { warehouse } = scan.body;
    if (!undecided.has(warehouse) && !(await send(scan))) undecided.add(warehouse);
  }
}

/** Whether the server has it, and has decided if it was there before. */
async function send(scan: Scan): Promise<boolean> {
  const isQueued = scan.state === "queued";
  try {
    const done = await (scan.body.kind === "move"
      ? dispatch(scan.key, scan.body)
      : book(scan.key, scan.body));
    if (waits(done)) {
      if (!isQueued) await put({ ...scan, state: "queued" });
      return !isQueued;
    }
    await put({ ...scan, state: "done", ...done });
    return true;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.isPassing || error.status === 401 || error.status >= 500)
      return false;
    const { code, status, problem } = error;
    await put({ ...scan, state: "refused", problem: { code, status, detail: problem.detail } });
    return true;
  }
}

const headers = (key: string) => ({ header: { "Idempotency-Key": key, Prefer: "wait=0" } });

async function book(key: string, body: MovementRequest): Promise<Later | Partial<Scan>> {
  const done = await outcome(api.POST("/v1/movements", { params: headers(key), body }));
  return waits(done) ? done : { id: done.id, on_hand: done.on_hand };
}

async function dispatch(
  key: string,
  { warehouse, to, sku, quantity, reference }: Move,
): Promise<Later | Partial<Scan>> {
  const body = { from: warehouse, to, lines: [{ sku, quantity }], reference, dispatch: true };
  const done = await outcome(api.POST("/v1/transfers", { params: headers(key), body }));
  return waits(done) ? done : { transfer: done.id };
}

/** Takes a decided command back by a counter-movement. */
export async function undo(scan: Scan): Promise<void> {
  if (!scan.id) return;
  const params = { path: { id: scan.id } };
  const undone = await command(api.POST("/v1/movements/{id}/undo", { params, body: {} }));
  if (!waits(undone)) await put({ ...scan, state: "undone" });
}

/** Forgets a refusal that somebody has seen. */
export async function forget(scan: Scan): Promise<void> {
  await (await database).delete("scans", scan.key);
  await load();
  channel.postMessage(null);
}

async function prune() {
  const db = await database;
  const decided = scans.filter(({ state }) => state !== "waiting" && state !== "queued").slice(KEPT);
  for (const { key } of decided) await db.delete("scans", key);
}

function watch(watcher: () => void) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export const useScans = () => useSyncExternalStore(watch, () => scans);
export const useWaiting = () =>
  useSyncExternalStore(watch, () => scans.filter(({ state }) => state === "waiting").length);

void load().then(drain);
window.addEventListener("online", () => void drain());
setInterval(() => {
  if (scans.some(({ state }) => state === "waiting" || state === "queued")) void drain();
}, AGAIN_MS);
