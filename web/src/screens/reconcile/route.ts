import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { oneOf } from "../../frame/search";

export const VOID_STATES = ["open", "posted", "discarded"] as const;

export const reconcileRoute = createRoute({
  getParentRoute: () => shell,
  path: "/reconcile",
  validateSearch: (raw: Record<string, unknown>) => oneOf(raw, "state", VOID_STATES),
  component: lazyRouteComponent(() => import("./Reconcile"), "Reconcile"),
});
