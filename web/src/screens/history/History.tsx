import { Button, Group, Paper, SegmentedControl, Select } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { DayField } from "../../parts/DayField";
import { withMoments } from "../../parts/days";
import { ExportMenu } from "../../parts/ExportMenu";
import { SearchField, WarehouseSelect } from "../../parts/pickers";
import { Screen } from "../../parts/Screen";
import { Movements } from "./Movements";
import { historyRoute, KINDS } from "./route";

type Filters = ReturnType<typeof historyRoute.useSearch>;

export function History() {
  const { t } = useTranslation();
  const filters = historyRoute.useSearch();
  const navigate = historyRoute.useNavigate();
  const set = (change: Partial<Filters>) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const query = withMoments(filters);
  const field = (name: "sku" | "actor" | "reference", label: string) => (
    <SearchField
      value={filters[name] ?? ""}
      onSearch={(text) => set({ [name]: text || undefined })}
      placeholder={label}
      aria-label={label}
      flex="1 1 130px"
    />
  );
  const day = (name: "from" | "to") => (
    <DayField label={t(`history.${name}`)} value={filters[name]} onChange={(day) => set({ [name]: day })} />
  );
  return (
    <Screen
      title={t("nav.history")}
      about={t("history.about")}
      actions={<ExportMenu list="movements" query={query} />}
    >
      <Group gap="xs">
        {field("sku", "SKU")}
        <WarehouseSelect
          value={filters.warehouse ?? null}
          onChange={(warehouse) => set({ warehouse: warehouse ?? undefined })}
          clearable
          flex="1 1 140px"
        />
        <Select
          aria-label={t("word.kind")}
          placeholder={t("word.kind")}
          data={KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
          value={filters.kind ?? null}
          onChange={(kind) => set({ kind: KINDS.find((known) => known === kind) })}
          clearable
          flex="1 1 130px"
        />
        {field("actor", t("word.actor"))}
        {field("reference", t("word.reference"))}
        {day("from")}
        {day("to")}
        <SegmentedControl
          aria-label={t("history.when")}
          value={filters.time ?? "recorded"}
          onChange={(time) => set({ time: time === "occurred" ? "occurred" : undefined })}
          data={[
            { value: "recorded", label: t("history.recorded") },
            { value: "occurred", label: t("history.occurred") },
          ]}
        />
        {Object.values(filters).some(Boolean) && (
          <Button
            variant="subtle"
            leftSection={<IconX size={16} />}
            onClick={() => navigate({ search: {}, replace: true })}
          >
            {t("stock.clear")}
          </Button>
        )}
      </Group>
      <Paper withBorder>
        <Movements query={query} />
      </Paper>
    </Screen>
  );
}
