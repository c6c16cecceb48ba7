import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";

export const settingsRoute = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  component: lazyRouteComponent(() => import("./Settings"), "Settings"),
});
