// Short messages in the corner.
import { notifications } from "@mantine/notifications";
import { explain } from "../api/problem";

export function told(message: string, title?: string): void {
  notifications.show({ message, title, color: "teal" });
}

export function failed(error: unknown, title?: string): void {
  notifications.show({ message: explain(error), title, color: "red", autoClose: 8000 });
}
