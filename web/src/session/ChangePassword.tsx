import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../api/client";
import { explain } from "../api/problem";
import { told } from "../parts/tell";

function Form({ forced }: { forced?: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [repeated, setRepeated] = useState("");
  const differs = repeated !== "" && repeated !== next;
  const change = useMutation({
    mutationFn: () => call(api.POST("/v1/users/me/password", { body: { current, new: next } })),
    onSuccess: ({ user }) => {
      told(t("session.passwordChanged"));
      setCurrent("");
      setNext("");
      setRepeated("");
      queries.setQueryData(["me"], user);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (next === repeated) change.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Title order={forced ? 1 : 2}>{t("session.changePassword")}</Title>
        {forced && <Text size="sm">{t("session.mustChange")}</Text>}
        {change.isError && (
          <Alert color="red" role="alert">
            {explain(change.error)}
          </Alert>
        )}
        <PasswordInput
          label={t("session.currentPassword")}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          autoComplete="current-password"
          required
        />
        <PasswordInput
          label={t("session.newPassword")}
          description={t("session.passwordRule")}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
          autoComplete="new-password"
          required
        />
        <PasswordInput
          label={t("session.repeatPassword")}
          value={repeated}
          onChange={(event) => setRepeated(event.currentTarget.value)}
          error={differs && t("session.passwordsDiffer")}
          autoComplete="new-password"
          required
        />
        <Button type="submit" loading={change.isPending} disabled={differs}>
          {t("session.changePassword")}
        </Button>
      </Stack>
    </form>
  );
}

/** The form for one's own password; alone on the page where it must be changed first. */
export function ChangePassword({ forced }: { forced?: boolean }) {
  const form = (
    <Paper withBorder p="lg" w="100%" maw={420}>
      <Form forced={forced} />
    </Paper>
  );
  return forced ? (
    <Center component="main" mih="100dvh" p="md">
      {form}
    </Center>
  ) : (
    form
  );
}
