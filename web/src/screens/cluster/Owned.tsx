// The warehouses that a node decides about, each with what can be done about that.
import { Badge, Button, Group, Menu, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Cluster, ClusterNode } from "../../api/types";
import { useSession } from "../../session/session";
import { openHandOver } from "./openHandOver";
import { openTakeOver } from "./openTakeOver";

interface Props {
  node: ClusterNode;
  cluster: Cluster;
}

function Warehouse({ code, node, cluster }: Props & { code: string }) {
  const { t } = useTranslation();
  const isHere = node.name === cluster.node;
  const isGone = !isHere && (node.state === "down" || node.state === "left");
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="default"
          rightSection={<IconChevronDown size={12} aria-hidden />}
          aria-label={t("cluster.actionsOf", { code })}
        >
          {code}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={isGone} onClick={() => openHandOver(code, node, cluster)}>
          {t("cluster.handOver")}
        </Menu.Item>
        <Menu.Item color="red" disabled={!isGone} onClick={() => openTakeOver(code, node, cluster)}>
          {t("cluster.takeOver")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function Owned({ node, cluster }: Props) {
  const { t } = useTranslation();
  const { may } = useSession();
  if (node.owns.length === 0) {
    return (
      <Text size="xs" c="dimmed" mt={6}>
        {t("cluster.ownsNothing")}
      </Text>
    );
  }
  const canChange = may("admin") && cluster.fabric != null;
  return (
    <Group gap={6} mt={6}>
      <Text size="xs" c="dimmed">
        {t("cluster.owns")}
      </Text>
      {node.owns.map((code) =>
        canChange ? (
          <Warehouse key={code} code={code} node={node} cluster={cluster} />
        ) : (
          <Badge key={code} variant="light" color="gray">
            {code}
          </Badge>
        ),
      )}
    </Group>
  );
}
