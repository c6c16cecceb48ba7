// "Not here?": who has a product that a warehouse lacks.
import { modals } from "@mantine/modals";
import i18n from "i18next";
import { WhoHas } from "./WhoHas";

export function openNotHere(sku: string, warehouse: string) {
  const id = modals.open({
    title: i18n.t("elsewhere.of", { sku, warehouse }),
    size: "lg",
    children: <WhoHas sku={sku} to={warehouse} onLeave={() => modals.close(id)} />,
  });
}
