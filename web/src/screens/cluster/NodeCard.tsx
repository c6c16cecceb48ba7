import { Anchor, Badge, Button, Group, Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Cluster, ClusterNode } from "../../api/types";
import { span } from "../../parts/Age";
import { useSession } from "../../session/session";
import { Owned } from "./Owned";
import { openRemove } from "./openRemove";
import { openReplace } from "./openReplace";
import { NODE_COLOURS } from "./states";

/** Below this a difference of clocks is nobody's business. */
const SKEW_TOLD_MS = 1000;

function Line({ children, colour = "dimmed" }: { children: ReactNode; colour?: string }) {
  return (
    <Text size="xs" c={colour} style={{ overflowWrap: "anywhere" }}>
      {children}
    </Text>
  );
}

/** Where people reach a node: a link where it is an address of the web. */
function Address({ address }: { address: string }) {
  if (!/^https?:\/\//.test(address)) return address;
  return (
    <Anchor href={address} rel="noreferrer" size="xs">
      {address}
    </Anchor>
  );
}

export function NodeCard({ node, cluster }: { node: ClusterNode; cluster: Cluster }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const isHere = node.name === cluster.node;
  const isGone = !isHere && (node.state === "down" || node.state === "left");
  const skew = node.skew_ms ?? 0;
  return (
    <Paper withBorder p="sm" role="listitem" aria-label={node.name}>
      <Group gap="xs" mb={4}>
        <Text fw={650}>{node.name}</Text>
        <Badge color={NODE_COLOURS[node.state]} variant={node.state === "down" ? "filled" : "light"}>
          {t(`cluster.${node.state}`)}
        </Badge>
        {isHere && (
          <Badge variant="outline" color="gray">
            {t("cluster.here")}
          </Badge>
        )}
      </Group>
      {!isHere && node.heard_ms != null && <Line>{t("cluster.heard", { span: span(node.heard_ms) })}</Line>}
      {(node.address || node.version) && (
        <Line>
          {node.address && <Address address={node.address} />}
          {node.address && node.version && " · "}
          {node.version && t("cluster.version", { version: node.version })}
          {1 < node.incarnation && ` · ${t("cluster.incarnation", { count: node.incarnation })}`}
        </Line>
      )}
      {SKEW_TOLD_MS <= Math.abs(skew) && (
        <Line colour="var(--mantine-color-orange-light-color)">
          {t(0 < skew ? "cluster.clockAhead" : "cluster.clockBehind", { span: span(Math.abs(skew)) })}
        </Line>
      )}
      {node.last_error && <Line colour="red">{node.last_error}</Line>}
      <Owned node={node} cluster={cluster} />
      {isGone && cluster.fabric && may("admin") && (
        <Group gap="xs" mt={6}>
          <Button size="compact-xs" variant="subtle" px={4} onClick={() => openReplace(node)}>
            {t("cluster.replace")}
          </Button>
          {node.state === "down" && node.owns.length === 0 && (
            <Button size="compact-xs" variant="subtle" color="red" px={4} onClick={() => openRemove(node)}>
              {t("cluster.remove")}
            </Button>
          )}
        </Group>
      )}
    </Paper>
  );
}
