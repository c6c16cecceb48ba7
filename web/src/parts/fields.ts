// Fields of records in words, whatever they are called and whatever they hold.
import { useTranslation } from "react-i18next";
import { deviceOf } from "./device";
import { time } from "./show";

type Fields = Record<string, unknown>;

const MOMENTS = ["expires_at", "snoozed_until"];

/** The name of a field; the server's own where we have none. */
export function useFieldName(): (field: string) => string {
  const { t, i18n } = useTranslation();
  return (field) => {
    const keys = [`audit.field_${field}`, `word.${field}`, `field.${field}`, `user.${field}`];
    const key = keys.find((known) => i18n.exists(known));
    return key ? t(key as "word.name") : field;
  };
}

/** A value as people read it; a list as a list, a record as its fields. */
export function useValueText(): (field: string, value: unknown) => string {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const text = (field: string, value: unknown): string => {
    if (value === null || value === undefined || value === "") return t("conflict.nothing");
    if (field === "password") return t("audit.passwordSet");
    if (typeof value === "boolean") return t(value ? "audit.yes" : "audit.no");
    if (field === "role") return t(`role.${value}` as "role.viewer");
    if (field === "label") return deviceOf(String(value));
    if (MOMENTS.includes(field)) return time(String(value));
    if (Array.isArray(value))
      return value.length === 0 ? t("conflict.nothing") : value.map((one) => text(field, one)).join("; ");
    if (typeof value === "object") return record(value as Fields);
    return String(value);
  };
  const record = (fields: Fields): string =>
    Object.entries(fields)
      // What it is about comes first.
      .sort(([a], [b]) => Number(b === "sku") - Number(a === "sku"))
      .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
      .map(([field, value]) => `${nameOf(field)} ${text(field, value)}`)
      .join(", ");
  return text;
}
