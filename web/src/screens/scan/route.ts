import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { oneOf, texts } from "../../frame/search";

export const MODES = ["receipt", "issue", "move", "return", "count"] as const;

export const scanRoute = createRoute({
  getParentRoute: () => shell,
  path: "/scan",
  validateSearch: (raw: Record<string, unknown>) => ({
    ...texts(raw, "warehouse", "to"),
    ...oneOf(raw, "mode", MODES),
  }),
  component: lazyRouteComponent(() => import("./Scan"), "Scan"),
});
