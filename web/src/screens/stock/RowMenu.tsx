import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { StockRow } from "../../api/types";
import { MenuLink } from "../../parts/links";
import { openNotHere } from "../../parts/openNotHere";
import { useSession } from "../../session/session";
import { openHold } from "../holds/openHold";
import { openRule } from "../rules/openRule";
import { openMove } from "./openMove";

/** What can be done with one row. */
export function RowMenu({ row }: { row: StockRow }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const canWork = may("operator", row.warehouse);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("stock.actionsOf", { sku: row.sku, warehouse: row.warehouse })}
        >
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {canWork && <Menu.Item onClick={() => openMove([row], "receipt")}>{t("move.receipt")}</Menu.Item>}
        {canWork && <Menu.Item onClick={() => openMove([row], "issue")}>{t("move.issue")}</Menu.Item>}
        {canWork && <Menu.Item onClick={() => openMove([row], "return")}>{t("move.return")}</Menu.Item>}
        {canWork && (
          <MenuLink to="/transfers/new" search={{ from: row.warehouse, sku: row.sku }}>
            {t("transfer.request")}
          </MenuLink>
        )}
        {Number(row.available) === 0 && (
          <Menu.Item onClick={() => openNotHere(row.sku, row.warehouse)}>{t("elsewhere.notHere")}</Menu.Item>
        )}
        {canWork && <Menu.Item onClick={() => openHold(row)}>{t("hold.new")}</Menu.Item>}
        {may("manager", row.warehouse) && (
          <Menu.Item onClick={() => openRule([row])}>{t("rule.set")}</Menu.Item>
        )}
        <Menu.Divider />
        <MenuLink to="/history" search={{ sku: row.sku, warehouse: row.warehouse }}>
          {t("nav.history")}
        </MenuLink>
        <MenuLink to="/labels" search={{ skus: row.sku }}>
          {t("label.print")}
        </MenuLink>
      </Menu.Dropdown>
    </Menu>
  );
}
