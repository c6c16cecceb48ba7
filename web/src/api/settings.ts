// What holds for the whole company.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, call } from "./client";
import { remember } from "./remember";

export const settings = () =>
  queryOptions({
    queryKey: ["settings"],
    queryFn: ({ signal }) => remember("settings", () => call(api.GET("/v1/settings", { signal }))),
    staleTime: 5 * 60_000,
  });

/** What the company is called; the product's name where nobody has said it. */
export function useCompanyName(): string {
  return useQuery(settings()).data?.company_name ?? "acopio";
}
