// Movements as charts: today by hour, and two weeks by day. The server counts.
import { Group, Paper, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Failed } from "../../parts/Empty";
import { quantity } from "../../parts/show";

const Bars = lazy(() => import("./Bars"));
const KINDS = ["receipt", "issue", "return", "adjustment"] as const;
const DAYS = 14;
const HOURS = 24;

function midnight(daysAgo: number): string {
  const date = new Date();
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() - daysAgo);
  return date.toISOString();
}

function useCounts(from: string, step: "hour" | "day", steps: number) {
  return useQuery({
    queryKey: ["statistics", step, from],
    queryFn: ({ signal }) =>
      call(api.GET("/v1/statistics/movements", { params: { query: { from, step, steps } }, signal })),
  });
}

export function Activity() {
  const { t } = useTranslation();
  const today = useCounts(midnight(0), "hour", HOURS);
  const weeks = useCounts(midnight(DAYS - 1), "day", DAYS);
  if (today.isError) return <Failed error={today.error} onRetry={() => today.refetch()} />;
  const chart = (title: string, counts: ReturnType<typeof useCounts>, unit: "hour" | "day") => (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2}>{title}</Title>
        {counts.data && !counts.data.complete && (
          <Text size="xs" c="dimmed">
            {t("home.incomplete")}
          </Text>
        )}
      </Group>
      <Suspense fallback={<Skeleton h={180} />}>
        {counts.data ? <Bars items={counts.data.items} unit={unit} /> : <Skeleton h={180} />}
      </Suspense>
    </Paper>
  );
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs">
        {KINDS.map((kind) => (
          <Paper key={kind} withBorder p="sm">
            <Text size="xs" c="dimmed">
              {t(`home.${kind}`)}
            </Text>
            <Text fw={700} size="xl" className="number" ta="left">
              {today.data ? quantity(today.data.total[kind]) : "–"}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        {chart(t("home.today"), today, "hour")}
        {chart(t("home.weeks"), weeks, "day")}
      </SimpleGrid>
    </>
  );
}
