// Replication in an operator's words: who follows whom, and how far behind.
import { Badge, Button, Group, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import type { Cluster, ClusterLog } from "../../api/types";
import { span } from "../../parts/Age";
import { quantity } from "../../parts/show";
import { failed, told } from "../../parts/tell";
import { useSession } from "../../session/session";
import { LOG_COLOURS } from "./states";

/** Whether the log's owner was heard of a moment ago: of one that is silent, nobody knows how much there is. */
const isHeard = ({ nodes }: Cluster, log: ClusterLog) =>
  nodes.find(({ name }) => name === log.node)?.state === "up";

/** The state of one log in a sentence. */
function useSentence(cluster: Cluster): (log: ClusterLog) => string {
  const { t } = useTranslation();
  const me = cluster.node;
  return (log) => {
    const { node, state, behind, age_ms, held } = log;
    if (state === "own") return t("cluster.writes", { me });
    if (state === "held") return t("cluster.holds", { me, node, why: held ?? "" });
    if (age_ms == null) return t("cluster.waitsFor", { me, node });
    const figures = { me, node, count: behind, span: span(age_ms) };
    if (state === "behind") return t("cluster.behind", figures);
    return t(isHeard(cluster, log) ? "cluster.current" : "cluster.lastHeard", figures);
  };
}

/** How a log looks: what is current is quiet only while its owner is heard of. */
function colourOf(cluster: Cluster, log: ClusterLog): string {
  return log.state === "current" && !isHeard(cluster, log) ? LOG_COLOURS.behind : LOG_COLOURS[log.state];
}

export function Logs({ cluster }: { cluster: Cluster }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const sentence = useSentence(cluster);
  const release = (node: string) =>
    modals.openConfirmModal({
      title: t("cluster.releaseTitle", { node }),
      children: t("cluster.releaseText"),
      labels: { confirm: t("cluster.release"), cancel: t("frame.cancel") },
      onConfirm: async () => {
        try {
          await call(api.POST("/v1/cluster/logs/{node}/release", { params: { path: { node } } }));
          told(t("cluster.released", { node }));
        } catch (error) {
          failed(error);
        }
        queries.invalidateQueries({ queryKey: ["cluster"] });
      },
    });
  return (
    <div role="list">
      {cluster.logs.map((log) => (
        <Group
          key={`${log.node} ${log.incarnation}`}
          role="listitem"
          justify="space-between"
          gap="xs"
          py={7}
          style={{ borderTop: "1px solid var(--frame-line)" }}
        >
          <Group gap="xs" style={{ flex: "1 1 260px" }}>
            <Badge color={colourOf(cluster, log)} variant={log.state === "held" ? "filled" : "light"}>
              {t(`cluster.log_${log.state}`)}
            </Badge>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {sentence(log)}
            </Text>
          </Group>
          {log.state === "held" && may("admin") && (
            <Button variant="light" size="compact-sm" onClick={() => release(log.node)}>
              {t("cluster.release")}
            </Button>
          )}
          <Text size="xs" c="dimmed" className="number">
            {log.state === "own"
              ? t("cluster.position", { position: quantity(log.position) })
              : t("cluster.positionOf", { position: quantity(log.position), head: quantity(log.head) })}
          </Text>
        </Group>
      ))}
    </div>
  );
}
