// Figures for charts.
import { queryOptions } from "@tanstack/react-query";
import { api, call } from "./client";
import type { CountsQuery } from "./types";

export const movementCounts = (query: CountsQuery) =>
  queryOptions({
    queryKey: ["statistics", query],
    queryFn: ({ signal }) => call(api.GET("/v1/statistics/movements", { params: { query }, signal })),
  });
