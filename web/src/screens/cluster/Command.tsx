// A command to be run on another machine, with a button that copies it.
import { Button, Code, CopyButton, Group } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function Command({ command }: { command: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Code
        block
        aria-label={t("cluster.command")}
        style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
      >
        {command}
      </Code>
      <Group>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              onClick={copy}
            >
              {t(copied ? "account.copied" : "cluster.copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </>
  );
}
