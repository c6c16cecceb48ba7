import { Paper, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { StockRow } from "../../api/types";
import type { StockState } from "../../parts/show";
import { WhoHas } from "../../parts/WhoHas";

interface Props {
  q?: string;
  warehouse?: string;
  category?: string;
  state?: StockState;
  rows: StockRow[];
}

/** What is searched for and the chosen warehouse lacks: who has it. */
export function Elsewhere({ q, warehouse, category, state, rows }: Props) {
  const { t } = useTranslation();
  const isHere = rows.some(({ available }) => Number(available) !== 0);
  // Of rows that a filter hides nobody can say that there are none.
  const isKnown = !state || state === "available" || (state === "out" && 0 < rows.length);
  if (!q || !warehouse || isHere || !isKnown) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={t("elsewhere.title")}>
      <Title order={2}>{t("elsewhere.title")}</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("elsewhere.about", { warehouse })}
      </Text>
      <WhoHas q={q} category={category} to={warehouse} />
    </Paper>
  );
}
