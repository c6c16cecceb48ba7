import { Table, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** The head of a column of buttons: for those who hear the table. */
export function ActionsHead() {
  const { t } = useTranslation();
  return (
    <Table.Th>
      <VisuallyHidden>{t("stock.actions")}</VisuallyHidden>
    </Table.Th>
  );
}
