// What can be done with many rows at once.
import { Button, Group, Paper, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { StockRow } from "../../api/types";
import { useSession } from "../../session/session";
import { openRule } from "../rules/openRule";
import { openMove } from "./openMove";
import { rowKey } from "./useShortages";

interface Props {
  rows: StockRow[];
  chosen: ReadonlySet<string>;
  onDone: () => void;
}

export function BulkBar({ rows, chosen, onDone }: Props) {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const them = rows.filter((row) => chosen.has(rowKey(row)));
  const skus = [...new Set(them.map(({ sku }) => sku))].join(",");
  return (
    <Paper withBorder px="md" py="xs" role="region" aria-label={t("stock.bulk")}>
      <Group gap="xs">
        <Text size="sm" fw={600} mr="sm">
          {t("stock.chosen", { count: them.length })}
        </Text>
        <Button variant="light" onClick={() => openMove(them, "receipt", onDone)}>
          {t("move.receipt")}
        </Button>
        <Button variant="light" onClick={() => openMove(them, "issue", onDone)}>
          {t("move.issue")}
        </Button>
        {may("manager") && (
          <Button variant="light" onClick={() => openRule(them, onDone)}>
            {t("rule.set")}
          </Button>
        )}
        <Button variant="light" onClick={() => navigate({ to: "/labels", search: { skus } })}>
          {t("label.print")}
        </Button>
        <Button variant="subtle" onClick={onDone}>
          {t("stock.unchoose")}
        </Button>
      </Group>
    </Paper>
  );
}
