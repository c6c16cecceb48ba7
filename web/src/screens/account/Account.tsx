import { SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Screen } from "../../parts/Screen";
import { ChangePassword } from "../../session/ChangePassword";
import { useSession } from "../../session/session";
import { Sessions } from "./Sessions";
import { Tokens } from "./Tokens";

/** One's own password, sessions and tokens. */
export function Account() {
  const { t } = useTranslation();
  const { user } = useSession();
  return (
    <Screen title={t("nav.account")} about={`${user?.full_name || user?.username} · ${user?.username}`}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <Stack gap="sm">
          <Sessions />
          <Tokens />
        </Stack>
        <ChangePassword />
      </SimpleGrid>
    </Screen>
  );
}
