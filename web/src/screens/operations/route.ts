import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { oneOf } from "../../frame/search";

export const OPERATION_STATES = ["queued", "done", "refused", "expired"] as const;

export const operationsRoute = createRoute({
  getParentRoute: () => shell,
  path: "/operations",
  validateSearch: (raw: Record<string, unknown>) => oneOf(raw, "state", OPERATION_STATES),
  component: lazyRouteComponent(() => import("./Operations"), "Operations"),
});

export const operationRoute = createRoute({
  getParentRoute: () => shell,
  path: "/operations/$id",
  component: lazyRouteComponent(() => import("./OperationPage"), "OperationPage"),
});
