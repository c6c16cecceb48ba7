// What is not well between the nodes, and where to do something about it. Nothing is shown while all is well.
import { Group, Paper, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { clusterState } from "../../api/cluster";
import type { ClusterNode } from "../../api/types";
import { span } from "../../parts/Age";
import { AnchorLink } from "../../parts/links";

function Trouble({
  colour,
  text,
  link,
}: {
  colour: "red" | "orange" | "blue";
  text: string;
  link: ReactNode;
}) {
  const Icon = colour === "blue" ? IconInfoCircle : IconAlertTriangle;
  return (
    <Group
      role="listitem"
      gap="xs"
      px="sm"
      py={8}
      wrap="nowrap"
      align="flex-start"
      bg={`var(--mantine-color-${colour}-light)`}
      c={`var(--mantine-color-${colour}-light-color)`}
      style={{ borderBottom: "1px solid var(--frame-line)" }}
    >
      <Icon size={18} aria-hidden style={{ flexShrink: 0, marginTop: 1 }} />
      <Text size="sm" flex={1} style={{ overflowWrap: "anywhere" }}>
        {text}
      </Text>
      {link}
    </Group>
  );
}

export function Troubles() {
  const { t } = useTranslation();
  const cluster = useQuery(clusterState()).data;
  if (!cluster) return null;
  const toCluster = (
    <AnchorLink to="/cluster" size="sm" c="inherit" underline="always">
      {t("nav.cluster")}
    </AnchorLink>
  );
  const sayNode = ({ name, owns, heard_ms }: ClusterNode) =>
    t("home.silent", { name, places: owns.join(", ") || "–", span: heard_ms == null ? "–" : span(heard_ms) });
  const silent = cluster.nodes.filter(({ state }) => state === "down" || state === "suspect");
  const filling = cluster.nodes.filter(({ state }) => state === "filling");
  const held = cluster.logs.filter(({ state }) => state === "held");
  const isCut = cluster.fabric != null && !cluster.fabric.connected;
  if (silent.length + filling.length + held.length + cluster.dead_letters === 0 && !isCut) return null;
  return (
    <Paper withBorder role="list" aria-label={t("home.trouble")} style={{ overflow: "hidden" }}>
      {isCut && <Trouble colour="red" text={t("home.cut", { node: cluster.node })} link={toCluster} />}
      {silent.map((node) => (
        <Trouble
          key={node.name}
          colour={node.state === "down" ? "red" : "orange"}
          text={sayNode(node)}
          link={toCluster}
        />
      ))}
      {filling.map(({ name }) => (
        <Trouble key={name} colour="blue" text={t("home.filling", { name })} link={toCluster} />
      ))}
      {held.map(({ node, held }) => (
        <Trouble key={node} colour="red" text={t("home.held", { node, why: held ?? "" })} link={toCluster} />
      ))}
      {0 < cluster.dead_letters && (
        <Trouble
          colour="orange"
          text={t("home.letters", { count: cluster.dead_letters })}
          link={
            <AnchorLink to="/dead-letters" size="sm" c="inherit" underline="always">
              {t("nav.letters")}
            </AnchorLink>
          }
        />
      )}
    </Paper>
  );
}
