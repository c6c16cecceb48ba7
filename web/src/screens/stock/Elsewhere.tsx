import { Paper, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { StockRow } from "../../api/types";
import { WhoHas } from "../../parts/WhoHas";

interface Props {
  q?: string;
  warehouse?: string;
  category?: string;
  rows: StockRow[];
}

/** What is searched for and the chosen warehouse lacks: who has it. */
export function Elsewhere({ q, warehouse, category, rows }: Props) {
  const { t } = useTranslation();
  const isHere = rows.some(({ available }) => Number(available) !== 0);
  if (!q || !warehouse || isHere) return null;
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
