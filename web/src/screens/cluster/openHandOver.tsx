// Hands a warehouse to another node: planned, decided by its owner.
import { Alert, Button, Select, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import i18n from "i18next";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, command, newKey } from "../../api/client";
import { explain } from "../../api/problem";
import type { Cluster, ClusterNode } from "../../api/types";
import { told } from "../../parts/tell";
import { queries } from "../../queries";

interface Props {
  code: string;
  node: ClusterNode;
  cluster: Cluster;
  onDone: () => void;
}

function HandOverForm({ code, node, cluster, onDone }: Props) {
  const { t } = useTranslation();
  const [to, setTo] = useState<string | null>(null);
  const key = useRef(newKey());
  const others = cluster.nodes.filter(({ name, state }) => name !== node.name && state !== "left");
  const isSilent = others.some(({ name, state }) => name === to && state !== "up");
  const post = useMutation({
    mutationFn: (to: string) => {
      const params = { path: { code }, header: { "Idempotency-Key": key.current } };
      return command(api.POST("/v1/warehouses/{code}/hand-over", { params, body: { to } }));
    },
    onSuccess: (done, to) => {
      if (!waits(done)) told(t("cluster.handedOver", { code, to }));
      queries.invalidateQueries({ queryKey: ["cluster"] });
      onDone();
    },
    onError: () => {
      key.current = newKey();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to) post.mutate(to);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("cluster.handOverText", { code, node: node.name })}</Text>
        {post.isError && (
          <Alert color="red" role="alert">
            {explain(post.error)}
          </Alert>
        )}
        <Select
          label={t("cluster.newOwner")}
          data={others.map(({ name, state }) => ({
            value: name,
            label: state === "up" ? name : `${name} (${t(`cluster.${state}`)})`,
          }))}
          value={to}
          onChange={setTo}
          data-autofocus
          required
        />
        {isSilent && (
          <Alert color="orange" role="status">
            {t("cluster.handOverSilent", { to, code })}
          </Alert>
        )}
        <Button type="submit" loading={post.isPending} disabled={!to}>
          {t("cluster.handOver")}
        </Button>
      </Stack>
    </form>
  );
}

export function openHandOver(code: string, node: ClusterNode, cluster: Cluster) {
  const id = modals.open({
    title: i18n.t("cluster.handOverTitle", { code }),
    children: <HandOverForm code={code} node={node} cluster={cluster} onDone={() => modals.close(id)} />,
  });
}
