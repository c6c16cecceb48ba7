// Shuts out a node that has left for good. It must decide about no warehouse any more.
import { modals } from "@mantine/modals";
import i18n from "i18next";
import { api, call } from "../../api/client";
import type { ClusterNode } from "../../api/types";
import { failed, told } from "../../parts/tell";
import { queries } from "../../queries";

export function openRemove({ name }: ClusterNode) {
  modals.openConfirmModal({
    title: i18n.t("cluster.removeTitle", { node: name }),
    children: i18n.t("cluster.removeText", { node: name }),
    labels: { confirm: i18n.t("cluster.removeDo", { node: name }), cancel: i18n.t("frame.cancel") },
    confirmProps: { color: "red" },
    onConfirm: async () => {
      try {
        await call(api.POST("/v1/cluster/nodes/{node}/remove", { params: { path: { node: name } } }));
        told(i18n.t("cluster.removed", { node: name }));
      } catch (error) {
        failed(error);
      }
      queries.invalidateQueries({ queryKey: ["cluster"] });
    },
  });
}
