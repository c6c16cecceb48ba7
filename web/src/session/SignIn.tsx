import {
  Alert,
  Button,
  Center,
  Group,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../api/client";
import { explain } from "../api/problem";
import { LanguageSwitch } from "../frame/LanguageSwitch";
import { Mark } from "../frame/Mark";

/** The address bar keeps where somebody wanted to go: they are there once they are in. */
export function SignIn() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const enter = useMutation({
    mutationFn: () => call(api.POST("/v1/sessions", { body: { username: username.trim(), password } })),
    onSuccess: ({ user }) => {
      // Nothing of what somebody else has seen stays.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
      queries.setQueryData(["me"], user);
    },
    onError: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={380} shadow="sm">
        <form onSubmit={submit}>
          <Stack>
            <Group gap="sm">
              <Mark size={36} />
              <Title order={1}>{t("session.signIn")}</Title>
            </Group>
            {enter.isError && (
              <Alert color="red" role="alert">
                {explain(enter.error)}
              </Alert>
            )}
            <TextInput
              label={t("session.username")}
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
              autoComplete="username"
              autoCapitalize="none"
              autoFocus
              required
            />
            <PasswordInput
              label={t("session.password")}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoComplete="current-password"
              required
            />
            <Button type="submit" loading={enter.isPending} fullWidth>
              {t("session.enter")}
            </Button>
            <Group justify="space-between">
              <Text size="xs" c="dimmed">
                {t("frame.slogan")}
              </Text>
              <LanguageSwitch />
            </Group>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
