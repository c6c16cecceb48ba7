import { Paper } from "@mantine/core";
import { IconArrowsJoin2 } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { conflictList } from "../../api/cluster";
import { rowsOf } from "../../api/lists";
import { Empty } from "../../parts/Empty";
import { List } from "../../parts/List";
import { Screen } from "../../parts/Screen";
import { ConflictRow } from "./ConflictRow";

/** Fields that two nodes changed at the same time: one value counts, the other stays visible until somebody chooses. */
export function Conflicts() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(conflictList());
  const rows = rowsOf(list.data);
  const empty = (
    <Empty
      icon={<IconArrowsJoin2 size={40} stroke={1.3} />}
      title={t("conflict.empty")}
      hint={t("conflict.emptyHint")}
    />
  );
  return (
    <Screen title={t("nav.conflicts")} about={t("conflict.about")}>
      <Paper withBorder>
        <List list={list} rows={rows} empty={empty}>
          {rows.map((conflict) => (
            <ConflictRow key={conflict.id} conflict={conflict} />
          ))}
        </List>
      </Paper>
    </Screen>
  );
}
