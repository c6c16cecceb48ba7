// The fabric in short, and how much waits.
import { Badge, Group, Paper, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Cluster } from "../../api/types";
import { span } from "../../parts/Age";
import { AnchorLink } from "../../parts/links";
import { quantity } from "../../parts/show";

function Fabric({ cluster }: { cluster: Cluster }) {
  const { t } = useTranslation();
  const { fabric } = cluster;
  if (!fabric) return <Text size="sm">{t("cluster.noFabric")}</Text>;
  return (
    <>
      <Group gap="xs">
        <Badge color={fabric.connected ? "teal" : "red"} variant={fabric.connected ? "light" : "filled"}>
          {t(fabric.connected ? "cluster.connected" : "cluster.disconnected")}
        </Badge>
        {fabric.connected && fabric.round_trip_us != null && (
          <Text size="sm">{t("cluster.roundTrip", { span: milliseconds(fabric.round_trip_us) })}</Text>
        )}
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {t("cluster.published", { position: quantity(fabric.published) })}
      </Text>
      {fabric.last_error && (
        <Text size="xs" c="red" mt={4} style={{ overflowWrap: "anywhere" }}>
          {fabric.last_error}
        </Text>
      )}
    </>
  );
}

/** Microseconds as people read them: a round trip is below a second, if all is well. */
function milliseconds(us: number): string {
  return us < 1_000_000 ? `${quantity(Math.round(us / 100) / 10)} ms` : span(us / 1000);
}

export function Figures({ cluster }: { cluster: Cluster }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
      <Paper withBorder p="sm">
        <Text size="xs" c="dimmed" mb={4}>
          {t("cluster.fabric")}
        </Text>
        <Fabric cluster={cluster} />
      </Paper>
      <Paper withBorder p="sm">
        <Text size="xs" c="dimmed">
          {t("cluster.waiting")}
        </Text>
        <Text fw={700} size="xl">
          {quantity(cluster.commands_waiting)}
        </Text>
        <AnchorLink to="/operations" search={{ state: "queued" }} size="sm">
          {t("nav.operations")}
        </AnchorLink>
      </Paper>
      <Paper withBorder p="sm">
        <Text size="xs" c="dimmed">
          {t("cluster.letters")}
        </Text>
        <Text fw={700} size="xl" c={cluster.dead_letters ? "red" : undefined}>
          {quantity(cluster.dead_letters)}
        </Text>
        <AnchorLink to="/dead-letters" size="sm">
          {t("nav.letters")}
        </AnchorLink>
      </Paper>
    </SimpleGrid>
  );
}
