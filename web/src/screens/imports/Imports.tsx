import { Badge, Button, Paper, Table } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { importList, rowsOf } from "../../api/lists";
import { Empty } from "../../parts/Empty";
import { List } from "../../parts/List";
import { Screen } from "../../parts/Screen";
import { quantity, time } from "../../parts/show";
import { Upload } from "./Upload";

export const STATE_COLOURS = {
  checking: "blue",
  checked: "orange",
  committing: "blue",
  committed: "teal",
  failed: "red",
  undone: "gray",
};

export function Imports() {
  const { t } = useTranslation();
  const [uploads, setUploads] = useState(false);
  const list = useInfiniteQuery(importList());
  const rows = rowsOf(list.data);
  const button = <Button onClick={() => setUploads(true)}>{t("import.new")}</Button>;
  return (
    <Screen title={t("nav.imports")} about={t("import.about")} actions={!uploads && button}>
      {uploads && <Upload onCancel={() => setUploads(false)} />}
      <Paper withBorder>
        <List
          list={list}
          rows={rows}
          empty={
            <Empty
              icon={<IconFileImport size={40} stroke={1.3} />}
              title={t("import.empty")}
              hint={t("import.emptyHint")}
            />
          }
        >
          <Table.ScrollContainer minWidth={620}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("import.file")}</Table.Th>
                  <Table.Th>{t("word.state")}</Table.Th>
                  <Table.Th className="number">{t("import.rows")}</Table.Th>
                  <Table.Th className="number">{t("import.problems")}</Table.Th>
                  <Table.Th>{t("word.actor")}</Table.Th>
                  <Table.Th>{t("history.when")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.id}>
                    <Table.Td>
                      <Link to="/imports/$id" params={{ id: row.id }}>
                        {row.file}
                      </Link>
                    </Table.Td>
                    <Table.Td>
                      <Badge color={STATE_COLOURS[row.state]} variant="light">
                        {t(`import.${row.state}`)}
                      </Badge>
                    </Table.Td>
                    <Table.Td className="number">{quantity(row.rows)}</Table.Td>
                    <Table.Td className="number">{quantity(row.problems)}</Table.Td>
                    <Table.Td>{row.actor}</Table.Td>
                    <Table.Td>{time(row.created_at)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </List>
      </Paper>
    </Screen>
  );
}
