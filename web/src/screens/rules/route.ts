import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { texts } from "../../frame/search";

export const rulesRoute = createRoute({
  getParentRoute: () => shell,
  path: "/rules",
  validateSearch: (raw: Record<string, unknown>) => texts(raw, "warehouse", "sku"),
  component: lazyRouteComponent(() => import("./Rules"), "Rules"),
});
