import { ActionIcon, Button, Group, NativeSelect, Paper, Table, TextInput } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, ifMatch } from "../../api/client";
import { warehouses } from "../../api/lists";
import { explain } from "../../api/problem";
import type { Warehouse } from "../../api/types";
import { askText } from "../../parts/askText";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { Screen } from "../../parts/Screen";
import { Code } from "../../parts/show";
import { failed } from "../../parts/tell";

export function Warehouses() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(warehouses());
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const again = () => queries.invalidateQueries({ queryKey: ["warehouses"] });
  const add = useMutation({
    mutationFn: () => call(api.POST("/v1/warehouses", { body: { code: code.trim().toUpperCase(), name } })),
    onSuccess: () => {
      setCode("");
      setName("");
      again();
    },
  });
  const rename = (warehouse: Warehouse) =>
    askText(t("warehouse.rename", { code: warehouse.code }), warehouse.name, async (text) => {
      const params = { path: { code: warehouse.code }, header: ifMatch(warehouse.version) };
      await call(api.PATCH("/v1/warehouses/{code}", { params, body: { name: text } }));
      again();
    });
  const durability = useMutation({
    mutationFn: ({ code, to }: { code: string; to: Warehouse["durability"] }) =>
      call(
        api.POST("/v1/warehouses/{code}/durability", {
          params: { path: { code } },
          body: { durability: to },
        }),
      ),
    onError: (error) => failed(error),
    onSettled: again,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Screen title={t("nav.warehouses")} about={t("warehouse.about")}>
      <form onSubmit={submit}>
        <Group align="flex-start">
          <TextInput
            aria-label={t("warehouse.code")}
            placeholder={t("warehouse.code")}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            w={120}
            required
          />
          <TextInput
            aria-label={t("word.name")}
            placeholder={t("word.name")}
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
          <Empty title={t("warehouse.empty")} hint={t("warehouse.emptyHint")} />
        ) : (
          <Table>
            <Table.Tbody>
              {data.map((warehouse) => (
                <Table.Tr key={warehouse.code}>
                  <Table.Td>
                    <Code>{warehouse.code}</Code>
                  </Table.Td>
                  <Table.Td>{warehouse.name}</Table.Td>
                  <Table.Td>
                    <NativeSelect
                      aria-label={t("warehouse.durability", { code: warehouse.code })}
                      title={t(`warehouse.about_${warehouse.durability}`)}
                      size="xs"
                      miw={110}
                      value={warehouse.durability}
                      disabled={durability.isPending}
                      data={(["local", "replicated"] as const).map((value) => ({
                        value,
                        label: t(`warehouse.${value}`),
                      }))}
                      onChange={(event) =>
                        durability.mutate({
                          code: warehouse.code,
                          to: event.currentTarget.value as Warehouse["durability"],
                        })
                      }
                    />
                  </Table.Td>
                  <Table.Td ta="right">
                    <ActionIcon
                      variant="subtle"
                      aria-label={t("warehouse.rename", { code: warehouse.code })}
                      onClick={() => rename(warehouse)}
                    >
                      <IconPencil size={16} />
                    </ActionIcon>
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
