import { Accordion, Button, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ExplorerTable } from "../../api/types";
import { Empty } from "../../parts/Empty";
import { Code } from "../../parts/show";

interface Props {
  tables: ExplorerTable[];
  onBrowse: (table: string) => void;
}

/** The tables with their columns; one click shows what a table holds. */
export function Tables({ tables, onBrowse }: Props) {
  const { t, i18n } = useTranslation();
  // A table that a later server has is told as that says it.
  const aboutOf = ({ name, about }: ExplorerTable) =>
    i18n.exists(`table.${name}`) ? t(`table.${name}` as "table.product") : about;
  return (
    <>
      <Title order={2} mb="xs">
        {t("explorer.tables")}
      </Title>
      {tables.length === 0 && <Empty title={t("explorer.noTables")} />}
      <Accordion
        chevronPosition="left"
        styles={{ content: { padding: "0 4px 8px" }, label: { paddingBlock: 6 } }}
      >
        {tables.map((table) => (
          <Accordion.Item key={table.name} value={table.name}>
            <Accordion.Control px={4}>
              <Code>{table.name}</Code>
            </Accordion.Control>
            <Accordion.Panel>
              <Text size="xs" c="dimmed" mb={6}>
                {aboutOf(table)}
              </Text>
              {table.columns.map((column) => (
                <Text key={column.name} size="xs" style={{ overflowWrap: "anywhere" }}>
                  <Code>{column.name}</Code>{" "}
                  <Text span inherit c="dimmed">
                    {column.type.toLowerCase()}
                  </Text>
                </Text>
              ))}
              <Button size="compact-sm" variant="light" mt={6} onClick={() => onBrowse(table.name)}>
                {t("explorer.browse", { table: table.name })}
              </Button>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </>
  );
}
