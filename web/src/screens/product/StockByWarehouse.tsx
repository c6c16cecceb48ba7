// Who has it, how much, and how old that figure is.
import { Badge, Group, Menu, Paper, Table, Text, Title, UnstyledButton } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { ActionsHead } from "../../parts/ActionsHead";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { MenuLink } from "../../parts/links";
import { Age, quantity } from "../../parts/show";
import { useSession } from "../../session/session";
import { openHold } from "../holds/openHold";
import { openRule } from "../rules/openRule";
import { openMove } from "../stock/openMove";
import { QuickEdit } from "../stock/QuickEdit";

export function StockByWarehouse({ sku, unit }: { sku: string; unit: string }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["product-stock", sku],
    queryFn: ({ signal }) => call(api.GET("/v1/products/{sku}/stock", { params: { path: { sku } }, signal })),
  });
  if (isPending) return <Loading />;
  if (!data) return <Failed error={error} onRetry={refetch} />;
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t("product.where")}</Title>
        {!data.complete && <Badge color="orange">{t("product.incomplete")}</Badge>}
      </Group>
      {data.items.length === 0 ? (
        <Empty title={t("product.noWarehouse")} />
      ) : (
        <Table.ScrollContainer minWidth={420}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("word.warehouse")}</Table.Th>
                {(["available", "on_hand", "reserved", "on_hold", "incoming"] as const).map((name) => (
                  <Table.Th key={name} className="number">
                    {t(`word.${name}`)}
                  </Table.Th>
                ))}
                <Table.Th>{t("word.age")}</Table.Th>
                <ActionsHead />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.items.map((row) => (
                <Table.Tr key={row.warehouse}>
                  <Table.Td>{row.warehouse}</Table.Td>
                  <Table.Td className="number">
                    <Text fw={650} inherit component="span">
                      {quantity(row.available)}
                    </Text>
                  </Table.Td>
                  <Table.Td className="number">
                    {may("operator", row.warehouse) ? <QuickEdit row={row} /> : quantity(row.on_hand)}
                  </Table.Td>
                  <Table.Td className="number">{quantity(row.reserved)}</Table.Td>
                  <Table.Td className="number">{quantity(row.on_hold)}</Table.Td>
                  <Table.Td className="number">{quantity(row.incoming)}</Table.Td>
                  <Table.Td>
                    <Age ms={row.age_ms} />
                  </Table.Td>
                  <Table.Td>
                    {may("operator", row.warehouse) && (
                      <Menu position="bottom-end">
                        <Menu.Target>
                          <UnstyledButton
                            aria-label={t("stock.actionsOf", { sku, warehouse: row.warehouse })}
                          >
                            <IconDots size={18} />
                          </UnstyledButton>
                        </Menu.Target>
                        <Menu.Dropdown>
                          {(["receipt", "issue", "return"] as const).map((kind) => (
                            <Menu.Item key={kind} onClick={() => openMove([row], kind)}>
                              {t(`move.${kind}`)}
                            </Menu.Item>
                          ))}
                          <MenuLink to="/transfers/new" search={{ from: row.warehouse, sku }}>
                            {t("transfer.request")}
                          </MenuLink>
                          <Menu.Item onClick={() => openHold(row)}>{t("hold.new")}</Menu.Item>
                          {may("manager", row.warehouse) && (
                            <Menu.Item onClick={() => openRule([row])}>{t("rule.set")}</Menu.Item>
                          )}
                        </Menu.Dropdown>
                      </Menu>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
            <Table.Tfoot>
              <Table.Tr>
                <Table.Th>{t("product.total", { unit })}</Table.Th>
                {(["available", "on_hand", "reserved", "on_hold"] as const).map((name) => (
                  <Table.Th key={name} className="number">
                    {quantity(data.total[name])}
                  </Table.Th>
                ))}
                <Table.Th className="number" title={t("product.inTransit")}>
                  {quantity(data.in_transit)}
                </Table.Th>
                <Table.Td colSpan={2} />
              </Table.Tr>
            </Table.Tfoot>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}
