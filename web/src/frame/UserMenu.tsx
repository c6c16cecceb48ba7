import { ActionIcon, Menu, Text, useMantineColorScheme } from "@mantine/core";
import { IconKey, IconLanguage, IconLogout, IconMoon, IconSun, IconUser } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../api/client";
import { forget } from "../api/remember";
import { speak } from "../i18n";
import { MenuLink } from "../parts/links";
import { failed } from "../parts/tell";
import { useSession } from "../session/session";

export function UserMenu() {
  const { t, i18n } = useTranslation();
  const { user } = useSession();
  const queries = useQueryClient();
  const { setColorScheme } = useMantineColorScheme();
  const leave = async () => {
    try {
      await call(api.DELETE("/v1/sessions/current"));
      forget("me");
      queries.setQueryData(["me"], null);
    } catch (error) {
      failed(error);
    }
  };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t("frame.account")}>
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} component="span">
            {user?.full_name || user?.username}
          </Text>
        </Menu.Label>
        <MenuLink to="/account" leftSection={<IconKey size={16} />}>
          {t("nav.account")}
        </MenuLink>
        <Menu.Divider />
        <Menu.Item leftSection={<IconSun size={16} />} onClick={() => setColorScheme("light")}>
          {t("frame.light")}
        </Menu.Item>
        <Menu.Item leftSection={<IconMoon size={16} />} onClick={() => setColorScheme("dark")}>
          {t("frame.dark")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLanguage size={16} />}
          lang={i18n.language === "en" ? "es" : "en"}
          onClick={() => speak(i18n.language === "en" ? "es" : "en")}
        >
          {i18n.language === "en" ? "Español" : "English"}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          {t("session.leave")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
