import {
  ActionIcon,
  Alert,
  Button,
  Group,
  MultiSelect,
  Paper,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, ifMatch } from "../../api/client";
import { warehouses } from "../../api/lists";
import { explain } from "../../api/problem";
import type { Grant, Role, User } from "../../api/types";
import { told } from "../../parts/tell";

const ROLES: Role[] = ["viewer", "operator", "manager", "admin"];

function GrantRows({ grants, onChange }: { grants: Grant[]; onChange: (grants: Grant[]) => void }) {
  const { t } = useTranslation();
  const places = (useQuery(warehouses()).data ?? []).map(({ code, name }) => ({
    value: code,
    label: `${code} · ${name}`,
  }));
  const set = (at: number, change: Partial<Grant>) =>
    onChange(grants.map((grant, i) => (i === at ? { ...grant, ...change } : grant)));
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        {t("user.grants")}
      </Text>
      {grants.map((grant, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grants have no other identity
        <Group key={at} gap="xs" align="flex-start">
          <Select
            aria-label={t("user.role")}
            data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
            value={grant.role}
            onChange={(role) => role && set(at, { role: role as Role })}
            allowDeselect={false}
            w={150}
          />
          <MultiSelect
            aria-label={t("nav.warehouses")}
            data={places}
            value={grant.warehouses ?? []}
            onChange={(codes) => set(at, { warehouses: codes })}
            placeholder={grant.warehouses?.length ? undefined : t("user.everywhere")}
            flex="1 1 160px"
            miw={0}
          />
          <ActionIcon
            variant="subtle"
            color="red"
            mt={4}
            aria-label={t("user.removeGrant")}
            onClick={() => onChange(grants.filter((_, i) => i !== at))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        w="fit-content"
        onClick={() => onChange([...grants, { role: "viewer", warehouses: [] }])}
      >
        {t("user.addGrant")}
      </Button>
    </Stack>
  );
}

export function UserForm({ user, onDone }: { user?: User; onDone: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [username, setUsername] = useState(user?.username ?? "");
  const [fullName, setFullName] = useState(user?.full_name ?? "");
  const [email, setEmail] = useState(user?.email ?? "");
  const [password, setPassword] = useState("");
  const [disabled, setDisabled] = useState(user?.disabled ?? false);
  const [grants, setGrants] = useState<Grant[]>(user?.grants ?? [{ role: "operator", warehouses: [] }]);
  const save = useMutation({
    mutationFn: async () => {
      const shared = { full_name: fullName, email: email || null, grants };
      if (!user) {
        await call(
          api.POST("/v1/users", { body: { ...shared, username, password, must_change_password: true } }),
        );
        return;
      }
      const params = { path: { id: user.id }, header: ifMatch(user.version) };
      const body = {
        ...shared,
        ...(username === user.username ? {} : { username }),
        ...(disabled === user.disabled ? {} : { disabled }),
        ...(password ? { password, must_change_password: true } : {}),
      };
      await call(api.PATCH("/v1/users/{id}", { params, body }));
    },
    onSuccess: () => {
      told(t("user.saved", { name: username }));
      queries.invalidateQueries({ queryKey: ["users"] });
      queries.invalidateQueries({ queryKey: ["me"] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Paper withBorder p="md">
      <form onSubmit={submit}>
        <Stack>
          <Title order={2}>{user ? user.username : t("user.new")}</Title>
          {save.isError && (
            <Alert color="red" role="alert">
              {explain(save.error)}
            </Alert>
          )}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label={t("session.username")}
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
              autoComplete="off"
              required
            />
            <TextInput
              label={t("user.fullName")}
              value={fullName}
              onChange={(event) => setFullName(event.currentTarget.value)}
            />
            <TextInput
              label={t("user.email")}
              type="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label={t("user.password")}
              description={t("user.passwordHint")}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoComplete="new-password"
              required={!user}
            />
          </SimpleGrid>
          <GrantRows grants={grants} onChange={setGrants} />
          {user && (
            <Switch
              label={t("user.disable")}
              checked={disabled}
              onChange={(event) => setDisabled(event.currentTarget.checked)}
            />
          )}
          <Group>
            <Button type="submit" loading={save.isPending}>
              {t("frame.save")}
            </Button>
            <Button variant="default" onClick={onDone}>
              {t("frame.cancel")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
