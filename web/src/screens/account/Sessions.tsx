import { Paper, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Failed, Loading } from "../../parts/Empty";
import { failed, told } from "../../parts/tell";
import { SessionRows } from "./SessionRows";

export function Sessions() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => call(api.GET("/v1/sessions", { params: { query: { limit: 100 } }, signal })),
  });
  const end = async (id: string) => {
    try {
      await call(api.DELETE("/v1/sessions/{id}", { params: { path: { id } } }));
      told(t("account.ended"));
    } catch (problem) {
      failed(problem);
    }
    queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="xs">
        {t("account.sessions")}
      </Title>
      {isPending ? (
        <Loading />
      ) : !data ? (
        <Failed error={error} onRetry={refetch} />
      ) : (
        <SessionRows rows={data.items.filter(({ closed }) => !closed)} onEnd={({ id }) => end(id)} />
      )}
    </Paper>
  );
}
