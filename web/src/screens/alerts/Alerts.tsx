import { Group, Paper } from "@mantine/core";
import { IconBellCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { alertList, rowsOf } from "../../api/lists";
import { Choice } from "../../parts/Choice";
import { Empty } from "../../parts/Empty";
import { List } from "../../parts/List";
import { WarehouseSelect } from "../../parts/pickers";
import { Screen } from "../../parts/Screen";
import { AlertRow } from "./AlertRow";
import { ALERT_STATES, alertsRoute } from "./route";

/** Shortages, from the moment they are noticed to the refill. */
export function Alerts() {
  const { t } = useTranslation();
  const { state = "unresolved", ...filters } = alertsRoute.useSearch();
  const navigate = alertsRoute.useNavigate();
  const list = useInfiniteQuery(alertList({ ...filters, state }));
  const rows = rowsOf(list.data);
  return (
    <Screen title={t("nav.alerts")} about={t("alert.about")}>
      <Group gap="xs">
        <Choice
          label={t("word.state")}
          value={state}
          onChange={(value) =>
            navigate({
              search: (before) => ({ ...before, state: ALERT_STATES.find((known) => known === value) }),
            })
          }
          data={ALERT_STATES.map((value) => ({ value, label: t(`alert.${value}`) }))}
        />
        <WarehouseSelect
          value={filters.warehouse ?? null}
          onChange={(warehouse) =>
            navigate({ search: (before) => ({ ...before, warehouse: warehouse ?? undefined }) })
          }
          clearable
          flex="1 1 150px"
          maw={{ sm: 260 }}
        />
      </Group>
      <Paper withBorder>
        <List
          list={list}
          rows={rows}
          empty={
            <Empty
              icon={<IconBellCheck size={40} stroke={1.3} />}
              title={t("alert.empty")}
              hint={t("alert.emptyHint")}
            />
          }
        >
          {rows.map((alert) => (
            <AlertRow key={alert.id} alert={alert} />
          ))}
        </List>
      </Paper>
    </Screen>
  );
}
