// The roots of the tree of routes: everything, and everything behind sign-in.
import { createRootRoute, createRoute } from "@tanstack/react-router";
import { Broken } from "../parts/Broken";
import { Guard } from "../session/Guard";
import { NotFound } from "./NotFound";

export const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: Broken });
export const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Guard });
