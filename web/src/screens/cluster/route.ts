import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";

export const clusterRoute = createRoute({
  getParentRoute: () => shell,
  path: "/cluster",
  component: lazyRouteComponent(() => import("./Cluster"), "Cluster"),
});
