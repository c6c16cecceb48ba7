import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { oneOf, texts } from "../../frame/search";

export const TRANSFER_STATES = [
  "draft",
  "dispatched",
  "partially_received",
  "closed",
  "cancelled",
  "pending",
] as const;

export const transfersRoute = createRoute({
  getParentRoute: () => shell,
  path: "/transfers",
  validateSearch: (raw: Record<string, unknown>) => ({
    ...texts(raw, "from", "to", "sku"),
    ...oneOf(raw, "state", TRANSFER_STATES),
  }),
  component: lazyRouteComponent(() => import("./Transfers"), "Transfers"),
});

export const newTransferRoute = createRoute({
  getParentRoute: () => shell,
  path: "/transfers/new",
  validateSearch: (raw: Record<string, unknown>) => texts(raw, "from", "to", "sku"),
  component: lazyRouteComponent(() => import("./NewTransfer"), "NewTransfer"),
});

export const transferRoute = createRoute({
  getParentRoute: () => shell,
  path: "/transfers/$id",
  component: lazyRouteComponent(() => import("./TransferPage"), "TransferPage"),
});
