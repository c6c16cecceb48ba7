// What has happened as charts: today by hour, 30 days by day, and how many products were available. The server counts, by
// days of the company's time zone.
import { Group, Paper, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { movementCounts } from "../../api/statistics";
import { Failed } from "../../parts/Empty";
import { quantity } from "../../parts/show";

const Bars = lazy(() => import("./Bars"));
const Levels = lazy(() => import("./Levels"));
const KINDS = ["receipt", "issue", "return", "adjustment"] as const;
const DAYS = 30;
const HOURS = 24;

function Chart({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2}>{title}</Title>
        {hint && (
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        )}
      </Group>
      <Suspense fallback={<Skeleton h={180} />}>{children}</Suspense>
    </Paper>
  );
}

export function Activity() {
  const { t } = useTranslation();
  const days = useQuery(movementCounts({ step: "day", steps: DAYS }));
  const today = days.data?.items.at(-1);
  const hours = useQuery({
    ...movementCounts({ step: "hour", steps: HOURS, from: today?.from }),
    enabled: today !== undefined,
  });
  if (days.isError) return <Failed error={days.error} onRetry={() => days.refetch()} />;
  const waiting = <Skeleton h={180} />;
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="xs">
        {KINDS.map((kind) => (
          <Paper key={kind} withBorder p="sm">
            <Text size="xs" c="dimmed">
              {t(`home.${kind}`)}
            </Text>
            <Text fw={700} size="xl" className="number" ta="left">
              {today ? quantity(today[kind]) : "–"}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Chart title={t("home.today")}>
          {hours.data ? <Bars counts={hours.data} unit="hour" /> : waiting}
        </Chart>
        <Chart title={t("home.days", { count: DAYS })}>
          {days.data ? <Bars counts={days.data} unit="day" /> : waiting}
        </Chart>
      </SimpleGrid>
      <Chart title={t("home.available")} hint={t("home.availableHint")}>
        {days.data ? <Levels counts={days.data} /> : waiting}
      </Chart>
    </>
  );
}
