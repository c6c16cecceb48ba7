// The roots of the tree of routes: everything, and everything behind sign-in.
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { createRootRoute, createRoute, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Broken } from "../parts/Broken";
import { Guard } from "../session/Guard";
import { NotFound } from "./NotFound";

/** Messages and dialogs are inside, so that they can lead to other screens. */
function Root() {
  const { t } = useTranslation();
  return (
    <ModalsProvider modalProps={{ closeButtonProps: { "aria-label": t("frame.close") } }}>
      <Notifications position="bottom-right" limit={4} />
      <Outlet />
    </ModalsProvider>
  );
}

export const root = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: Broken,
});
export const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Guard });
