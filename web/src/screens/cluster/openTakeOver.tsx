// Takes a warehouse from a node that is gone: by force, so whoever does it states what only people can know.
import { Alert, Button, Checkbox, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import i18n from "i18next";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { waits } from "../../api/accepted";
import { api, call, newKey } from "../../api/client";
import { ApiProblem, explain } from "../../api/problem";
import type { Cluster, ClusterNode } from "../../api/types";
import { span } from "../../parts/Age";
import { quantity } from "../../parts/show";
import { told } from "../../parts/tell";
import { queries } from "../../queries";

interface Props {
  code: string;
  node: ClusterNode;
  cluster: Cluster;
  onDone: () => void;
}

/** What is known here of the old owner's log: what it wrote after that becomes void. */
function LastKnown({ node, cluster }: Pick<Props, "node" | "cluster">) {
  const { t } = useTranslation();
  const log = cluster.logs.find((one) => one.node === node.name);
  if (!log) return <Text size="sm">{t("cluster.takeOverUnknown", { node: node.name })}</Text>;
  const age = log.age_ms == null ? "–" : span(log.age_ms);
  const figures = { node: node.name, position: quantity(log.position), head: quantity(log.head), span: age };
  return <Text size="sm">{t("cluster.takeOverKnown", figures)}</Text>;
}

function TakeOverForm({ code, node, cluster, onDone }: Props) {
  const { t } = useTranslation();
  const [isStopped, setIsStopped] = useState(false);
  const [typed, setTyped] = useState("");
  const key = useRef(newKey());
  const post = useMutation({
    mutationFn: () => {
      const params = { header: { "Idempotency-Key": key.current } };
      const body = { warehouse: code, old_machine_is_stopped: isStopped };
      return call(api.POST("/v1/cluster/take-over", { params, body }));
    },
    onSuccess: (done) => {
      if (!waits(done)) told(t("cluster.tookOver", { code, node: cluster.node }));
      queries.invalidateQueries({ queryKey: ["cluster"] });
      queries.invalidateQueries({ queryKey: ["reconcile"] });
      onDone();
    },
    onError: (error) => {
      if (!(error instanceof ApiProblem) || !error.isPassing) key.current = newKey();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    post.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("cluster.takeOverText", { code, node: node.name, here: cluster.node })}</Text>
        <LastKnown node={node} cluster={cluster} />
        {post.isError && (
          <Alert color="red" role="alert">
            {explain(post.error)}
          </Alert>
        )}
        <Checkbox
          label={t("cluster.isStopped", { node: node.name })}
          description={t("cluster.isStoppedHint")}
          checked={isStopped}
          onChange={(event) => setIsStopped(event.currentTarget.checked)}
          data-autofocus
        />
        <TextInput
          label={t("cluster.typeCode", { code })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="characters"
        />
        <Button
          type="submit"
          color="red"
          loading={post.isPending}
          disabled={!isStopped || typed.trim().toUpperCase() !== code}
        >
          {t("cluster.takeOverDo", { code })}
        </Button>
      </Stack>
    </form>
  );
}

export function openTakeOver(code: string, node: ClusterNode, cluster: Cluster) {
  const id = modals.open({
    title: i18n.t("cluster.takeOverTitle", { code }),
    size: "lg",
    children: <TakeOverForm code={code} node={node} cluster={cluster} onDone={() => modals.close(id)} />,
  });
}
