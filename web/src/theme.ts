// The look: quiet, dense, one accent colour.
import { Badge, Button, createTheme, Modal, Table } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 9, dark: 7 },
  autoContrast: true,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  defaultRadius: "md",
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.4rem" }, h2: { fontSize: "1.1rem" } } },
  components: {
    Badge: Badge.extend({
      styles: { root: { textTransform: "none", minWidth: "max-content", fontWeight: 600 } },
    }),
    Button: Button.extend({ defaultProps: { size: "sm" } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: "xs", highlightOnHover: true } }),
    Modal: Modal.extend({ defaultProps: { centered: true } }),
  },
});
