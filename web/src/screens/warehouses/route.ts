import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";

export const warehousesRoute = createRoute({
  getParentRoute: () => shell,
  path: "/warehouses",
  component: lazyRouteComponent(() => import("./Warehouses"), "Warehouses"),
});
