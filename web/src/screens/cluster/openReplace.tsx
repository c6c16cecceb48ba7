// Lets a node that has lost its machine come back on another one: with a key of its own, and its log from the others.
import { Alert, Button, List, Stack, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation } from "@tanstack/react-query";
import i18n from "i18next";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { explain } from "../../api/problem";
import type { ClusterNode } from "../../api/types";
import { queries } from "../../queries";
import { Command } from "./Command";
import { joinCommand } from "./joinCommand";

/** What is to be done on the new machine, once the hub lets it in. */
function Steps({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Alert color="teal" role="status">
        {t("cluster.mayComeBack", { node: name })}
      </Alert>
      <Command command={joinCommand({ node: name, hub: "", warehouse: "", name: "" })} />
      <List size="sm" type="ordered">
        <List.Item>{t("cluster.step1")}</List.Item>
        <List.Item>{t("cluster.replaceStep2")}</List.Item>
        <List.Item>{t("cluster.step3")}</List.Item>
      </List>
    </Stack>
  );
}

function Replace({ name }: { name: string }) {
  const { t } = useTranslation();
  const post = useMutation({
    mutationFn: () =>
      call(api.POST("/v1/cluster/nodes/{node}/replace", { params: { path: { node: name } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["cluster"] }),
  });
  if (post.isSuccess) return <Steps name={name} />;
  return (
    <Stack>
      <Text size="sm">{t("cluster.replaceText", { node: name })}</Text>
      {post.isError && (
        <Alert color="red" role="alert">
          {explain(post.error)}
        </Alert>
      )}
      <Button loading={post.isPending} onClick={() => post.mutate()} data-autofocus>
        {t("cluster.replaceDo", { node: name })}
      </Button>
    </Stack>
  );
}

export function openReplace({ name }: ClusterNode) {
  modals.open({
    title: i18n.t("cluster.replaceTitle", { node: name }),
    size: "lg",
    children: <Replace name={name} />,
  });
}
