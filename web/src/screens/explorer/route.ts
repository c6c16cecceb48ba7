import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";

export const explorerRoute = createRoute({
  getParentRoute: () => shell,
  path: "/explorer",
  component: lazyRouteComponent(() => import("./Explorer"), "Explorer"),
});
