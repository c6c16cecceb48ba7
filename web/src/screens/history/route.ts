import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { oneOf, texts } from "../../frame/search";

export const KINDS = ["receipt", "issue", "return", "adjustment", "dispatch", "arrival", "loss"] as const;

export const historyRoute = createRoute({
  getParentRoute: () => shell,
  path: "/history",
  validateSearch: (raw: Record<string, unknown>) => ({
    ...texts(raw, "warehouse", "sku", "actor", "reference", "from", "to"),
    ...oneOf(raw, "kind", KINDS),
    ...oneOf(raw, "time", ["recorded", "occurred"] as const),
  }),
  component: lazyRouteComponent(() => import("./History"), "History"),
});
