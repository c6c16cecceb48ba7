import { Group, Paper } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { operationList } from "../../api/cluster";
import { rowsOf } from "../../api/lists";
import { Choice } from "../../parts/Choice";
import { Empty } from "../../parts/Empty";
import { List } from "../../parts/List";
import { Screen } from "../../parts/Screen";
import { OperationRow } from "./OperationRow";
import { OPERATION_STATES, operationsRoute } from "./route";

const AGAIN_MS = 3000;

/** Commands that were accepted here for warehouses of other nodes. */
export function Operations() {
  const { t } = useTranslation();
  const { state } = operationsRoute.useSearch();
  const navigate = operationsRoute.useNavigate();
  const list = useInfiniteQuery({ ...operationList({ state }), refetchInterval: AGAIN_MS });
  const rows = rowsOf(list.data);
  const empty = (
    <Empty
      icon={<IconSend size={40} stroke={1.3} />}
      title={t("operation.empty")}
      hint={t("operation.emptyHint")}
    />
  );
  return (
    <Screen title={t("nav.operations")} about={t("operation.about")}>
      <Group>
        <Choice
          label={t("word.state")}
          value={state ?? "all"}
          onChange={(value) =>
            navigate({ search: { state: OPERATION_STATES.find((known) => known === value) } })
          }
          data={[
            { value: "all", label: t("state.all") },
            ...OPERATION_STATES.map((value) => ({ value, label: t(`operation.${value}`) })),
          ]}
        />
      </Group>
      <Paper withBorder>
        <List list={list} rows={rows} empty={empty}>
          {rows.map((row) => (
            <OperationRow key={row.id} operation={row} />
          ))}
        </List>
      </Paper>
    </Screen>
  );
}
