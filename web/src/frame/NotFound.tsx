import { Title } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Empty } from "../parts/Empty";
import { ButtonLink } from "../parts/links";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main>
      <Title order={1} ta="center" pt="xl">
        404
      </Title>
      <Empty icon={<IconMapOff size={40} />} title={t("frame.notFound")} hint={t("frame.notFoundHint")}>
        <ButtonLink to="/">{t("nav.home")}</ButtonLink>
      </Empty>
    </main>
  );
}
