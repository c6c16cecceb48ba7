import { Box, Group, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ExplorerResult } from "../../api/types";
import { Empty } from "../../parts/Empty";
import { quantity } from "../../parts/show";

/** How many rows are drawn: the file holds all. */
const DRAWN = 300;

/** A value as it is: numbers to the right, nothing as a dash. */
function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined) {
    return (
      <Text span inherit c="dimmed">
        null
      </Text>
    );
  }
  return <>{typeof value === "string" ? value : JSON.stringify(value)}</>;
}

export function Result({ result }: { result: ExplorerResult }) {
  const { t } = useTranslation();
  const { columns, rows, truncated, elapsed_ms } = result;
  return (
    <>
      <Group px="sm" py="xs" gap="xs" role="status">
        <Text size="sm">{t("explorer.rows", { count: rows.length })}</Text>
        <Text size="sm" c="dimmed">
          {quantity(elapsed_ms)} ms
        </Text>
        {truncated && (
          <Text size="sm" c="var(--mantine-color-orange-light-color)">
            {t("explorer.truncated")}
          </Text>
        )}
        {DRAWN < rows.length && (
          <Text size="sm" c="dimmed">
            {t("explorer.drawn", { count: DRAWN })}
          </Text>
        )}
      </Group>
      {rows.length === 0 ? (
        <Empty title={t("explorer.none")} />
      ) : (
        <Box className="result" tabIndex={0} role="region" aria-label={t("explorer.result")}>
          <Table stickyHeader withColumnBorders verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                {columns.map((name, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name
                  <Table.Th key={`${name} ${at}`}>{name}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.slice(0, DRAWN).map((row, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have no other identity
                <Table.Tr key={at}>
                  {row.map((value, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: cells have no other identity
                    <Table.Td key={column} className={typeof value === "number" ? "number" : "result-cell"}>
                      <Value value={value} />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Box>
      )}
    </>
  );
}
