// The languages of the UI. One file per language; a test holds both to the same keys.
import i18n from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en.json";
import es from "./es.json";

export const LANGUAGES = ["en", "es"] as const;
export type Language = (typeof LANGUAGES)[number];
const KEPT_AT = "acopio.language";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

function preferred(): Language {
  const kept = localStorage.getItem(KEPT_AT);
  const wanted = kept ?? navigator.languages.find((name) => /^(en|es)\b/.test(name)) ?? "en";
  return wanted.startsWith("es") ? "es" : "en";
}

i18n.use(initReactI18next).init({
  resources: { en: { translation: en }, es: { translation: es } },
  lng: preferred(),
  fallbackLng: "en",
  interpolation: { escapeValue: false },
  returnNull: false,
});
document.documentElement.lang = i18n.language;

/** Speaks another language from now on, and after a reload. */
export function speak(language: Language): void {
  localStorage.setItem(KEPT_AT, language);
  document.documentElement.lang = language;
  i18n.changeLanguage(language);
}

export default i18n;
