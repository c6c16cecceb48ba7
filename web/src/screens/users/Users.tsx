import { Badge, Button, Group, Paper, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rowsOf, userList } from "../../api/lists";
import type { Grant, User } from "../../api/types";
import { ActionsHead } from "../../parts/ActionsHead";
import { Empty } from "../../parts/Empty";
import { FoldingTable } from "../../parts/FoldingTable";
import { List } from "../../parts/List";
import { Screen } from "../../parts/Screen";
import { UserForm } from "./UserForm";

function Grants({ grants }: { grants: Grant[] }) {
  const { t } = useTranslation();
  if (grants.length === 0) return <Text size="sm">{t("user.noGrants")}</Text>;
  return (
    <Group gap={4}>
      {grants.map((grant) => (
        <Badge key={`${grant.role} ${grant.warehouses}`} variant="light">
          {t(`role.${grant.role}`)} ·{" "}
          {grant.warehouses?.length ? grant.warehouses.join(", ") : t("user.everywhere")}
        </Badge>
      ))}
    </Group>
  );
}

/** People who may sign in, and what they may do where. */
export function Users() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(userList());
  const rows = rowsOf(list.data);
  const [edited, setEdited] = useState<User | "new">();
  return (
    <Screen
      title={t("nav.users")}
      about={t("user.about")}
      actions={!edited && <Button onClick={() => setEdited("new")}>{t("user.new")}</Button>}
    >
      {edited && (
        <UserForm
          key={edited === "new" ? "new" : edited.id}
          user={edited === "new" ? undefined : edited}
          onDone={() => setEdited(undefined)}
        />
      )}
      <Paper withBorder>
        <List list={list} rows={rows} empty={<Empty title={t("user.empty")} />}>
          <FoldingTable minWidth={560}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("session.username")}</Table.Th>
                <Table.Th>{t("user.fullName")}</Table.Th>
                <Table.Th>{t("user.grants")}</Table.Th>
                <ActionsHead />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((user) => (
                <Table.Tr key={user.id}>
                  <Table.Td>
                    {user.username} {user.disabled && <Badge color="gray">{t("user.disabled")}</Badge>}
                  </Table.Td>
                  <Table.Td>{user.full_name}</Table.Td>
                  <Table.Td>
                    <Grants grants={user.grants} />
                  </Table.Td>
                  <Table.Td ta="right" className="card-end">
                    <Button
                      size="compact-sm"
                      variant="light"
                      aria-label={`${t("product.edit")} ${user.username}`}
                      onClick={() => setEdited(user)}
                    >
                      {t("product.edit")}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </FoldingTable>
        </List>
      </Paper>
    </Screen>
  );
}
