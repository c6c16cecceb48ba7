// Whether a figure may be taken as that of now. A page stays open for hours: what was fresh when it was read grows old when
// a node or the connection fails, so ages come from what is known of the nodes now.
import type { Cluster } from "../api/types";

/** How long the server may be silent before nothing that it said looks live. */
export const SILENT_MS = 10_000;

export interface Freshness {
  ms: number;
  isLive: boolean;
  /** Whether the answering node decides about it: there is no younger figure anywhere. */
  isOwn: boolean;
}

/** A figure's warehouse, with its age as it was when it was read. */
export interface Aged {
  warehouse: string;
  age_ms?: number;
  is_live?: boolean;
}

/** How old a figure is, by what the server said of its nodes `silent_ms` ago. */
export function freshnessOf(row: Aged, cluster: Cluster | undefined, silent_ms: number): Freshness {
  const isHeard = silent_ms < SILENT_MS;
  const since = isHeard ? 0 : silent_ms;
  const owner = cluster?.nodes.find(({ owns }) => owns.includes(row.warehouse));
  if (!cluster || !owner) {
    const ms = row.age_ms ?? 0;
    return { ms: ms + since, isLive: isHeard && (row.is_live ?? true), isOwn: ms === 0 };
  }
  if (owner.name === cluster.node) return { ms: since, isLive: isHeard, isOwn: true };
  const log = cluster.logs.find(({ node }) => node === owner.name);
  const isFollowed = owner.state === "up" && log !== undefined && log.state !== "held";
  const ms = log?.age_ms ?? row.age_ms ?? 0;
  return { ms: ms + since, isLive: isHeard && isFollowed, isOwn: false };
}
