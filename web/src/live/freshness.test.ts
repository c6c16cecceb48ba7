import { expect, test } from "vitest";
import type { Cluster, ClusterLog, ClusterNode } from "../api/types";
import { freshnessOf, SILENT_MS } from "./freshness";

const node = (name: string, owns: string[], state: ClusterNode["state"]): ClusterNode => ({
  name,
  incarnation: 1,
  state,
  version: "0.1.0",
  owns,
});
const log = (name: string, state: ClusterLog["state"], age_ms?: number): ClusterLog => ({
  node: name,
  incarnation: 1,
  position: 7,
  head: 9,
  behind: 2,
  age_ms,
  state,
});
const cluster = (state: ClusterNode["state"], logState: ClusterLog["state"] = "current"): Cluster => ({
  node: "lon",
  nodes: [node("lon", ["LON"], "up"), node("mad", ["MAD"], state)],
  logs: [log("lon", "own", 0), log("mad", logState, 300_000)],
  commands_waiting: 0,
  dead_letters: 0,
});
const read = { warehouse: "MAD", age_ms: 200, is_live: true };

test("the answering node's own figures are live", () => {
  expect(freshnessOf({ warehouse: "LON" }, cluster("up"), 0)).toEqual({ ms: 0, isLive: true, isOwn: true });
});

test("what was live when it was read is not live once its node is down, or its log is held", () => {
  expect(freshnessOf(read, cluster("down"), 0)).toEqual({ ms: 300_000, isLive: false, isOwn: false });
  expect(freshnessOf(read, cluster("suspect"), 0).isLive).toBe(false);
  expect(freshnessOf(read, cluster("up", "held"), 0).isLive).toBe(false);
  expect(freshnessOf(read, cluster("up", "behind"), 0).isLive).toBe(true);
});

test("nothing is live when the server is silent, and all grows old", () => {
  expect(freshnessOf({ warehouse: "LON" }, cluster("up"), SILENT_MS)).toMatchObject({
    ms: SILENT_MS,
    isLive: false,
  });
  expect(freshnessOf(read, cluster("up"), 60_000)).toMatchObject({ ms: 360_000, isLive: false });
});

test("where nothing is known of nodes, the figure's own age counts", () => {
  expect(freshnessOf(read, undefined, 0)).toEqual({ ms: 200, isLive: true, isOwn: false });
  expect(freshnessOf({ ...read, is_live: false }, undefined, 0).isLive).toBe(false);
});
