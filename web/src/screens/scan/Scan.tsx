// Receive, issue, move, take back and count with a scanner: the place first, then every scan is one.
import { Grid, Paper, SegmentedControl, Stack } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Empty } from "../../parts/Empty";
import { WarehouseSelect } from "../../parts/pickers";
import { Screen } from "../../parts/Screen";
import { LastScans } from "./LastScans";
import { MODES, scanRoute } from "./route";
import { Scanner } from "./Scanner";

export function Scan() {
  const { t } = useTranslation();
  const filters = scanRoute.useSearch();
  const navigate = scanRoute.useNavigate();
  const [last, setLast] = useLocalStorage<string | null>({
    key: "acopio.scan.warehouse",
    defaultValue: null,
  });
  const warehouse = filters.warehouse ?? last;
  const mode = filters.mode ?? "receipt";
  const go = (change: Partial<typeof filters>) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <Screen title={t("nav.scan")} about={t("scan.about")}>
      <Grid gap="sm">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Paper withBorder p="md">
            <Stack>
              <WarehouseSelect
                label={t("scan.where")}
                aria-label={undefined}
                size="md"
                value={warehouse}
                placeholder={t("scan.chooseWhere")}
                onChange={(code) => {
                  setLast(code);
                  go({ warehouse: code ?? undefined });
                }}
                autoFocus={!warehouse}
              />
              <SegmentedControl
                fullWidth
                styles={{ label: { paddingInline: 4 } }}
                aria-label={t("scan.what")}
                value={mode}
                onChange={(value) => go({ mode: MODES.find((known) => known === value) })}
                data={MODES.map((value) => ({ value, label: t(`scan.${value}`) }))}
              />
              {warehouse && mode === "move" && (
                <WarehouseSelect
                  label={t("scan.whereTo")}
                  aria-label={undefined}
                  value={filters.to ?? null}
                  placeholder={t("scan.chooseWhere")}
                  onChange={(code) => go({ to: code ?? undefined })}
                />
              )}
              {warehouse && mode === "move" && (!filters.to || filters.to === warehouse) ? (
                <Empty title={t("scan.otherPlace")} hint={t("scan.otherPlaceHint")} />
              ) : warehouse ? (
                <Scanner
                  key={`${warehouse} ${mode} ${filters.to ?? ""}`}
                  warehouse={warehouse}
                  mode={mode}
                  to={filters.to}
                />
              ) : (
                <Empty title={t("scan.placeFirst")} hint={t("scan.placeFirstHint")} />
              )}
            </Stack>
          </Paper>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <LastScans />
        </Grid.Col>
      </Grid>
    </Screen>
  );
}
