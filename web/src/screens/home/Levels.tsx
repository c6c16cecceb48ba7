import { LineChart } from "@mantine/charts";
import { useTranslation } from "react-i18next";
import type { Counts } from "../../api/types";
import { quantity } from "../../parts/show";
import { labels } from "./moments";

const COLOURS = ["teal.6", "indigo.5", "orange.5", "grape.5", "cyan.6", "red.5", "lime.6", "pink.5"];

/** How many products were available at the end of each day, a line for each warehouse; of many those that have most. */
export default function Levels({ counts }: { counts: Counts }) {
  const { t } = useTranslation();
  const names = labels(counts, "day");
  const last = (products: number[]) => products.at(-1) ?? 0;
  const lines = [...counts.available]
    .sort((a, b) => last(b.products) - last(a.products))
    .slice(0, COLOURS.length);
  const data = names.map((at, index) => ({
    at,
    ...Object.fromEntries(lines.map(({ warehouse, products }) => [warehouse, products[index] ?? 0])),
  }));
  return (
    <LineChart
      h={180}
      data={data}
      dataKey="at"
      series={lines.map(({ warehouse }, index) => ({ name: warehouse, color: COLOURS[index] ?? "gray.6" }))}
      curveType="stepBefore"
      withDots={false}
      withLegend
      gridAxis="x"
      xAxisProps={{ minTickGap: 24 }}
      valueFormatter={quantity}
      aria-label={t("home.available")}
    />
  );
}
