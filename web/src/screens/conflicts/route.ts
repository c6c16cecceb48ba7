import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";

export const conflictsRoute = createRoute({
  getParentRoute: () => shell,
  path: "/conflicts",
  component: lazyRouteComponent(() => import("./Conflicts"), "Conflicts"),
});
