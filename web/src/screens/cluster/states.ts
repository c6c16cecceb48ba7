// How nodes and logs look, by their state.
import type { ClusterLog, ClusterNode } from "../../api/types";

export const NODE_COLOURS: Record<ClusterNode["state"], string> = {
  up: "teal",
  suspect: "orange",
  down: "red",
  filling: "blue",
  left: "gray",
};

export const LOG_COLOURS: Record<ClusterLog["state"], string> = {
  own: "teal",
  current: "teal",
  behind: "orange",
  held: "red",
};
