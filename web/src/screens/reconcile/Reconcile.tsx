import { Group, Paper, SegmentedControl } from "@mantine/core";
import { IconClipboardCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { reconcileList } from "../../api/cluster";
import { rowsOf } from "../../api/lists";
import { Empty } from "../../parts/Empty";
import { List } from "../../parts/List";
import { Screen } from "../../parts/Screen";
import { reconcileRoute, VOID_STATES } from "./route";
import { VoidRow } from "./VoidRow";

/** What an old owner booked after its warehouse was taken over: void until somebody posts it again or discards it. */
export function Reconcile() {
  const { t } = useTranslation();
  const { state = "open" } = reconcileRoute.useSearch();
  const navigate = reconcileRoute.useNavigate();
  const list = useInfiniteQuery(reconcileList({ state }));
  const rows = rowsOf(list.data);
  const empty = (
    <Empty
      icon={<IconClipboardCheck size={40} stroke={1.3} />}
      title={t("reconcile.empty")}
      hint={t("reconcile.emptyHint")}
    />
  );
  return (
    <Screen title={t("nav.reconcile")} about={t("reconcile.about")}>
      <Group>
        <SegmentedControl
          aria-label={t("word.state")}
          value={state}
          onChange={(value) => navigate({ search: { state: VOID_STATES.find((known) => known === value) } })}
          data={VOID_STATES.map((value) => ({ value, label: t(`reconcile.${value}`) }))}
        />
      </Group>
      <Paper withBorder>
        <List list={list} rows={rows} empty={empty}>
          {rows.map((entry) => (
            <VoidRow key={entry.id} entry={entry} />
          ))}
        </List>
      </Paper>
    </Screen>
  );
}
