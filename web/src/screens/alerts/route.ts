import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { oneOf, texts } from "../../frame/search";

export const ALERT_STATES = ["unresolved", "open", "acknowledged", "snoozed", "resolved"] as const;

export const alertsRoute = createRoute({
  getParentRoute: () => shell,
  path: "/alerts",
  validateSearch: (raw: Record<string, unknown>) => ({
    ...texts(raw, "warehouse", "sku"),
    ...oneOf(raw, "state", ALERT_STATES),
  }),
  component: lazyRouteComponent(() => import("./Alerts"), "Alerts"),
});
