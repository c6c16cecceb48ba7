import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { oneOf, texts } from "../../frame/search";

export const STATES = ["available", "low", "out"] as const;

export const stockRoute = createRoute({
  getParentRoute: () => shell,
  path: "/stock",
  validateSearch: (raw: Record<string, unknown>) => ({
    ...texts(raw, "q", "warehouse", "category"),
    ...oneOf(raw, "state", STATES),
  }),
  component: lazyRouteComponent(() => import("./Stock"), "Stock"),
});
