// Who is signed in, and what of the UI that opens. The server decides what they may do; this only hides what it would refuse.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, call } from "../api/client";
import { ApiProblem } from "../api/problem";
import { forget, remember } from "../api/remember";
import type { Role, User } from "../api/types";

const ORDER: Role[] = ["viewer", "operator", "manager", "admin"];

export const me = () =>
  queryOptions({
    queryKey: ["me"],
    queryFn: async ({ signal }): Promise<User | null> => {
      try {
        return await remember("me", () => call(api.GET("/v1/users/me", { signal })));
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
        forget("me");
        return null;
      }
    },
    staleTime: 5 * 60_000,
    retry: false,
  });

/** Whether the user has a role in a warehouse, or without one, anywhere. */
export function may(user: User | null | undefined, role: Role, warehouse?: string): boolean {
  const needed = ORDER.indexOf(role);
  return (user?.grants ?? []).some((grant) => {
    const here =
      !warehouse ||
      grant.role === "admin" ||
      !grant.warehouses?.length ||
      grant.warehouses.includes(warehouse);
    return here && needed <= ORDER.indexOf(grant.role);
  });
}

/** The signed-in user, and what they may do. */
export function useSession() {
  const user = useQuery(me()).data;
  return { user, may: (role: Role, warehouse?: string) => may(user, role, warehouse) };
}
