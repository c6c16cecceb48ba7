// Goods on the road to people's own warehouses, and what of them is still missing.
import { Badge, Group, Paper, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { rowsOf, transferList } from "../../api/lists";
import { AnchorLink, ButtonLink } from "../../parts/links";
import { time } from "../../parts/show";
import { useSession } from "../../session/session";
import { TRANSFER_COLOURS } from "../transfers/Transfers";

const SHOWN = 5;
const STATES = ["partially_received", "dispatched"] as const;

/** Transfers that wait for somebody to receive or settle them; nothing is shown where there are none. */
export function Arrivals() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [open, coming] = [
    useInfiniteQuery(transferList({ state: STATES[0] })),
    useInfiniteQuery(transferList({ state: STATES[1] })),
  ];
  const rows = [...rowsOf(open.data), ...rowsOf(coming.data)].filter(({ to }) => may("operator", to));
  if (rows.length === 0) return null;
  return (
    <Paper withBorder>
      <Group justify="space-between" p="sm">
        <Title order={2}>{t("home.arrivals")}</Title>
        <ButtonLink to="/transfers" variant="subtle">
          {t("nav.transfers")}
        </ButtonLink>
      </Group>
      {rows.slice(0, SHOWN).map((row) => (
        <Group
          key={row.id}
          justify="space-between"
          gap="xs"
          px="sm"
          py={7}
          style={{ borderTop: "1px solid var(--frame-line)" }}
        >
          <Group gap="xs">
            <AnchorLink to="/transfers/$id" params={{ id: row.id }} size="sm">
              {row.from} → {row.to}
            </AnchorLink>
            <Badge variant="light" color={TRANSFER_COLOURS[row.state]}>
              {t(`transfer.${row.state}`)}
            </Badge>
          </Group>
          <Text size="xs" c="dimmed">
            {time(row.dispatched_at)} {row.reference}
          </Text>
        </Group>
      ))}
    </Paper>
  );
}
