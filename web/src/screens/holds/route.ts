import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { texts } from "../../frame/search";

export const holdsRoute = createRoute({
  getParentRoute: () => shell,
  path: "/holds",
  validateSearch: (raw: Record<string, unknown>) => texts(raw, "warehouse", "sku"),
  component: lazyRouteComponent(() => import("./Holds"), "Holds"),
});
