import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Language, speak } from "../i18n";

export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("frame.language")}
      value={i18n.language}
      onChange={(language) => speak(language as Language)}
      data={[
        { value: "en", label: "EN" },
        { value: "es", label: "ES" },
      ]}
    />
  );
}
