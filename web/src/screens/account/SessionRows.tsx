import { Badge, Button, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Session } from "../../api/types";
import { deviceOf } from "../../parts/device";
import { time } from "../../parts/show";

/** Open sessions or tokens, each with what ends it. */
export function SessionRows({ rows, onEnd }: { rows: Session[]; onEnd: (session: Session) => void }) {
  const { t } = useTranslation();
  return (
    <Table layout="fixed">
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.id}>
            <Table.Td>
              <Text size="sm" truncate title={row.label}>
                {deviceOf(row.label)}
              </Text>
              <Text size="xs" c="dimmed">
                {t("account.until", { from: time(row.opened_at), to: time(row.expires_at) })}
              </Text>
            </Table.Td>
            <Table.Td ta="right" w={110}>
              {row.current ? (
                <Badge variant="light">{t("account.this")}</Badge>
              ) : (
                <Button
                  size="compact-sm"
                  variant="light"
                  color="red"
                  onClick={() => onEnd(row)}
                  aria-label={`${t("account.end")} ${deviceOf(row.label)}`}
                >
                  {t("account.end")}
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
