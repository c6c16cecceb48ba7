import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { texts } from "../../frame/search";

export const productRoute = createRoute({
  getParentRoute: () => shell,
  path: "/products/$sku",
  component: lazyRouteComponent(() => import("./Product"), "Product"),
});

export const newProductRoute = createRoute({
  getParentRoute: () => shell,
  path: "/products/new",
  validateSearch: (raw: Record<string, unknown>) => texts(raw, "barcode"),
  component: lazyRouteComponent(() => import("./NewProduct"), "NewProduct"),
});

export const labelsRoute = createRoute({
  getParentRoute: () => shell,
  path: "/labels",
  validateSearch: (raw: Record<string, unknown>) => texts(raw, "skus"),
  component: lazyRouteComponent(() => import("./Labels"), "Labels"),
});
