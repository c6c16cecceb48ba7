import { Group, Paper } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "../../parts/links";
import { SearchField, WarehouseSelect } from "../../parts/pickers";
import { Screen } from "../../parts/Screen";
import { Rules as RuleTable } from "./RuleTable";
import { rulesRoute } from "./route";

export function Rules() {
  const { t } = useTranslation();
  const filters = rulesRoute.useSearch();
  const navigate = rulesRoute.useNavigate();
  const set = (change: Partial<typeof filters>) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <Screen
      title={t("nav.rules")}
      about={t("rule.about")}
      actions={
        <ButtonLink to="/stock" variant="default">
          {t("rule.choose")}
        </ButtonLink>
      }
    >
      <Group gap="xs">
        <SearchField
          value={filters.sku ?? ""}
          onSearch={(sku) => set({ sku: sku || undefined })}
          placeholder="SKU"
          aria-label="SKU"
        />
        <WarehouseSelect
          value={filters.warehouse ?? null}
          onChange={(warehouse) => set({ warehouse: warehouse ?? undefined })}
          clearable
          flex="1 1 150px"
          maw={{ sm: 260 }}
        />
      </Group>
      <Paper withBorder>
        <RuleTable query={filters} />
      </Paper>
    </Screen>
  );
}
