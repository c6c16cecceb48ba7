import { ActionIcon, Checkbox, Popover, Stack } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { COLUMNS, useColumns } from "./columns";

/** Chooses columns; the browser remembers them. */
export function ColumnMenu() {
  const { t } = useTranslation();
  const { hidden, flip } = useColumns();
  return (
    <Popover position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <ActionIcon variant="default" size={36} aria-label={t("stock.columns")} title={t("stock.columns")}>
          <IconColumns3 size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {COLUMNS.map(({ name }) => (
            <Checkbox
              key={name}
              label={t(`word.${name}`)}
              checked={!hidden.includes(name)}
              onChange={() => flip(name)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
