// The cache of what the server has said.
import { QueryClient } from "@tanstack/react-query";
import { onProblem } from "./api/client";
import { ApiProblem } from "./api/problem";
import { forget } from "./api/remember";

const RETRIES = 2;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Without a connection a request fails at once and says so, instead of waiting unseen.
      networkMode: "always",
      staleTime: 15_000,
      retry: (failures, error) => error instanceof ApiProblem && error.isPassing && failures < RETRIES,
    },
    mutations: { retry: false, networkMode: "always" },
  },
});

// A session that has ended anywhere has ended here: the guard of the frame then shows the sign-in page.
onProblem((problem) => {
  if (problem.status === 401) {
    forget("me");
    queries.setQueryData(["me"], null);
  }
  if (problem.code === "password_change_required") queries.invalidateQueries({ queryKey: ["me"] });
});
