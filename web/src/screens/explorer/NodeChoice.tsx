// Whose database is shown. Another node's is shown by that node, which asks who somebody is: it opens at its address.
import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconExternalLink, IconServer2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clusterState } from "../../api/cluster";
import type { ClusterNode } from "../../api/types";
import { NODE_COLOURS } from "../cluster/states";

const PATH = "explorer";

function Other({ node }: { node: ClusterNode }) {
  const { t } = useTranslation();
  const state = node.state === "up" ? "" : ` (${t(`cluster.${node.state}`)})`;
  if (!/^https?:\/\//.test(node.address ?? "")) {
    return <Menu.Item disabled>{t("explorer.noAddress", { node: node.name })}</Menu.Item>;
  }
  return (
    <Menu.Item
      component="a"
      href={`${node.address?.replace(/\/$/, "")}/${PATH}`}
      target="_blank"
      rel="noreferrer"
      leftSection={
        <IconServer2 size={16} color={`var(--mantine-color-${NODE_COLOURS[node.state]}-filled)`} />
      }
      rightSection={<IconExternalLink size={14} />}
    >
      {node.name}
      {state}
    </Menu.Item>
  );
}

export function NodeChoice() {
  const { t } = useTranslation();
  const cluster = useQuery(clusterState()).data;
  const others = cluster?.nodes.filter(({ name, state }) => name !== cluster.node && state !== "left") ?? [];
  if (!cluster || others.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
          {t("explorer.node", { node: cluster.node })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("explorer.otherNode")}</Menu.Label>
        {others.map((node) => (
          <Other key={node.name} node={node} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
