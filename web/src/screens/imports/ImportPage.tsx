import { Alert, Badge, Button, Group, Paper, Progress, SimpleGrid, Table, Text, Title } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { rowsOf } from "../../api/lists";
import type { Import } from "../../api/types";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { List } from "../../parts/List";
import { Screen } from "../../parts/Screen";
import { quantity, time } from "../../parts/show";
import { failed } from "../../parts/tell";
import { STATE_COLOURS } from "./Imports";
import { importRoute } from "./route";

const POLL_MS = 700;
const FIGURES = [
  "rows",
  "planned",
  "posted",
  "known",
  "skipped",
  "problems",
  "products_new",
  "openings",
] as const;
const isBusy = (state?: Import["state"]) => state === "checking" || state === "committing";

function Problems({ id, version }: { id: string; version: string }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery({
    queryKey: ["imports", "problems", id, version],
    queryFn: ({ pageParam, signal }) =>
      call(
        api.GET("/v1/imports/{id}/problems", {
          params: { path: { id }, query: { limit: 100, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const rows = rowsOf(list.data);
  return (
    <List list={list} rows={rows} empty={<Empty title={t("import.noProblems")} />}>
      <Table.ScrollContainer minWidth={520}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className="number">{t("import.line")}</Table.Th>
              <Table.Th>{t("import.column")}</Table.Th>
              <Table.Th>{t("import.value")}</Table.Th>
              <Table.Th>{t("word.reason")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={`${row.row} ${row.column} ${row.reason}`}>
                <Table.Td className="number">{row.row}</Table.Td>
                <Table.Td>{row.column}</Table.Td>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{row.value}</Table.Td>
                <Table.Td>
                  {row.skipped && <Badge color="gray">{t("import.skippedRow")}</Badge>} {row.reason}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </List>
  );
}

export function ImportPage() {
  const { t } = useTranslation();
  const { id } = importRoute.useParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["imports", "one", id],
    queryFn: ({ signal }) => call(api.GET("/v1/imports/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (isBusy(state.data?.state) ? POLL_MS : false),
  });
  const params = { path: { id } };
  const act = useMutation({
    mutationFn: async (what: "commit" | "undo" | "discard") => {
      if (what === "commit") await call(api.POST("/v1/imports/{id}/commit", { params }));
      else if (what === "undo") await call(api.POST("/v1/imports/{id}/undo", { params, body: {} }));
      else await call(api.DELETE("/v1/imports/{id}", { params }));
      return what;
    },
    onSuccess: (what) => {
      queries.invalidateQueries({ queryKey: ["imports"] });
      if (what === "discard") navigate({ to: "/imports" });
    },
    onError: (problem) => failed(problem),
  });
  if (isPending) return <Loading />;
  if (!data) return <Failed error={error} onRetry={refetch} />;
  const confirm = (what: "undo" | "discard") =>
    modals.openConfirmModal({
      title: t(`import.${what}`),
      children: t(`import.${what}Text`),
      labels: { confirm: t(`import.${what}`), cancel: t("frame.cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => act.mutate(what),
    });
  const { done, total } = data.progress;
  return (
    <Screen
      title={data.file}
      about={
        <Group gap="xs">
          <Badge color={STATE_COLOURS[data.state]}>{t(`import.${data.state}`)}</Badge>
          {data.actor} · {time(data.created_at)}
        </Group>
      }
      actions={
        <>
          {data.state === "checked" && (
            <Button
              loading={act.isPending}
              onClick={() => act.mutate("commit")}
              disabled={data.planned === 0}
            >
              {t("import.commit", { count: data.planned })}
            </Button>
          )}
          {data.state === "committed" && (
            <Button variant="default" onClick={() => confirm("undo")}>
              {t("import.undo")}
            </Button>
          )}
          {(data.state === "checked" || data.state === "failed") && (
            <Button variant="default" onClick={() => confirm("discard")}>
              {t("import.discard")}
            </Button>
          )}
        </>
      }
    >
      {data.detail && <Alert color="red">{data.detail}</Alert>}
      {isBusy(data.state) && (
        <Progress
          value={total ? (100 * done) / total : 100}
          striped
          animated
          aria-label={t(`import.${data.state}`)}
        />
      )}
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs">
        {FIGURES.map((name) => (
          <Paper key={name} withBorder p="sm">
            <Text size="xs" c="dimmed">
              {t(`import.${name}`)}
            </Text>
            <Text fw={650} size="lg">
              {quantity(data[name])}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
      <Paper withBorder p="md">
        <Group justify="space-between">
          <Title order={2}>{t("import.problemsTitle")}</Title>
          <Button component="a" href={`/v1/imports/${id}/problems.csv`} download variant="default">
            {t("export.csv")}
          </Button>
        </Group>
        <Problems id={id} version={data.state} />
      </Paper>
    </Screen>
  );
}
