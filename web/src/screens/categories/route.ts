import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";

export const categoriesRoute = createRoute({
  getParentRoute: () => shell,
  path: "/categories",
  component: lazyRouteComponent(() => import("./Categories"), "Categories"),
});
