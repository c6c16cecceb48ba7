// The navigation: one line per screen.
import {
  IconAdjustmentsHorizontal,
  IconBell,
  IconBuildingWarehouse,
  IconFileImport,
  IconHistory,
  IconHome,
  IconLock,
  IconPackages,
  IconScan,
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
    | "/categories"
    | "/warehouses";
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
    | "categories"
    | "warehouses";
  icon: typeof IconHome;
  needs: Role;
  /** The letter that follows `g`. */
  key?: string;
  group: "work" | "plan" | "manage";
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
];

export const GROUPS = ["work", "plan", "manage"] as const;
