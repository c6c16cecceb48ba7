import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shell } from "../../frame/root";
import { oneOf, texts } from "../../frame/search";

export const DEED_KINDS = [
  "product",
  "category",
  "warehouse",
  "ownership",
  "rule",
  "alert",
  "hold",
  "transfer",
  "user",
  "session",
  "import",
  "settings",
  "company",
  "reconciliation",
  "statement",
  "refusal",
] as const;

export const auditRoute = createRoute({
  getParentRoute: () => shell,
  path: "/audit",
  validateSearch: (raw: Record<string, unknown>) => ({
    ...texts(raw, "actor", "subject", "node", "from", "to"),
    ...oneOf(raw, "kind", DEED_KINDS),
  }),
  component: lazyRouteComponent(() => import("./Audit"), "Audit"),
});
