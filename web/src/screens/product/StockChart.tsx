// On hand over time, as the history says it: each movement carries the balance after it.
import { LineChart } from "@mantine/charts";
import { Paper, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import type { Movement } from "../../api/types";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { quantity, time } from "../../parts/show";

const MOVEMENTS = 500;
const COLOURS = ["teal.6", "indigo.5", "orange.6", "grape.5", "cyan.6", "red.5"];

/** One point a movement, oldest first; a warehouse keeps its figure until it moves again. */
export function pointsOf(movements: Movement[]): Record<string, number | string>[] {
  const now: Record<string, number> = {};
  return movements.toReversed().map((movement) => {
    now[movement.warehouse] = Number(movement.on_hand);
    return { at: movement.stamp, ...now };
  });
}

export function StockChart({ sku }: { sku: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["movements", "chart", sku],
    queryFn: ({ signal }) =>
      call(api.GET("/v1/movements", { params: { query: { sku, limit: MOVEMENTS } }, signal })),
  });
  const places = [...new Set(data?.items.map(({ warehouse }) => warehouse))].sort();
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="xs">
        {t("product.chart")}
      </Title>
      {isPending ? (
        <Loading />
      ) : !data ? (
        <Failed error={error} onRetry={refetch} />
      ) : data.items.length < 2 ? (
        <Empty title={t("product.noChart")} />
      ) : (
        <LineChart
          h={220}
          data={pointsOf(data.items)}
          dataKey="at"
          curveType="stepAfter"
          valueFormatter={quantity}
          withDots={false}
          withLegend
          connectNulls
          series={places.map((name, at) => ({ name, color: COLOURS[at % COLOURS.length] ?? "teal.6" }))}
          xAxisProps={{ tickFormatter: (at: string) => time(at), minTickGap: 90 }}
          tooltipProps={{ labelFormatter: (at) => time(String(at)) }}
        />
      )}
    </Paper>
  );
}
