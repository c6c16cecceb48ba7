import {
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  NumberInput,
  Paper,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { explain } from "../../api/problem";
import type { Session } from "../../api/types";
import { Failed, Loading } from "../../parts/Empty";
import { failed } from "../../parts/tell";
import { SessionRows } from "./SessionRows";

const DAYS = 90;

export function Tokens() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [label, setLabel] = useState("");
  const [days, setDays] = useState<number | string>(DAYS);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => call(api.GET("/v1/tokens", { params: { query: { limit: 100 } }, signal })),
  });
  const create = useMutation({
    mutationFn: () => call(api.POST("/v1/tokens", { body: { label, days: Number(days) } })),
    onSuccess: () => {
      setLabel("");
      queries.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  const end = (token: Session) =>
    modals.openConfirmModal({
      title: t("account.endToken", { label: token.label }),
      children: t("account.endTokenText"),
      labels: { confirm: t("account.end"), cancel: t("frame.cancel") },
      confirmProps: { color: "red" },
      onConfirm: async () => {
        try {
          await call(api.DELETE("/v1/tokens/{id}", { params: { path: { id: token.id } } }));
        } catch (problem) {
          failed(problem);
        }
        queries.invalidateQueries({ queryKey: ["tokens"] });
      },
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  const open = data?.items.filter(({ closed }) => !closed) ?? [];
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={2}>{t("account.tokens")}</Title>
        <Text size="sm" c="dimmed">
          {t("account.tokensAbout")}
        </Text>
        {create.data && (
          <Alert color="teal" title={t("account.tokenOnce")}>
            <Stack gap="xs" align="flex-start">
              <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
                {create.data.token}
              </Code>
              <CopyButton value={create.data.token}>
                {({ copied, copy }) => (
                  <Button variant="default" onClick={copy}>
                    {t(copied ? "account.copied" : "account.copy")}
                  </Button>
                )}
              </CopyButton>
            </Stack>
          </Alert>
        )}
        <form onSubmit={submit}>
          <Group align="flex-end" gap="xs">
            <TextInput
              label={t("account.label")}
              value={label}
              onChange={(event) => setLabel(event.currentTarget.value)}
              error={create.isError && explain(create.error)}
              flex={1}
              required
            />
            <NumberInput
              label={t("account.days")}
              value={days}
              onChange={setDays}
              min={1}
              max={3650}
              w={110}
            />
            <Button type="submit" loading={create.isPending}>
              {t("account.create")}
            </Button>
          </Group>
        </form>
        {isPending ? (
          <Loading />
        ) : !data ? (
          <Failed error={error} onRetry={refetch} />
        ) : (
          <SessionRows rows={open} onEnd={end} />
        )}
      </Stack>
    </Paper>
  );
}
