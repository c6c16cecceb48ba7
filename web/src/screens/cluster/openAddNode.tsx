// How a new machine joins: the command to run there, made from a few words.
import { List, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import i18n from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Cluster } from "../../api/types";
import { Command } from "./Command";
import { type Joining, joinCommand } from "./joinCommand";

function AddNode({ cluster }: { cluster: Cluster }) {
  const { t } = useTranslation();
  const [joining, setJoining] = useState<Joining>({ node: "", hub: "", warehouse: "", name: "" });
  const command = joinCommand(joining);
  const field = (name: keyof Joining, tidy: (text: string) => string = (text) => text) => ({
    value: joining[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setJoining({ ...joining, [name]: tidy(event.currentTarget.value) }),
    autoComplete: "off",
    spellCheck: false,
  });
  const isTaken = cluster.nodes.some(({ name }) => name === joining.node);
  return (
    <Stack gap="sm">
      <Text size="sm">{t("cluster.addText")}</Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        <TextInput
          label={t("cluster.nodeName")}
          description={t("cluster.nodeNameHint")}
          error={isTaken && t("cluster.nodeTaken")}
          data-autofocus
          {...field("node", (text) => text.toLowerCase())}
        />
        <TextInput
          label={t("cluster.hubAddress")}
          description={t("cluster.hubAddressHint")}
          {...field("hub")}
        />
        <TextInput
          label={t("cluster.newWarehouse")}
          description={t("cluster.newWarehouseHint")}
          {...field("warehouse", (text) => text.toUpperCase())}
        />
        <TextInput label={t("word.name")} description={t("cluster.newNameHint")} {...field("name")} />
      </SimpleGrid>
      <Command command={command} />
      <List size="sm" type="ordered">
        <List.Item>{t("cluster.step1")}</List.Item>
        <List.Item>{t("cluster.step2")}</List.Item>
        <List.Item>{t("cluster.step3")}</List.Item>
      </List>
    </Stack>
  );
}

export function openAddNode(cluster: Cluster) {
  modals.open({ title: i18n.t("cluster.add"), size: "lg", children: <AddNode cluster={cluster} /> });
}
