import { ActionIcon, Button, Group, Paper, Table, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, ifMatch } from "../../api/client";
import { categories } from "../../api/lists";
import { explain } from "../../api/problem";
import type { Category } from "../../api/types";
import { askText } from "../../parts/askText";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { Screen } from "../../parts/Screen";
import { failed, told } from "../../parts/tell";

export function Categories() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(categories());
  const [name, setName] = useState("");
  const again = () => queries.invalidateQueries({ queryKey: ["categories"] });
  const add = useMutation({
    mutationFn: () => call(api.POST("/v1/categories", { body: { name } })),
    onSuccess: () => {
      setName("");
      again();
    },
  });
  const rename = (category: Category) =>
    askText(t("category.rename"), category.name, async (text) => {
      const params = { path: { id: category.id }, header: ifMatch(category.version) };
      await call(api.PATCH("/v1/categories/{id}", { params, body: { name: text } }));
      again();
    });
  const remove = (category: Category) =>
    modals.openConfirmModal({
      title: t("category.removeTitle", { name: category.name }),
      children: t("category.removeText"),
      labels: { confirm: t("category.remove"), cancel: t("frame.cancel") },
      confirmProps: { color: "red" },
      onConfirm: async () => {
        try {
          const params = { path: { id: category.id }, header: ifMatch(category.version) };
          await call(api.DELETE("/v1/categories/{id}", { params }));
          told(t("category.removed", { name: category.name }));
          again();
        } catch (problem) {
          failed(problem);
        }
      },
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Screen title={t("nav.categories")} about={t("category.about")}>
      <form onSubmit={submit}>
        <Group align="flex-start">
          <TextInput
            aria-label={t("category.new")}
            placeholder={t("category.new")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={add.isError && explain(add.error)}
            required
          />
          <Button type="submit" loading={add.isPending}>
            {t("frame.add")}
          </Button>
        </Group>
      </form>
      <Paper withBorder maw={640}>
        {isPending ? (
          <Loading />
        ) : !data ? (
          <Failed error={error} onRetry={refetch} />
        ) : data.length === 0 ? (
          <Empty title={t("category.empty")} hint={t("category.emptyHint")} />
        ) : (
          <Table>
            <Table.Tbody>
              {data.map((category) => (
                <Table.Tr key={category.id}>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{category.name}</Table.Td>
                  <Table.Td>
                    <Group gap={4} justify="flex-end" wrap="nowrap">
                      <ActionIcon
                        variant="subtle"
                        aria-label={`${t("category.rename")} ${category.name}`}
                        onClick={() => rename(category)}
                      >
                        <IconPencil size={16} />
                      </ActionIcon>
                      <ActionIcon
                        variant="subtle"
                        color="red"
                        aria-label={`${t("category.remove")} ${category.name}`}
                        onClick={() => remove(category)}
                      >
                        <IconTrash size={16} />
                      </ActionIcon>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Paper>
    </Screen>
  );
}
