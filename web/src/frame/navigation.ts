// The navigation: one line per screen.
import {
  IconAdjustmentsHorizontal,
  IconArrowsSplit2,
  IconBell,
  IconBuildingWarehouse,
  IconClipboardList,
  IconClipboardSearch,
  IconDatabaseSearch,
  IconFileImport,
  IconHistory,
  IconHome,
  IconLock,
  IconMailExclamation,
  IconPackages,
  IconScan,
  IconSend,
  IconServer2,
  IconSettings,
  IconTags,
  IconTruck,
  IconUsers,
} from "@tabler/icons-react";
import type { Role } from "../api/types";

export interface Place {
  to:
    | "/"
    | "/stock"
    | "/scan"
    | "/transfers"
    | "/alerts"
    | "/rules"
    | "/holds"
    | "/history"
    | "/imports"
    | "/users"
    | "/audit"
    | "/settings"
    | "/categories"
    | "/warehouses"
    | "/cluster"
    | "/operations"
    | "/dead-letters"
    | "/reconcile"
    | "/conflicts"
    | "/explorer";
  name:
    | "home"
    | "stock"
    | "scan"
    | "transfers"
    | "alerts"
    | "rules"
    | "holds"
    | "history"
    | "imports"
    | "users"
    | "audit"
    | "settings"
    | "categories"
    | "warehouses"
    | "cluster"
    | "operations"
    | "letters"
    | "reconcile"
    | "conflicts"
    | "explorer";
  icon: typeof IconHome;
  needs: Role;
  /** The letter that follows `g`. */
  key?: string;
  group: "work" | "plan" | "manage" | "nodes";
  onPhone?: boolean;
}

export const PLACES: Place[] = [
  { to: "/", name: "home", icon: IconHome, needs: "viewer", key: "h", group: "work", onPhone: true },
  {
    to: "/stock",
    name: "stock",
    icon: IconPackages,
    needs: "viewer",
    key: "s",
    group: "work",
    onPhone: true,
  },
  { to: "/scan", name: "scan", icon: IconScan, needs: "operator", key: "r", group: "work", onPhone: true },
  { to: "/transfers", name: "transfers", icon: IconTruck, needs: "viewer", key: "t", group: "work" },
  { to: "/history", name: "history", icon: IconHistory, needs: "viewer", key: "i", group: "work" },
  { to: "/holds", name: "holds", icon: IconLock, needs: "viewer", group: "work" },
  { to: "/alerts", name: "alerts", icon: IconBell, needs: "viewer", key: "a", group: "plan", onPhone: true },
  { to: "/rules", name: "rules", icon: IconAdjustmentsHorizontal, needs: "viewer", group: "plan" },
  { to: "/imports", name: "imports", icon: IconFileImport, needs: "manager", group: "manage" },
  { to: "/categories", name: "categories", icon: IconTags, needs: "manager", group: "manage" },
  { to: "/warehouses", name: "warehouses", icon: IconBuildingWarehouse, needs: "admin", group: "manage" },
  { to: "/users", name: "users", icon: IconUsers, needs: "admin", group: "manage" },
  { to: "/audit", name: "audit", icon: IconClipboardSearch, needs: "admin", group: "manage" },
  { to: "/settings", name: "settings", icon: IconSettings, needs: "admin", group: "manage" },
  { to: "/cluster", name: "cluster", icon: IconServer2, needs: "viewer", key: "c", group: "nodes" },
  { to: "/operations", name: "operations", icon: IconSend, needs: "viewer", group: "nodes" },
  { to: "/reconcile", name: "reconcile", icon: IconClipboardList, needs: "manager", group: "nodes" },
  { to: "/conflicts", name: "conflicts", icon: IconArrowsSplit2, needs: "manager", group: "nodes" },
  { to: "/dead-letters", name: "letters", icon: IconMailExclamation, needs: "admin", group: "nodes" },
  { to: "/explorer", name: "explorer", icon: IconDatabaseSearch, needs: "admin", group: "nodes" },
];

export const GROUPS = ["work", "plan", "manage", "nodes"] as const;
