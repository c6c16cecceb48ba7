// What is asked about the cluster: its nodes and logs, commands on their way, and what waits for somebody's decision.
import { queryOptions } from "@tanstack/react-query";
import { api, call } from "./client";
import { paged } from "./lists";
import type { OperationQuery, ReconcileQuery } from "./types";

/** How often the frame asks how the nodes are. */
export const CLUSTER_MS = 3000;
const OPERATION_MS = 1500;

/** The cluster as the answering node sees it. The frame alone asks again and again; all others read what it got. */
export const clusterState = () =>
  queryOptions({
    queryKey: ["cluster"],
    queryFn: ({ signal }) => call(api.GET("/v1/cluster", { signal })),
    staleTime: 60_000,
    retry: false,
  });

export const operationList = (query: OperationQuery) =>
  paged(["operations", "list", query], (cursor, signal) =>
    call(api.GET("/v1/operations", { params: { query: { ...query, limit: 100, cursor } }, signal })),
  );

/** One operation, asked again until it is decided. */
export const operationOf = (id: string) =>
  queryOptions({
    queryKey: ["operations", "one", id],
    queryFn: ({ signal }) => call(api.GET("/v1/operations/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (!state.data || state.data.state === "queued" ? OPERATION_MS : false),
  });

export const letterList = () =>
  paged(["letters", "list"], (cursor, signal) =>
    call(api.GET("/v1/dead-letters", { params: { query: { limit: 100, cursor } }, signal })),
  );

export const reconcileList = (query: ReconcileQuery) =>
  paged(["reconcile", "list", query], (cursor, signal) =>
    call(api.GET("/v1/reconcile", { params: { query: { ...query, limit: 100, cursor } }, signal })),
  );

export const conflictList = () =>
  paged(["conflicts", "list"], (cursor, signal) =>
    call(api.GET("/v1/conflicts", { params: { query: { limit: 100, cursor } }, signal })),
  );
