// The ages of figures for whoever shows some.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { clusterState } from "../api/cluster";
import { useLive } from "./events";
import { type Aged, type Freshness, freshnessOf, SILENT_MS } from "./freshness";

export interface Ages {
  of: (row: Aged) => Freshness;
  /** The warehouses whose figures are not those of now. */
  stale: string[];
  /** Whether some warehouses are other nodes': figures then have ages to tell. */
  hasOthers: boolean;
}

/** The ages of all figures: asked once for a whole table. */
export function useAges(): Ages {
  const { data, dataUpdatedAt, errorUpdatedAt } = useQuery(clusterState());
  const isOffline = useLive() === "offline";
  return useMemo(() => {
    const unanswered_ms = data ? Math.max(0, errorUpdatedAt - dataUpdatedAt) : 0;
    const silent_ms = isOffline ? Math.max(SILENT_MS, unanswered_ms) : unanswered_ms;
    const of = (row: Aged) => freshnessOf(row, data, silent_ms);
    const all = data?.nodes.flatMap(({ owns }) => owns) ?? [];
    const stale = all.filter((warehouse) => !of({ warehouse }).isLive);
    return { of, stale, hasOthers: all.some((warehouse) => !of({ warehouse }).isOwn) };
  }, [data, dataUpdatedAt, errorUpdatedAt, isOffline]);
}
