// A day of the calendar that bounds a list.
import { TextInput } from "@mantine/core";

interface Props {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}

export function DayField({ label, value, onChange }: Props) {
  return (
    <TextInput
      type="date"
      value={value ?? ""}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
      aria-label={label}
      leftSection={label}
      leftSectionWidth={56}
    />
  );
}
