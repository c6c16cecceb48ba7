// What a list shows while it has nothing to show.
import { Alert, Button, Center, Loader, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconInbox } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { explain } from "../api/problem";

interface Props {
  title: string;
  hint?: string;
  icon?: ReactNode;
  children?: ReactNode;
}

/** Nothing there, and what to do about it. */
export function Empty({ title, hint, icon, children }: Props) {
  return (
    <Center py="xl" px="md">
      <Stack align="center" gap="xs" maw={420}>
        <Text c="dimmed" component="span">
          {icon ?? <IconInbox size={40} stroke={1.3} />}
        </Text>
        <Text fw={600} ta="center">
          {title}
        </Text>
        {hint && (
          <Text c="dimmed" size="sm" ta="center">
            {hint}
          </Text>
        )}
        {children}
      </Stack>
    </Center>
  );
}

/** It could not be read, why, and another try. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={t("frame.failed")} m="md">
      <Stack align="flex-start" gap="xs">
        <Text size="sm">{explain(error)}</Text>
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            {t("frame.retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** It is being read. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <Center py="xl" role="status" aria-label={t("frame.loading")}>
      <Loader type="dots" />
    </Center>
  );
}
