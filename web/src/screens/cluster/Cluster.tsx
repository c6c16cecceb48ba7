// The nodes of the company as the answering one sees them, and what can be done about them.
import { Alert, Button, Paper, SimpleGrid, Title } from "@mantine/core";
import { IconPlugConnectedX, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clusterState } from "../../api/cluster";
import { explain } from "../../api/problem";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { Screen } from "../../parts/Screen";
import { useSession } from "../../session/session";
import { Figures } from "./Figures";
import { Logs } from "./Logs";
import { NodeCard } from "./NodeCard";
import { NodeMap } from "./NodeMap";
import { openAddNode } from "./openAddNode";

const AGAIN_MS = 1000;

export function Cluster() {
  const { t } = useTranslation();
  const { may } = useSession();
  const { data, error, isPending, isError, refetch } = useQuery({
    ...clusterState(),
    refetchInterval: AGAIN_MS,
  });
  if (isPending) return <Loading />;
  if (!data) return <Failed error={error} onRetry={refetch} />;
  return (
    <Screen
      title={t("nav.cluster")}
      about={t("cluster.about", { node: data.node })}
      actions={
        may("admin") && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => openAddNode(data)}>
            {t("cluster.add")}
          </Button>
        )
      }
    >
      {isError && (
        <Alert color="orange" title={t("cluster.asSeen")} role="status">
          {explain(error)}
        </Alert>
      )}
      <Figures cluster={data} />
      <Paper withBorder p="sm" visibleFrom={data.fabric ? "sm" : undefined}>
        {data.fabric ? (
          <NodeMap cluster={data} />
        ) : (
          <Empty
            icon={<IconPlugConnectedX size={40} stroke={1.3} />}
            title={t("cluster.alone", { node: data.node })}
            hint={t("cluster.aloneHint")}
          />
        )}
      </Paper>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" role="list" aria-label={t("cluster.nodes")}>
        {data.nodes.map((node) => (
          <NodeCard key={node.name} node={node} cluster={data} />
        ))}
      </SimpleGrid>
      <Paper withBorder p="md">
        <Title order={2} mb="xs">
          {t("cluster.logs")}
        </Title>
        <Logs cluster={data} />
      </Paper>
    </Screen>
  );
}
