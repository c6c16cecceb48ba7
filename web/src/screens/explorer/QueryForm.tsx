// The statement, how many rows it may give, and what runs it.
import { ActionIcon, Button, Group, NumberInput, Stack, Textarea } from "@mantine/core";
import { IconPlayerPlay, IconX } from "@tabler/icons-react";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";

const LIMIT_MAX = 1000;
const MONOSPACE = "ui-monospace, 'DejaVu Sans Mono', monospace";

interface Props {
  sql: string;
  limit: number;
  isBusy: boolean;
  onChange: (sql: string) => void;
  onLimit: (limit: number) => void;
  onRun: () => void;
  children?: ReactNode;
}

export function QueryForm({ sql, limit, isBusy, onChange, onLimit, onRun, children }: Props) {
  const { t } = useTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onRun();
  };
  const clear = (
    <ActionIcon variant="subtle" color="gray" aria-label={t("explorer.clear")} onClick={() => onChange("")}>
      <IconX size={16} />
    </ActionIcon>
  );
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Textarea
          label={t("explorer.sql")}
          description={t("explorer.sqlHint")}
          value={sql}
          onChange={(event) => onChange(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onRun();
          }}
          autosize
          minRows={3}
          maxRows={14}
          spellCheck={false}
          styles={{ input: { fontFamily: MONOSPACE } }}
          rightSection={sql && clear}
        />
        <Group align="flex-end" gap="xs">
          <NumberInput
            label={t("explorer.limit")}
            value={limit}
            onChange={(value) => onLimit(Math.min(LIMIT_MAX, Number(value)))}
            min={1}
            max={LIMIT_MAX}
            w={170}
          />
          <Button
            type="submit"
            leftSection={<IconPlayerPlay size={16} />}
            loading={isBusy}
            disabled={!sql.trim()}
          >
            {t("explorer.run")}
          </Button>
          {children}
        </Group>
      </Stack>
    </form>
  );
}
