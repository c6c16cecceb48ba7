// Follows the server's events, and says whether the connection lives.
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { applyEvents, type LiveEvent } from "./patch";

export type LiveState = "live" | "connecting" | "offline";

const NAMES = [
  "movement",
  "hold",
  "release",
  "alert_raised",
  "alert_resolved",
  "alert_handled",
  "reorder_rule",
  "product",
  "category",
  "warehouse",
  "import",
  "transfer",
  "settings",
] as const;
const FLUSH_MS = 120;

let state: LiveState = "connecting";
const watchers = new Set<() => void>();

function become(next: LiveState) {
  if (state === next) return;
  state = next;
  for (const watcher of watchers) watcher();
}

/** Opens the stream; what it gives back closes it. After a break all lists are read again. */
export function follow(queries: QueryClient): () => void {
  let source: EventSource | undefined;
  let waiting: LiveEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let broken = false;

  const flush = () => {
    timer = undefined;
    const events = waiting;
    waiting = [];
    applyEvents(queries, events);
  };
  const take = (name: LiveEvent["name"]) => (event: MessageEvent<string>) => {
    waiting.push({ name, data: JSON.parse(event.data) });
    timer ??= setTimeout(flush, FLUSH_MS);
  };
  const open = () => {
    source = new EventSource("/v1/events");
    source.onopen = () => {
      if (broken) queries.invalidateQueries();
      broken = false;
      become("live");
    };
    source.onerror = () => {
      broken = true;
      become(navigator.onLine ? "connecting" : "offline");
      // A refused stream is not tried again by the browser: ask who we are, and try later.
      if (source?.readyState !== EventSource.CLOSED) return;
      queries.invalidateQueries({ queryKey: ["me"] });
      again = setTimeout(open, 3000);
    };
    for (const name of NAMES) source.addEventListener(name, take(name));
    source.addEventListener("reset", () => queries.invalidateQueries());
  };
  const offline = () => become("offline");
  const online = () => become("connecting");
  window.addEventListener("offline", offline);
  window.addEventListener("online", online);
  open();
  return () => {
    source?.close();
    clearTimeout(timer);
    clearTimeout(again);
    window.removeEventListener("offline", offline);
    window.removeEventListener("online", online);
  };
}

/** Whether figures on the screen follow what happens. */
export function useLive(): LiveState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );
}
