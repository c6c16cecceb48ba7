// Who has it, how much, and how old that figure is.
import { Badge, Box, Button, Group, Menu, Paper, Table, Text, Title, UnstyledButton } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { productStock } from "../../api/lists";
import { useAges } from "../../live/ages";
import { ActionsHead } from "../../parts/ActionsHead";
import { Age, figureClass, Stale } from "../../parts/Age";
import { Empty, Failed, Loading } from "../../parts/Empty";
import { MenuLink } from "../../parts/links";
import { openNotHere } from "../../parts/openNotHere";
import { quantity } from "../../parts/show";
import { useSession } from "../../session/session";
import { openHold } from "../holds/openHold";
import { openRule } from "../rules/openRule";
import { openMove } from "../stock/openMove";
import { QuickEdit } from "../stock/QuickEdit";

export function StockByWarehouse({ sku, unit }: { sku: string; unit: string }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const ages = useAges();
  const { data, error, isPending, refetch } = useQuery(productStock(sku));
  if (isPending) return <Loading />;
  if (!data) return <Failed error={error} onRetry={refetch} />;
  const old = data.items.filter((row) => !ages.of(row).isLive).map(({ warehouse }) => warehouse);
  const isComplete = data.complete && old.length === 0;
  const has = data.items.some(({ available }) => Number(available) !== 0);
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t("product.where")}</Title>
        {!isComplete && (
          <Badge color="orange" variant="light">
            {old.length === 0 ? t("product.incomplete") : t("product.oldIn", { places: old.join(", ") })}
          </Badge>
        )}
      </Group>
      {data.items.length === 0 ? (
        <Empty title={t("product.noWarehouse")} />
      ) : (
        <Table.ScrollContainer minWidth={420}>
          <Table horizontalSpacing={6}>
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
                  <Table.Td>
                    {row.warehouse}
                    {/* On a phone the column of ages is out of sight. */}
                    <Box hiddenFrom="sm">
                      <Stale of={ages.of(row)} />
                    </Box>
                  </Table.Td>
                  <Table.Td className="number">
                    {has && Number(row.available) === 0 && may("operator", row.warehouse) && (
                      <Button
                        size="compact-xs"
                        variant="light"
                        mr="xs"
                        aria-label={`${t("elsewhere.notHere")} ${sku} ${row.warehouse}`}
                        onClick={() => openNotHere(sku, row.warehouse)}
                      >
                        {t("elsewhere.notHere")}
                      </Button>
                    )}
                    <Text fw={650} inherit component="span" className={figureClass(ages.of(row))}>
                      {quantity(row.available)}
                    </Text>
                  </Table.Td>
                  <Table.Td className={figureClass(ages.of(row))}>
                    {may("operator", row.warehouse) ? <QuickEdit row={row} /> : quantity(row.on_hand)}
                  </Table.Td>
                  {(["reserved", "on_hold", "incoming"] as const).map((name) => (
                    <Table.Td key={name} className={figureClass(ages.of(row))}>
                      {quantity(row[name])}
                    </Table.Td>
                  ))}
                  <Table.Td>
                    <Age of={ages.of(row)} />
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
                <Table.Th>
                  {t("product.total", { unit })}
                  {!isComplete && (
                    <Text size="xs" c="dimmed">
                      {t("product.totalIncomplete")}
                    </Text>
                  )}
                </Table.Th>
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
