// What the node keeps, to be looked at by administrators: its tables, and answers to questions in SQL.
import { Alert, Button, Paper, Stack } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { explain } from "../../api/problem";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { Screen } from "../../parts/Screen";
import { csvOf } from "./csv";
import { NodeChoice } from "./NodeChoice";
import { QueryForm } from "./QueryForm";
import { Result } from "./Result";
import { Tables } from "./Tables";

const LIMIT = 200;

/** Gives the browser a file that was made here. */
function save(name: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

export function Explorer() {
  const { t } = useTranslation();
  const [sql, setSql] = useState("");
  const [limit, setLimit] = useState(LIMIT);
  const tables = useQuery({
    queryKey: ["explorer", "tables"],
    queryFn: ({ signal }) => call(api.GET("/v1/explorer/tables", { signal })),
  });
  const run = useMutation({
    mutationFn: (text: string) =>
      call(api.POST("/v1/explorer/query", { body: { sql: text, limit: limit || LIMIT } })),
  });
  const browse = (table: string) => {
    const text = `SELECT * FROM "${table.replaceAll('"', '""')}"`;
    setSql(text);
    run.mutate(text);
  };
  return (
    <Screen title={t("nav.explorer")} about={t("explorer.about")} actions={<NodeChoice />}>
      <div className="explorer">
        <Paper
          withBorder
          p="sm"
          component="section"
          className="explorer-tables"
          aria-label={t("explorer.tables")}
        >
          {tables.isPending ? (
            <Loading />
          ) : !tables.data ? (
            <Failed error={tables.error} onRetry={tables.refetch} />
          ) : (
            <Tables tables={tables.data.items} onBrowse={browse} />
          )}
        </Paper>
        <Stack gap="sm" miw={0}>
          <Paper withBorder p="sm">
            <QueryForm
              sql={sql}
              limit={limit}
              isBusy={run.isPending}
              onChange={setSql}
              onLimit={setLimit}
              onRun={() => run.mutate(sql)}
            >
              {run.data && (
                <Button
                  variant="default"
                  leftSection={<IconDownload size={16} />}
                  onClick={() => save("acopio.csv", csvOf(run.data.columns, run.data.rows))}
                >
                  {t("export.csv")}
                </Button>
              )}
            </QueryForm>
          </Paper>
          {run.isError && (
            <Alert color="red" role="alert" style={{ overflowWrap: "anywhere" }}>
              {explain(run.error)}
            </Alert>
          )}
          <Paper withBorder>
            {run.data ? (
              <Result result={run.data} />
            ) : run.isPending ? (
              <Loading />
            ) : (
              <Empty title={t("explorer.empty")} hint={t("explorer.emptyHint")} />
            )}
          </Paper>
        </Stack>
      </div>
    </Screen>
  );
}
