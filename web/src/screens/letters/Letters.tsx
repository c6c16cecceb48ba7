import { Paper } from "@mantine/core";
import { IconMailCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { letterList } from "../../api/cluster";
import { rowsOf } from "../../api/lists";
import { Empty } from "../../parts/Empty";
import { List } from "../../parts/List";
import { Screen } from "../../parts/Screen";
import { LetterRow } from "./LetterRow";

/** Commands from other nodes that could not be executed here and wait for somebody to look. */
export function Letters() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(letterList());
  const rows = rowsOf(list.data);
  const empty = (
    <Empty
      icon={<IconMailCheck size={40} stroke={1.3} />}
      title={t("letter.empty")}
      hint={t("letter.emptyHint")}
    />
  );
  return (
    <Screen title={t("nav.letters")} about={t("letter.about")}>
      <Paper withBorder>
        <List list={list} rows={rows} empty={empty}>
          {rows.map((letter) => (
            <LetterRow key={letter.id} letter={letter} />
          ))}
        </List>
      </Paper>
    </Screen>
  );
}
