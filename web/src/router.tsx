// The tree of routes: one line per screen.
import { createRouter } from "@tanstack/react-router";
import { root, shell } from "./frame/root";
import { Broken } from "./parts/Broken";
import { Loading } from "./parts/Empty";
import { accountRoute } from "./screens/account/route";
import { alertsRoute } from "./screens/alerts/route";
import { auditRoute } from "./screens/audit/route";
import { categoriesRoute } from "./screens/categories/route";
import { clusterRoute } from "./screens/cluster/route";
import { conflictsRoute } from "./screens/conflicts/route";
import { explorerRoute } from "./screens/explorer/route";
import { historyRoute } from "./screens/history/route";
import { holdsRoute } from "./screens/holds/route";
import { homeRoute } from "./screens/home/route";
import { importRoute, importsRoute } from "./screens/imports/route";
import { lettersRoute } from "./screens/letters/route";
import { operationRoute, operationsRoute } from "./screens/operations/route";
import { labelsRoute, newProductRoute, productRoute } from "./screens/product/route";
import { reconcileRoute } from "./screens/reconcile/route";
import { rulesRoute } from "./screens/rules/route";
import { scanRoute } from "./screens/scan/route";
import { settingsRoute } from "./screens/settings/route";
import { stockRoute } from "./screens/stock/route";
import { newTransferRoute, transferRoute, transfersRoute } from "./screens/transfers/route";
import { usersRoute } from "./screens/users/route";
import { warehousesRoute } from "./screens/warehouses/route";

const routeTree = root.addChildren([
  shell.addChildren([
    homeRoute,
    stockRoute,
    newProductRoute,
    labelsRoute,
    productRoute,
    scanRoute,
    historyRoute,
    holdsRoute,
    transfersRoute,
    newTransferRoute,
    transferRoute,
    alertsRoute,
    rulesRoute,
    importsRoute,
    importRoute,
    categoriesRoute,
    warehousesRoute,
    usersRoute,
    auditRoute,
    settingsRoute,
    clusterRoute,
    operationsRoute,
    operationRoute,
    lettersRoute,
    reconcileRoute,
    conflictsRoute,
    explorerRoute,
    accountRoute,
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultPendingComponent: Loading,
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
