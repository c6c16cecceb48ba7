// The frame of every screen: its title, what can be done, and its body.
import { Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useCompanyName } from "../api/settings";

interface Props {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  grow?: boolean;
}

export function Screen({ title, about, actions, children, grow }: Props) {
  useDocumentTitle(`${title} · ${useCompanyName()}`);
  return (
    <Stack gap="sm" h={grow ? "100%" : undefined} mih={0}>
      <Group justify="space-between" gap="xs">
        <div>
          <Title order={1}>{title}</Title>
          {about && (
            <Text c="dimmed" size="sm" component="div">
              {about}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
